/** The calendar of the simulated machine, in UTC. */
import { BOOT_TIME } from "../../../engine/sysfs/more/clock.ts";

export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
export const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

export interface CalendarDate {
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly year: number;
  /** 0 to 11. */
  readonly monthIndex: number;
  readonly month: string;
  readonly day: number;
  readonly weekday: number;
  readonly dayOfYear: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** `2026-01-01` and `00:00:00`. */
  readonly iso: string;
  readonly time: string;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** The date at a time since boot, ns. */
export const dateOf = (ns: number): CalendarDate =>
  dateOfSeconds(BOOT_TIME + Math.floor(ns / 1e9), ((ns % 1e9) + 1e9) % 1e9);

/** The other way: the time since boot of a date, ns. */
export const nanosecondsOf = ({ seconds, nanoseconds }: CalendarDate): number =>
  (seconds - BOOT_TIME) * 1e9 + nanoseconds;

export function dateOfSeconds(seconds: number, nanoseconds = 0): CalendarDate {
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const [year, monthIndex, day] = civil(days);
  const [hour, minute, second] = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60];
  return {
    seconds,
    nanoseconds,
    year,
    monthIndex,
    month: (MONTHS[monthIndex] as string).slice(0, 3),
    day,
    weekday: (((days + 4) % 7) + 7) % 7,
    dayOfYear: days - daysBefore(year, 0, 1) + 1,
    hour,
    minute,
    second,
    iso: `${year}-${two(monthIndex + 1)}-${two(day)}`,
    time: `${two(hour)}:${two(minute)}:${two(second)}`,
  };
}

const leap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const lengths = (year: number): number[] => [31, leap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days since 1970 of a date. */
export function daysBefore(year: number, monthIndex: number, day: number): number {
  const before = year - 1;
  const years = before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400) - 719_162;
  return (
    years +
    lengths(year)
      .slice(0, monthIndex)
      .reduce((sum, length) => sum + length, 0) +
    day -
    1
  );
}

function civil(days: number): [year: number, monthIndex: number, day: number] {
  let year = 1970 + Math.floor(days / 366);
  while (daysBefore(year + 1, 0, 1) <= days) year++;
  let rest = days - daysBefore(year, 0, 1);
  for (const [month, length] of lengths(year).entries()) {
    if (rest < length) return [year, month, rest + 1];
    rest -= length;
  }
  return [year, 11, 31];
}
