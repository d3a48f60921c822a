/** Lists of nodes and CPUs as libnuma reads them: `0-2,4`, `!0`, `+1`, `all`. */
export type Numbers = "node" | "cpu";

/**
 * The numbers of a list, ascending; or what libnuma warns of, "" when it only finds the list invalid. `there` are those
 * that exist, ascending: a `+` counts among them, a `!` turns the choice round.
 */
export function parseNumbers(text: string, what: Numbers, there: readonly number[]): readonly number[] | string {
  let rest = text;
  if (rest === "") return [];
  const inverted = rest.startsWith("!");
  if (inverted) rest = rest.slice(1);
  const relative = rest.startsWith("+");
  if (relative) rest = rest.slice(1);
  const found = new Set<number>();
  for (;;) {
    if (rest === "all") {
      for (const number of there) found.add(number);
      rest = "";
      break;
    }
    const first = number(rest);
    if (!first) return `unparseable ${what} description \`${rest}'`;
    const from = relative ? there[first.value] : first.value;
    if (from === undefined || !there.includes(from)) return `${what} argument ${first.text} is out of range`;
    found.add(from);
    rest = first.rest;
    if (rest.startsWith("-")) {
      const last = number(rest.slice(1));
      if (!last) return `missing ${what} argument ${rest.slice(1)}`;
      const to = relative ? there[last.value] : last.value;
      if (to === undefined || !there.includes(to)) return `${what} argument ${last.text} out of range`;
      for (const each of there) if (each >= from && each <= to) found.add(each);
      rest = last.rest;
    }
    if (!rest.startsWith(",")) break;
    rest = rest.slice(1);
  }
  if (rest !== "") return "";
  return there.filter((each) => found.has(each) !== inverted);
}

/** strtoul. */
function number(text: string): { readonly value: number; readonly text: string; readonly rest: string } | undefined {
  const match = /^\s*\+?(0x[0-9a-f]+|\d+)/i.exec(text);
  if (!match) return undefined;
  const digits = match[1] as string;
  const value = /^0\d/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return { value, text: digits, rest: text.slice(match[0].length) };
}
