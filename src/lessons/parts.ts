/** F6 goes from the lesson to the machine, to the terminal where one is open, and to the lesson again; with Shift the other way. */

/** Each by where it is, and by what of it is focused. */
const PARTS = [
  { within: "#panel-lesson", focus: "#panel-lesson" },
  { within: "#panel-box", focus: "#panel-box" },
  { within: "#panel-terminal", focus: "#panel-terminal textarea" },
];

/** Begins to listen; returns how to stop. */
export function followParts(page: Document): () => void {
  const onKey = (event: KeyboardEvent) => {
    const { key, shiftKey, ctrlKey, altKey, metaKey } = event;
    if (key !== "F6" || ctrlKey || altKey || metaKey) return;
    const parts = PARTS.flatMap(({ within, focus }) => {
      const place = page.querySelector<HTMLElement>(within);
      const part = page.querySelector<HTMLElement>(focus);
      return place && part && part.getClientRects().length > 0 ? { place, part } : [];
    });
    const at = parts.findIndex(({ place }) => place.contains(page.activeElement));
    const next = shiftKey ? (at <= 0 ? parts.length : at) - 1 : (at + 1) % parts.length;
    event.preventDefault();
    // A terminal, which F6 leaves, too, would have the last word on where to.
    event.stopPropagation();
    parts[next]?.part.focus();
  };
  page.addEventListener("keydown", onKey, { capture: true });
  return () => page.removeEventListener("keydown", onKey, { capture: true });
}
