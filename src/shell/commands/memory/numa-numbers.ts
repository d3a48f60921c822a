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
    const special = what === "node" ? placeOf(rest) : null;
    if (special !== null) return special;
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

/**
 * A node by what is near it (affinity.c): no device of these machines tells where it is, so there is only what libnuma warns of
 * then, in lines that end otherwise than its other warnings. `null` where it is no such place.
 */
function placeOf(text: string): string | null {
  const [, kind, name = ""] = /^(netdev|ip|block|pci|file):(.*)$/s.exec(text) ?? [];
  switch (kind) {
    case "netdev":
      return `Cannot read node mask for net device \`${name}'`;
    case "ip":
      return `Cannot read node mask for net device \`${name.startsWith("127.") ? "lo" : "eth0"}'`;
    case "block":
      return `Cannot read node mask for block device \`${name}'`;
    case "pci":
      return /^[\da-f]+(:[\da-f]+){1,3}$/i.test(name)
        ? `Kernel does not know node mask for device \`${name}'`
        : `Cannot parse PCI device \`${name}'`;
    case "file":
      return `Cannot stat file ${name}`;
    default:
      return null;
  }
}

/** Whether a warning is one about such a place. */
export const isPlace = (text: string): boolean => placeOf(text) !== null;

/** strtoul. */
function number(text: string): { readonly value: number; readonly text: string; readonly rest: string } | undefined {
  const match = /^\s*\+?(0x[0-9a-f]+|-?\d+)/i.exec(text);
  if (!match) return undefined;
  const digits = match[1] as string;
  if (digits.startsWith("-"))
    return { value: Number.POSITIVE_INFINITY, text: digits, rest: text.slice(match[0].length) };
  const value = /^0\d/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return { value, text: digits, rest: text.slice(match[0].length) };
}
