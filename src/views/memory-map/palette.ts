/**
 * From a byte of a page map to the 32 bits of a pixel: one lookup a page, made again only when the theme or the
 * highlighted kind changes.
 */
import { MAP_KIND_MASK, MapFlag } from "../../protocol/messages.ts";
import { type DisplayGroupId, kindGroup, PINNED_TOKEN } from "../kinds.ts";

export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

/** What a legend entry can make stand out: a group of kinds, or the pages that something pins. */
export type Highlight = DisplayGroupId | "pinned";

/** A byte of a page map has 256 values. */
export const PALETTE_SIZE = 256;

const ISOLATED_SHARE = 0.45;
const FRESH_SHARE = 0.55;
const DIMMED_SHARE = 0.86;

/** Part of the way from `a` to `b`. */
export const mix = (a: Rgb, b: Rgb, share: number): Rgb => ({
  r: Math.round(a.r + (b.r - a.r) * share),
  g: Math.round(a.g + (b.g - a.g) * share),
  b: Math.round(a.b + (b.b - a.b) * share),
});

/** A pixel of an ImageData read as 32-bit numbers; every machine that runs a browser is little-endian. */
export const pack = ({ r, g, b }: Rgb): number => ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;

/**
 * Fills `target` with the pixel for each map byte. `colourOf` reads a CSS custom property. A pinned page shows that
 * it is pinned, whatever it holds; an isolated one is pale, as it is already half gone; with `highlight`, all others fade into the panel, with "none" all of them.
 *
 * The Fresh flag gives the colour a page lights up in: views fade from it to the byte without the flag.
 */
export function fillPalette(
  target: Uint32Array,
  colourOf: (token: string) => Rgb,
  highlight: Highlight | "none" | null = null,
): void {
  const panel = colourOf("--panel");
  const ink = colourOf("--ink");
  const pinned = colourOf(PINNED_TOKEN);
  for (let byte = 0; byte < PALETTE_SIZE; byte++) {
    const group = kindGroup(byte & MAP_KIND_MASK);
    const isPinned = (byte & MapFlag.Pinned) !== 0;
    let colour = isPinned ? pinned : colourOf(group.token);
    if (byte & MapFlag.Isolated) colour = mix(colour, panel, ISOLATED_SHARE);
    if (byte & MapFlag.Fresh) colour = mix(colour, luminance(panel) > 0.5 ? ink : WHITE, FRESH_SHARE);
    const stands = highlight === null || (highlight === "pinned" ? isPinned : highlight === group.id && !isPinned);
    target[byte] = pack(stands ? colour : mix(colour, panel, DIMMED_SHARE));
  }
}

const WHITE: Rgb = { r: 255, g: 255, b: 255 };

const luminance = ({ r, g, b }: Rgb): number => (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;

/** Part of the way, in sixteenths, from pixel `to` back to pixel `from`; both opaque. */
export function blend(to: number, from: number, sixteenths: number): number {
  const rest = 16 - sixteenths;
  const redBlue = (((to & 0xff00ff) * rest + (from & 0xff00ff) * sixteenths) >>> 4) & 0xff00ff;
  const green = (((to & 0xff00) * rest + (from & 0xff00) * sixteenths) >>> 4) & 0xff00;
  return (0xff000000 | redBlue | green) >>> 0;
}
