/** Colours as WCAG 2 weighs them, for tests of style sheets. */

/** Linear light of `#rrggbb`: red, green, blue. */
export const linear = (colour: string) =>
  [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as unknown as readonly [number, number, number];

/** Relative luminance of `#rrggbb`. */
export function luminance(colour: string): number {
  const [red, green, blue] = linear(colour);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio of two colours, 1 to 21; 0 where one is missing. */
export function contrast(one: string | undefined, other: string | undefined): number {
  if (!one || !other) return 0;
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}
