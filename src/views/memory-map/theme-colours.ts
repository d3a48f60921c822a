/** The theme's colours as numbers for a canvas, and a signal when they change. */
import { themeValue } from "../theme-values.ts";
import type { Rgb } from "./palette.ts";

export { onThemeChange } from "../theme-values.ts";

/** Reads custom properties of the page as RGB; each token once. */
export function colourReader(): (token: string) => Rgb {
  const known = new Map<string, Rgb>();
  return (token) => {
    let colour = known.get(token);
    if (!colour) {
      colour = rgbOf(themeValue(token) || "gray");
      known.set(token, colour);
    }
    return colour;
  };
}

let probe: CanvasRenderingContext2D | null | undefined;

/** What is not written as `#rrggbb` (names, `color-mix`, system colours) the browser itself resolves, by painting one pixel. */
function rgbOf(text: string): Rgb {
  const hex = /^#([0-9a-f]{6})$/i.exec(text)?.[1];
  if (hex !== undefined) {
    const bits = Number.parseInt(hex, 16);
    return { r: bits >> 16, g: (bits >> 8) & 255, b: bits & 255 };
  }
  if (probe === undefined) {
    const canvas = document.createElement("canvas");
    canvas.width = 1;
    canvas.height = 1;
    probe = canvas.getContext("2d", { willReadFrequently: true });
  }
  if (!probe) return { r: 128, g: 128, b: 128 };
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = text;
  probe.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0] = probe.getImageData(0, 0, 1, 1).data;
  return { r, g, b };
}
