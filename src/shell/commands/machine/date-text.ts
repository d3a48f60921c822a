/** Dates as text, by a format (strftime). */
import { type CalendarDate, DAYS, MONTHS, daysBefore } from "./dates.ts";

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
    g: () => two(isoWeek(date).year % 100),
    G: () => String(isoWeek(date).year),
    p: () => (date.hour < 12 ? "AM" : "PM"),
    P: () => (date.hour < 12 ? "am" : "pm"),
    q: () => String(Math.floor(date.monthIndex / 3) + 1),
    r: () => strftime("%I:%M:%S %p", date),
    R: () => strftime("%H:%M", date),
    s: () => String(date.seconds),
    S: () => two(date.second),
    T: () => date.time,
    u: () => String(date.weekday === 0 ? 7 : date.weekday),
    U: () => week(0),
    V: () => two(isoWeek(date).week),
    w: () => String(date.weekday),
    W: () => week(1),
    x: () => strftime("%m/%d/%y", date),
    X: () => date.time,
    y: () => two(date.year % 100),
    Y: () => String(date.year),
    z: () => "+0000",
    Z: () => "UTC",
  };
  return format.replace(
    /%([-_0^#+]*)(\d*)(:{0,3})([%a-zA-Z])/g,
    (whole, flags: string, width: string, colons: string, letter: string) => {
      const value = Object.hasOwn(values, letter) ? values[letter]?.() : undefined;
      if (value === undefined || (colons !== "" && letter !== "z")) return whole;
      if (colons !== "") return colons === ":" ? "+00:00" : colons === "::" ? "+00:00:00" : "+00";
      if (letter === "N" && width !== "") return value.slice(0, Number(width));
      return padded(flags.includes("^") ? value.toUpperCase() : value, flags, Number(width), letter);
    },
  );
}

/** As the flags say: without its zeros, with blanks in their place, or filled up to a width. */
function padded(value: string, flags: string, width: number, letter: string): string {
  if (flags.includes("-")) return value.replace(/^[ 0]+(?=.)/, "");
  const blanks = flags.includes("_");
  const text = blanks ? value.replace(/^0+(?=.)/, (zeros) => " ".repeat(zeros.length)) : value;
  const zeros = !blanks && (/[0+]/.test(flags) || "CdgGHIjmMqsSuUVwWyYN".includes(letter));
  return zeros ? text.trimStart().padStart(Math.max(width, text.length), "0") : text.padStart(width);
}

/** Week and year of ISO 8601: weeks begin on Mondays, the first is the one with the year's first Thursday. */
function isoWeek({ year, dayOfYear, weekday }: CalendarDate): { readonly year: number; readonly week: number } {
  const thursday = dayOfYear + 4 - (weekday === 0 ? 7 : weekday);
  const length = (of: number): number => daysBefore(of + 1, 0, 1) - daysBefore(of, 0, 1);
  if (thursday < 1) return { year: year - 1, week: Math.ceil((thursday + length(year - 1)) / 7) };
  return thursday > length(year) ? { year: year + 1, week: 1 } : { year, week: Math.ceil(thursday / 7) };
}
