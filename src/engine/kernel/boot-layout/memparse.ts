/** Sizes as words of the command line have them (lib/cmdline.c). */

/**
 * Reads a size as the kernel's memparse: a number in C notation (decimal, 0x hex, leading-zero octal) and at most one
 * suffix K M G T P E. What follows is ignored; text without digits is 0. It counts in 64 bits, and what is beyond is lost.
 */
export function memparse(text: string): { value: number; rest: string } {
  const match = /^(?:0[xX][0-9a-fA-F]+|(0[0-7]*)|[1-9][0-9]*)/.exec(text);
  if (!match) return { value: 0, rest: text };
  const number = BigInt(match[1] === undefined ? match[0] : `0o${match[1]}`);
  const rest = text.slice(match[0].length);
  const power = rest === "" ? -1 : "KMGTPE".indexOf((rest[0] ?? "").toUpperCase());
  const value = Number(BigInt.asUintN(64, number << BigInt(10 * (power + 1))));
  return { value, rest: power < 0 ? rest : rest.slice(1) };
}
