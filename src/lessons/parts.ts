/** F6 goes from the lesson to the machine, to the terminal where one is open, and to the lesson again; with Shift the other way. */

const PARTS = ["#panel-lesson", "#panel-box", "#panel-terminal textarea"];

/** Begins to listen; returns how to stop. */
export function followParts(page: Document): () => void {
  const onKey = (event: KeyboardEvent) => {
    const { key, shiftKey, ctrlKey, altKey, metaKey, defaultPrevented } = event;
    if (key !== "F6" || ctrlKey || altKey || metaKey || defaultPrevented) return;
    const parts = PARTS.flatMap((selector) => page.querySelector<HTMLElement>(selector) ?? []).filter(
      (part) => part.offsetParent !== null || part.getClientRects().length > 0,
    );
    const at = parts.findIndex((part) => part.contains(page.activeElement));
    const next = shiftKey ? (at <= 0 ? parts.length : at) - 1 : (at + 1) % parts.length;
    event.preventDefault();
    parts[next]?.focus();
  };
  page.addEventListener("keydown", onKey);
  return () => page.removeEventListener("keydown", onKey);
}
