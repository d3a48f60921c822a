/** The theme's colours as numbers for a canvas, and a signal when they change. */
import type { Rgb } from "./palette.ts";

/**
 * Reads custom properties of `element` as RGB. The browser itself resolves them (names, `color-mix`, system colours
 * in forced colours), by painting one pixel; each token once.
 */
export function colourReader(element: Element): (token: string) => Rgb {
  const style = getComputedStyle(element);
  const probe = document.createElement("canvas");
  probe.width = 1;
  probe.height = 1;
  const context = probe.getContext("2d", { willReadFrequently: true });
  const known = new Map<string, Rgb>();
  return (token) => {
    const before = known.get(token);
    if (before) return before;
    let colour: Rgb = { r: 128, g: 128, b: 128 };
    if (context) {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = style.getPropertyValue(token).trim() || "gray";
      context.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0] = context.getImageData(0, 0, 1, 1).data;
      colour = { r, g, b };
    }
    known.set(token, colour);
    return colour;
  };
}

/** Calls `listener` after the theme or the contrast mode changed; returns how to stop. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme", "class", "style"] });
  const queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"].map((query) =>
    matchMedia(query),
  );
  for (const query of queries) query.addEventListener("change", listener);
  return () => {
    observer.disconnect();
    for (const query of queries) query.removeEventListener("change", listener);
  };
}
