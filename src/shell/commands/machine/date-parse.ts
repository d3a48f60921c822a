/** What a text means as a date: the forms that GNU's parser reads, in any order, as far as scripts use them. */
import { type CalendarDate, MONTHS, dateOfSeconds, daysBefore } from "./dates.ts";

const UNITS: Readonly<Record<string, number>> = {
  sec: 1,
  second: 1,
  min: 60,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
  fortnight: 1_209_600,
};
const DAY = 86_400;

interface Parts {
  year: number;
  month: number;
  day: number;
  hasDay: boolean;
  /** Seconds of the day. */
  time: number | null;
  /** Seconds that its clock is ahead of UTC. */
  zone: number;
  /** What is added, in seconds, and in months. */
  seconds: number;
  months: number;
}

type Form = readonly [pattern: RegExp, read: (parts: Parts, match: RegExpExecArray) => boolean];

const monthOf = (name: string): number =>
  MONTHS.findIndex((month) => month.slice(0, 3).toLowerCase() === name.slice(0, 3));

function setDay(parts: Parts, year: number, month: number, day: number): boolean {
  const days = daysBefore(month >= 11 ? year + 1 : year, (month + 1) % 12, 1) - daysBefore(year, month, 1);
  Object.assign(parts, { year, month, day, hasDay: true });
  return month >= 0 && month < 12 && day >= 1 && day <= days;
}

function setTime(parts: Parts, hour: number, minute: number, second: number, half: string | undefined): boolean {
  const wrong = half === undefined ? hour > 24 : hour < 1 || hour > 12;
  const real = half === undefined ? hour : (hour % 12) + (half.startsWith("p") ? 12 : 0);
  parts.time = real * 3600 + minute * 60 + second;
  return !wrong && parts.time <= DAY && minute < 60 && second <= 60;
}

function add(parts: Parts, count: number, unit: string): boolean {
  if (unit === "month" || unit === "year") parts.months += count * (unit === "year" ? 12 : 1);
  else parts.seconds += count * (UNITS[unit] as number);
  return true;
}

const FORMS: readonly Form[] = [
  [/^(\d{4})-(\d{1,2})-(\d{1,2})t?/, (parts, [, y, m, d]) => setDay(parts, Number(y), Number(m) - 1, Number(d))],
  [/^(\d{4})\/(\d{1,2})\/(\d{1,2})/, (parts, [, y, m, d]) => setDay(parts, Number(y), Number(m) - 1, Number(d))],
  [/^(\d{1,2})\/(\d{1,2})\/(\d{4})/, (parts, [, m, d, y]) => setDay(parts, Number(y), Number(m) - 1, Number(d))],
  [/^(\d{4})(\d{2})(\d{2})(?!\d)/, (parts, [, y, m, d]) => setDay(parts, Number(y), Number(m) - 1, Number(d))],
  // A sign behind a time begins a zone.
  [
    /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?: ?([ap])\.?m\.?)?(?![:\d])(?: ?([-+]) ?(\d{1,2})(?::?(\d{2}))?(?!\d))?/,
    (parts, [, h, m, s = "0", half, sign, hours = "0", minutes = "0"]) => {
      parts.zone = (sign === "-" ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
      return setTime(parts, Number(h), Number(m), Number(s), half) && Number(hours) <= 24;
    },
  ],
  [/^(\d{1,2}) ?([ap])\.?m\b\.?/, (parts, [, h, half]) => setTime(parts, Number(h), 0, 0, half)],
  [
    /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* (\d{1,2})(?![\d:])(?:,? (\d{4})(?!\d))?/,
    (parts, [, month = "", d, y]) => setDay(parts, Number(y ?? parts.year), monthOf(month), Number(d)),
  ],
  [
    /^(\d{1,2})[ -](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:[ -](\d{4})(?!\d))?/,
    (parts, [, d, month = "", y]) => setDay(parts, Number(y ?? parts.year), monthOf(month), Number(d)),
  ],
  [
    /^([-+]?) ?(\d{1,9})? ?(sec|second|min|minute|hour|day|week|fortnight|month|year)s?\b( ago\b)?/,
    (parts, [, sign, count = "1", unit = "", ago]) =>
      add(parts, (sign === "-" ? -1 : 1) * (ago ? -1 : 1) * Number(count), unit),
  ],
  [
    /^(next|last) (sec|second|min|minute|hour|day|week|fortnight|month|year)\b/,
    (parts, [, which, unit = ""]) => add(parts, which === "next" ? 1 : -1, unit),
  ],
  [/^(yesterday|tomorrow)\b/, (parts, [which]) => add(parts, which === "tomorrow" ? 1 : -1, "day")],
  [/^(?:now|today|z|utc|gmt)\b/, () => true],
  [/^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?(?= .*\d)/, () => true],
  // The year at the end of what `date` prints.
  [
    /^(\d{4})$/,
    (parts, [year]) => parts.hasDay && parts.time !== null && setDay(parts, Number(year), parts.month, parts.day),
  ],
];

/** `@SECONDS`, `2026-01-01 12:00:00`, `5 Jan 2026`, `yesterday`, `2 days ago`, `+1 month`; `undefined` for anything else. */
export function parseDate(text: string, now: CalendarDate): CalendarDate | undefined {
  const at = /^@(-?\d{1,12})(?:\.(\d{1,9}))?$/.exec(text.trim());
  if (at) return dateOfSeconds(Number(at[1]), Number((at[2] ?? "").padEnd(9, "0") || 0));
  const parts: Parts = {
    year: now.year,
    month: now.monthIndex,
    day: now.day,
    hasDay: false,
    time: null,
    zone: 0,
    seconds: 0,
    months: 0,
  };
  let rest = text.trim().toLowerCase().replace(/\s+/g, " ");
  // Nothing is the midnight that the day began with.
  if (rest === "") parts.time = 0;
  while (rest !== "") {
    const form = FORMS.find(([pattern]) => pattern.test(rest));
    const match = form?.[0].exec(rest);
    if (!form || !match || !form[1](parts, match)) return undefined;
    rest = rest.slice(match[0].length).trimStart();
  }
  const months = parts.year * 12 + parts.month + parts.months;
  const days = daysBefore(Math.floor(months / 12), ((months % 12) + 12) % 12, 1) + parts.day - 1;
  const exact = parts.time !== null || parts.hasDay;
  const time = parts.time ?? (exact ? 0 : ((now.seconds % DAY) + DAY) % DAY);
  return dateOfSeconds(days * DAY + time - parts.zone + parts.seconds, exact ? 0 : now.nanoseconds);
}
