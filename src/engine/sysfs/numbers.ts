/**
 * Numbers as people write them into files. /proc/sys reads what it can and leaves the rest (kernel/sysctl.c,
 * proc_get_long); sysfs and debugfs want a number and nothing else (lib/kstrtox.c).
 */
import type { FileErrno } from "./errno.ts";

/** Characters of a sysctl's number that are looked at; one that fills them is refused. */
const SYSCTL_DIGITS = 21;
const ULONG_MAX = (1n << 64n) - 1n;
const INT_MAX = 0x7fff_ffff;

/** Digits with the radix that their beginning says: `0x` sixteen, `0` eight, else ten. */
function digitsAt(text: string): { readonly digits: string; readonly value: bigint } {
  const [, hex, octal, decimal] = /^(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9][0-9]*))/.exec(text) ?? [];
  if (hex !== undefined) return { digits: text.slice(0, hex.length + 2), value: BigInt(`0x${hex}`) };
  if (octal !== undefined) return { digits: octal, value: octal === "0" ? 0n : BigInt(`0o${octal.slice(1)}`) };
  return decimal === undefined ? { digits: "", value: 0n } : { digits: decimal, value: BigInt(decimal) };
}

/** One number of a sysctl: what was read, whether with a minus, and what follows it, or `null` where none is. */
function nextNumber(
  text: string,
): { readonly value: bigint; readonly negative: boolean; readonly rest: string } | null {
  const looked = text.slice(0, SYSCTL_DIGITS);
  const negative = looked.startsWith("-") && text.length > 1;
  const { digits, value } = digitsAt(negative ? looked.slice(1) : looked);
  const length = digits.length + (negative ? 1 : 0);
  if (digits === "" || value > ULONG_MAX || length === SYSCTL_DIGITS) return null;
  const rest = text.slice(length);
  if (rest !== "" && !/^[ \t\n]/.test(rest)) return null;
  return { value: negative ? -value : value, negative, rest };
}

/**
 * Up to `most` numbers of a write to /proc/sys, between white space (do_proc_dointvec, __do_proc_doulongvec_minmax).
 * `accepts` may refuse one: then it and what follows stay as they were, and the write fails with EINVAL (`failed`). What
 * stands behind the last number asked for is not looked at: `rest` is left of the write, and writers write it once more, which
 * changes no value and runs the handler a second time.
 */
export function sysctlNumbers(
  text: string,
  most: number,
  accepts: (value: bigint, negative: boolean) => boolean,
): { readonly values: readonly bigint[]; readonly failed: boolean; readonly rest: string } {
  const values: bigint[] = [];
  let rest = text;
  while (values.length < most) {
    rest = rest.replace(/^[\s\u00a0]+/, "");
    if (rest === "") break;
    const next = nextNumber(rest);
    if (next === null || !accepts(next.value, next.negative)) return { values, failed: true, rest };
    values.push(next.value);
    rest = next.rest;
  }
  return { values, failed: values.length === 0, rest: rest.replace(/^[\s\u00a0]+/, "") };
}

/** An int between bounds as /proc/sys takes it (proc_dointvec_minmax); `null` is EINVAL. */
export function sysctlInteger(text: string, least = -INT_MAX - 1, most = INT_MAX): number | null {
  const { values, failed } = sysctlNumbers(text, 1, (value) => value >= least && value <= most);
  return failed ? null : Number(values[0]);
}

/**
 * An unsigned long as /proc/sys takes it (proc_doulongvec_minmax), which may be more than a double holds; `null` is EINVAL.
 * What has a minus, be it before 0, is told apart: kernels differ in what they make of it.
 */
export function sysctlLong(text: string, least = 0n): bigint | "negative" | null {
  let minus = false;
  const { values, failed } = sysctlNumbers(text, 1, (value, negative) => {
    minus = negative;
    return !negative && value >= least;
  });
  return minus ? "negative" : failed ? null : (values[0] as bigint);
}

/**
 * An unsigned number and nothing else, but for a newline at its end (kstrtoull and its kin). Base 0 is C's notation.
 * ERANGE beyond `most`, EINVAL for what is no number.
 */
export function unsignedNumber(text: string, base: 0 | 10, most: bigint = ULONG_MAX): bigint | FileErrno {
  const written = text.replace(/^\+/, "");
  const [decimal = ""] = /^\d*/.exec(written) ?? [];
  const { digits, value } =
    base === 0 ? digitsAt(written) : { digits: decimal, value: decimal === "" ? 0n : BigInt(decimal) };
  if (digits === "") return "EINVAL";
  if (value > ULONG_MAX) return "ERANGE";
  if (!/^\n?$/.test(written.slice(digits.length))) return "EINVAL";
  return value > most ? "ERANGE" : value;
}

/** A signed number in C's notation and nothing else (kstrtoll with base 0). */
export function signedNumber(text: string): number | FileErrno {
  const negative = text.startsWith("-");
  if (negative && text[1] === "+") return "EINVAL";
  const value = unsignedNumber(negative ? text.slice(1) : text, 0, (1n << 63n) - (negative ? 0n : 1n));
  return typeof value === "string" ? value : Number(negative ? -value : value);
}
