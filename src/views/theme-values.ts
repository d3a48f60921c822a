/**
 * What the stylesheet says of colours and sizes, for what is drawn on canvases. To ask a browser for a computed style
 * makes it compute all that are due, in the middle of whatever goes on; so each value is asked for once, and kept until
 * the theme, the contrast or the window changes.
 */
const WATCHED = ["(prefers-color-scheme: dark)", "(forced-colors: active)", "(prefers-contrast: more)"];

const values = new Map<string, string>();
const listeners = new Set<() => void>();
let scale: number | null = null;
let watching = false;

/** Values are only kept while someone watches over them; nobody has to stop: there is one page, and one theme. */
function watch(): void {
  if (watching) return;
  watching = true;
  const change = () => {
    values.clear();
    scale = null;
    for (const listener of listeners) listener();
  };
  const attributes = { attributes: true, attributeFilter: ["data-theme", "class", "style"] };
  new MutationObserver(change).observe(document.documentElement, attributes);
  for (const query of WATCHED) matchMedia(query).addEventListener("change", change);
  // Text grows with the window. Before anyone else hears of it.
  window.addEventListener(
    "resize",
    () => {
      scale = null;
    },
    { capture: true },
  );
}

/** A custom property of the page, such as `--panel`, as it is written; empty when there is none by that name. */
export function themeValue(token: string): string {
  watch();
  let value = values.get(token);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(token).trim();
    values.set(token, value);
  }
  return value;
}

/**
 * How much larger text is than on a desk: on a projector or a 4K wall the root's font grows, and everything that is
 * measured in CSS pixels beside text has to grow with it.
 */
export function textScale(): number {
  watch();
  if (scale === null) {
    const size = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
    scale = size > 0 ? size / 16 : 1;
  }
  return scale;
}

/** Calls `listener` after the theme or the contrast mode changed; returns how to stop. */
export function onThemeChange(listener: () => void): () => void {
  watch();
  listeners.add(listener);
  return () => listeners.delete(listener);
}
