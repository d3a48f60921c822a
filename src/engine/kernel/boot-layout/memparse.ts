/** Sizes as words of the command line have them (lib/cmdline.c). */

/**
 * Reads a size as the kernel's memparse: a number in C notation (decimal, 0x hex, leading-zero octal) and at most one
 * suffix K M G T P E. What follows is ignored; text without digits is 0.
 */
export function memparse(text: string): { value: number; rest: string } {
  const match = /^(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9][0-9]*))/.exec(text);
  if (!match) return { value: 0, rest: text };
  const number =
    match[1] !== undefined
      ? Number.parseInt(match[1], 16)
      : match[2] !== undefined
        ? Number.parseInt(match[2], 8)
        : Number(match[3]);
  const rest = text.slice(match[0].length);
  const power = rest === "" ? -1 : "KMGTPE".indexOf((rest[0] ?? "").toUpperCase());
  return power < 0 ? { value: number, rest } : { value: number * 1024 ** (power + 1), rest: rest.slice(1) };
}
