/**
 * Attributes and texts of a selection, touched only where they differ: whatever is set, even to what it was, makes an
 * SVG look at its styles and its layout again.
 */
import type { BaseType, Selection } from "d3-selection";

type Value<D> = string | number | ((datum: D, index: number) => string | number);

export function setAttributes<E extends Element, D, P extends BaseType, PD>(
  selection: Selection<E, D, P, PD>,
  attributes: Readonly<Record<string, Value<D>>>,
): void {
  const entries = Object.entries(attributes);
  selection.each(function (datum, index) {
    for (const [name, value] of entries) {
      const text = String(typeof value === "function" ? value(datum, index) : value);
      if (this.getAttribute(name) !== text) this.setAttribute(name, text);
    }
  });
}

export function setText<E extends Element, D, P extends BaseType, PD>(
  selection: Selection<E, D, P, PD>,
  text: string | ((datum: D, index: number) => string),
): void {
  selection.each(function (datum, index) {
    const next = typeof text === "function" ? text(datum, index) : text;
    if (this.textContent === next) return;
    // The text itself rather than another in its place: that would be built into the layout anew.
    if (this.firstChild instanceof Text) this.firstChild.data = next;
    else this.textContent = next;
  });
}
