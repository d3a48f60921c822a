/** Dates as text: what formats make of them, and what texts mean. */
import { type CalendarDate, DAYS, MONTHS, dateOfSeconds, daysBefore } from "./dates.ts";

const two = (value: number): string => String(value).padStart(2, "0");

/** strftime, as far as `date` formats are in use. */
export function strftime(format: string, date: CalendarDate): string {
  const hour12 = date.hour % 12 === 0 ? 12 : date.hour % 12;
  const week = (first: number): string =>
    two(Math.floor((date.dayOfYear - 1 + 7 - ((date.weekday - first + 7) % 7)) / 7));
  const values: Readonly<Record<string, () => string>> = {
    "%": () => "%",
    n: () => "\n",
    t: () => "\t",
    a: () => (DAYS[date.weekday] as string).slice(0, 3),
    A: () => DAYS[date.weekday] as string,
    b: () => date.month,
    h: () => date.month,
    B: () => MONTHS[date.monthIndex] as string,
    c: () => strftime("%a %b %e %H:%M:%S %Y", date),
    C: () => two(Math.floor(date.year / 100)),
    d: () => two(date.day),
    D: () => strftime("%m/%d/%y", date),
    e: () => String(date.day).padStart(2),
    F: () => date.iso,
    H: () => two(date.hour),
    I: () => two(hour12),
    j: () => String(date.dayOfYear).padStart(3, "0"),
    k: () => String(date.hour).padStart(2),
    l: () => String(hour12).padStart(2),
    m: () => two(date.monthIndex + 1),
    M: () => two(date.minute),
    N: () => String(date.nanoseconds).padStart(9, "0"),
    p: () => (date.hour < 12 ? "AM" : "PM"),
    P: () => (date.hour < 12 ? "am" : "pm"),
    r: () => strftime("%I:%M:%S %p", date),
    R: () => strftime("%H:%M", date),
    s: () => String(date.seconds),
    S: () => two(date.second),
    T: () => date.time,
    u: () => String(date.weekday === 0 ? 7 : date.weekday),
    U: () => week(0),
    w: () => String(date.weekday),
    W: () => week(1),
    x: () => strftime("%m/%d/%y", date),
    X: () => date.time,
    y: () => two(date.year % 100),
    Y: () => String(date.year),
    z: () => "+0000",
    Z: () => "UTC",
  };
  return format.replace(/%([-_0^#]?)(\d*)([%a-zA-Z])/g, (whole, flag: string, width: string, letter: string) => {
    const value = Object.hasOwn(values, letter) ? values[letter]?.() : undefined;
    if (value === undefined) return whole;
    if (letter === "N" && width !== "") return value.slice(0, Number(width));
    if (flag === "-") return value.replace(/^[ 0]+(?=.)/, "");
    if (flag === "_") return value.replace(/^0+(?=.)/, (zeros) => " ".repeat(zeros.length));
    return flag === "^" ? value.toUpperCase() : value;
  });
}

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

/** `@SECONDS`, `now`, `2026-01-01 12:00:00`, `yesterday`, `2 days ago`, `+1 hour`. */
export function parseDate(text: string, now: CalendarDate): CalendarDate | undefined {
  const at = /^@(-?\d{1,12})(?:\.(\d{1,9}))?$/.exec(text.trim());
  if (at) return dateOfSeconds(Number(at[1]), Number((at[2] ?? "").padEnd(9, "0") || 0));
  let { seconds } = now;
  let rest = ` ${text.trim().replace("T", " ").replace(/Z$/, "")} `;
  const day = / (\d{4})-(\d{1,2})-(\d{1,2}) /.exec(rest);
  if (day) {
    if (Number(day[2]) < 1 || Number(day[2]) > 12 || Number(day[3]) < 1 || Number(day[3]) > 31) return undefined;
    seconds = daysBefore(Number(day[1]), Number(day[2]) - 1, Number(day[3])) * 86_400;
    rest = rest.replace(day[0], " ");
  }
  const time = / (\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)? /.exec(rest);
  if (time) {
    seconds =
      Math.floor(seconds / 86_400) * 86_400 + Number(time[1]) * 3600 + Number(time[2]) * 60 + Number(time[3] ?? 0);
    rest = rest.replace(time[0], " ");
  }
  rest = rest
    .replace(/ (?:now|today|UTC|GMT) /g, " ")
    .replace(/ yesterday /, " -1 day ")
    .replace(/ tomorrow /, " +1 day ");
  for (const [, sign, count = "1", unit = "", ago] of rest.matchAll(
    /([-+]?) ?(\d+)? ?(sec|second|min|minute|hour|day|week|fortnight)s?( ago)?/g,
  )) {
    seconds += (sign === "-" || ago ? -1 : 1) * Number(count) * (UNITS[unit] as number);
  }
  rest = rest.replace(/([-+]?) ?(\d+)? ?(sec|second|min|minute|hour|day|week|fortnight)s?( ago)?/g, "");
  return rest.trim() === "" ? dateOfSeconds(seconds, day || time ? 0 : now.nanoseconds) : undefined;
}
