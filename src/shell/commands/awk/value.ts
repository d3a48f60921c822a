/** Values of awk: numbers, texts, and texts that came from outside and look like numbers. */

/** Input that looks like a number: compares as one, prints as it was. */
export class NumericText {
  readonly text: string;
  readonly number: number;

  constructor(text: string, number: number) {
    this.text = text;
    this.number = number;
  }
}
/** `undefined` is a variable that nothing was assigned to. */
export type Value = number | string | NumericText | undefined;

const NUMERIC = /^[ \t\n]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t\n]*$/;
const PREFIX = /^[ \t\n]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/;

/** A value from input: fields, getline, arguments, elements of split. */
export const fromInput = (text: string): Value => (NUMERIC.test(text) ? new NumericText(text, Number(text)) : text);

export function numberOf(value: Value): number {
  if (typeof value === "number") return value;
  if (value === undefined) return 0;
  if (typeof value !== "string") return value.number;
  const prefix = PREFIX.exec(value)?.[1];
  return prefix === undefined ? 0 : Number(prefix);
}

/** `format` is CONVFMT or OFMT; whole numbers print as such. */
export function textOf(value: Value, format: string): string {
  if (typeof value === "string") return value;
  if (value === undefined) return "";
  if (typeof value !== "number") return value.text;
  if (Number.isInteger(value))
    return Math.abs(value) < 1e16 ? String(value === 0 ? 0 : value) : formatted("%d", [value]);
  return formatted(format, [value]);
}

export const isTrue = (value: Value): boolean =>
  typeof value === "number"
    ? value !== 0
    : typeof value === "string"
      ? value !== ""
      : value !== undefined && value.number !== 0;

/** -1, 0 or 1: as numbers where both look like numbers, else as texts. */
export function compare(a: Value, b: Value, format: string): number {
  if (typeof a !== "string" && typeof b !== "string") {
    const [x, y] = [numberOf(a), numberOf(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  const [x, y] = [textOf(a, format), textOf(b, format)];
  return x < y ? -1 : x > y ? 1 : 0;
}

const DIRECTIVE = /%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?([a-zA-Z%])/g;
const MAX_WIDTH = 10_000;

/** printf of C with the conversions of awk. */
export function formatted(format: string, values: readonly Value[]): string {
  let next = 0;
  const take = (): Value => values[next++];
  return format.replace(
    DIRECTIVE,
    (whole: string, flags: string, width: string | undefined, precision: string | undefined, conversion: string) => {
      if (conversion === "%") return "%";
      let size = width === "*" ? numberOf(take()) : Number(width ?? 0);
      let left = flags.includes("-");
      if (size < 0) {
        left = true;
        size = -size;
      }
      const dot = /\.(?:\*|\d*)[a-zA-Z]$/.test(whole);
      const places =
        precision === "*" ? numberOf(take()) : precision === undefined ? (dot ? 0 : undefined) : Number(precision);
      const text = converted(conversion, take(), flags, places === undefined ? undefined : Math.min(MAX_WIDTH, places));
      if (text === undefined) return whole;
      const wanted = Math.min(MAX_WIDTH, size);
      if (left) return text.padEnd(wanted);
      const zero =
        flags.includes("0") &&
        conversion !== "s" &&
        conversion !== "c" &&
        !(places !== undefined && "dioxXu".includes(conversion));
      if (!zero) return text.padStart(wanted);
      const sign = /^[+ -]?(?:0[xX])?/.exec(text)?.[0] ?? "";
      return sign + text.slice(sign.length).padStart(wanted - sign.length, "0");
    },
  );
}

function converted(conversion: string, value: Value, flags: string, places: number | undefined): string | undefined {
  const number = numberOf(value);
  const plus = (text: string, negative: boolean): string =>
    negative ? `-${text}` : flags.includes("+") ? `+${text}` : flags.includes(" ") ? ` ${text}` : text;
  if (conversion === "s") return textOf(value, "%.6g").slice(0, places);
  if (conversion === "c")
    return typeof value === "number"
      ? String.fromCodePoint(Math.max(0, Math.min(0x10ffff, Math.trunc(number))))
      : textOf(value, "%.6g").slice(0, 1);
  if ("dioxXu".includes(conversion)) {
    if (!Number.isFinite(number)) return plus(Number.isNaN(number) ? "nan" : "inf", number < 0);
    const whole = BigInt(Math.trunc(number));
    const magnitude =
      whole < 0n && "oxXu".includes(conversion) ? BigInt.asUintN(64, whole) : whole < 0n ? -whole : whole;
    const digits = magnitude
      .toString(conversion === "o" ? 8 : /x/i.test(conversion) ? 16 : 10)
      .padStart(places ?? 1, "0");
    if (conversion === "x" || conversion === "X" || conversion === "o") {
      const prefix = flags.includes("#") && magnitude !== 0n ? (conversion === "o" ? "0" : "0x") : "";
      return conversion === "X" ? (prefix + digits).toUpperCase() : prefix + digits;
    }
    return plus(digits, whole < 0n && conversion !== "u");
  }
  if (!"eEfFgG".includes(conversion)) return undefined;
  if (!Number.isFinite(number)) return plus(Number.isNaN(number) ? "nan" : "inf", number < 0);
  const size = Math.abs(number);
  const digits = Math.min(100, places ?? 6);
  const negative = number < 0 || Object.is(number, -0);
  const text =
    conversion === "f" || conversion === "F"
      ? fixed(size, digits)
      : /e/i.test(conversion)
        ? exponential(size, digits)
        : general(size, Math.max(1, digits), flags.includes("#"));
  return plus(conversion === "E" || conversion === "G" ? text.toUpperCase() : text, negative);
}

/** toFixed, which gives up at 1e21. */
const fixed = (size: number, digits: number): string =>
  size < 1e21 ? size.toFixed(digits) : BigInt(size).toString() + (digits > 0 ? `.${"0".repeat(digits)}` : "");
const exponential = (size: number, digits: number): string =>
  size.toExponential(digits).replace(/e([+-])(\d)$/, "e$10$2");

function general(size: number, digits: number, keep: boolean): string {
  const exponent = size === 0 ? 0 : Number(/e([+-]\d+)$/.exec(size.toExponential(digits - 1))?.[1]);
  const text = exponent < -4 || exponent >= digits ? exponential(size, digits - 1) : fixed(size, digits - 1 - exponent);
  return keep || !text.includes(".") ? text : text.replace(/\.?0+(e|$)/, "$1");
}
