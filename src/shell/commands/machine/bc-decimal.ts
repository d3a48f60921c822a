/** Decimal numbers of any length, and what `bc` does with them. */

/** `digits` / 10^`scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}
export class BcError extends Error {}

const MAX_DIGITS = 20_000;
export const ZERO: Decimal = { digits: 0n, scale: 0 };
export const ONE: Decimal = { digits: 1n, scale: 0 };
const power10 = (n: number): bigint => 10n ** BigInt(n);
export const atScale = ({ digits, scale }: Decimal, wanted: number): Decimal => ({
  digits: wanted >= scale ? digits * power10(wanted - scale) : digits / power10(scale - wanted),
  scale: wanted,
});

/** `+ - * / % ^`, to a number of places. */
export function calculate(operator: string, a: Decimal, b: Decimal, places: number): Decimal {
  const checked = (value: Decimal): Decimal => {
    if (value.digits > power10(MAX_DIGITS) || -value.digits > power10(MAX_DIGITS))
      throw new BcError("Runtime error: number too large");
    return value;
  };
  switch (operator) {
    case "+":
      return add(a, b, 1n);
    case "-":
      return add(a, b, -1n);
    case "*": {
      const full = { digits: a.digits * b.digits, scale: a.scale + b.scale };
      return checked(atScale(full, Math.min(full.scale, Math.max(places, a.scale, b.scale))));
    }
    case "/":
      if (b.digits === 0n) throw new BcError("Runtime error: Divide by zero");
      return {
        digits: (a.digits * power10(places + b.scale)) / (b.digits * power10(a.scale)),
        scale: places,
      };
    case "%": {
      if (b.digits === 0n) throw new BcError("Runtime error: Modulo by zero");
      const quotient = calculate("/", a, b, places);
      const scale = Math.max(places + b.scale, a.scale);
      return add(
        atScale(a, scale),
        atScale({ digits: quotient.digits * b.digits, scale: quotient.scale + b.scale }, scale),
        -1n,
      );
    }
    default: {
      const exponent = Number(atScale(b, 0).digits);
      if (Math.abs(exponent) > 20_000) throw new BcError("Runtime error: exponent too large");
      const size = Math.abs(exponent);
      if (a.digits.toString().length * size > MAX_DIGITS) throw new BcError("Runtime error: number too large");
      const full = { digits: a.digits ** BigInt(size), scale: a.scale * size };
      if (exponent < 0) return calculate("/", ONE, full, places);
      return checked(atScale(full, Math.min(full.scale, Math.max(places, a.scale))));
    }
  }
}

/** The square root, by Newton. */
export function root(value: Decimal, places: number): Decimal {
  if (value.digits < 0n) throw new BcError("Runtime error: Square root of a negative number");
  const scale = Math.max(places, value.scale);
  const target = atScale(value, scale * 2).digits;
  if (target === 0n) return { digits: 0n, scale };
  let guess = 1n << BigInt(Math.ceil(target.toString(2).length / 2));
  for (;;) {
    const next = (guess + target / guess) / 2n;
    if (next >= guess) return { digits: guess, scale };
    guess = next;
  }
}

export function shown({ digits, scale }: Decimal, base: number): string {
  const sign = digits < 0n ? "-" : "";
  const size = digits < 0n ? -digits : digits;
  if (base !== 10) {
    const integer = size / power10(scale);
    return sign + (base <= 16 ? integer.toString(base).toUpperCase() : groups(integer, BigInt(base)));
  }
  const text = size.toString().padStart(scale, "0");
  if (scale === 0) return sign + text;
  const integer = text.slice(0, text.length - scale);
  if (size === 0n) return "0";
  return `${sign}${integer === "0" ? "" : integer}.${text.slice(text.length - scale)}`;
}
export const whole = (value: number): Decimal => ({ digits: BigInt(value), scale: 0 });
export const bool = (value: boolean): Decimal => ({ digits: value ? 1n : 0n, scale: 0 });

export function add(a: Decimal, b: Decimal, sign: bigint): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { digits: atScale(a, scale).digits + sign * atScale(b, scale).digits, scale };
}

function groups(value: bigint, base: bigint): string {
  const width = (base - 1n).toString().length;
  const all: string[] = [];
  for (let rest = value; rest > 0n || all.length === 0; rest /= base)
    all.unshift((rest % base).toString().padStart(width, "0"));
  return all.map((group) => ` ${group}`).join("");
}

export function parseNumber(text: string, base: number): Decimal {
  const [integer = "", fraction = ""] = text.split(".");
  const digit = (character: string): bigint =>
    BigInt(Math.min(Number.parseInt(character, 36), text.length === 1 ? 35 : base - 1));
  const value = (digits: string): bigint =>
    [...digits].reduce((sum, character) => sum * BigInt(base) + digit(character), 0n);
  if (base === 10)
    return {
      digits: BigInt([...(integer + fraction)].map((character) => digit(character)).join("") || "0"),
      scale: fraction.length,
    };
  return {
    digits:
      value(integer) * power10(fraction.length) +
      (value(fraction) * power10(fraction.length)) / BigInt(base) ** BigInt(fraction.length),
    scale: fraction.length,
  };
}

/** Long numbers are continued after 68 digits. */
export const wrapped = (text: string): string =>
  text.length <= 69 ? text : (text.match(/.{1,68}/g) ?? []).join("\\\n");
