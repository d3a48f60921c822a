/**
 * Keys as events of the carrying machine, and the one tab stop of the box: arrow keys rove over modules and slots;
 * while a DIMM is carried they jump between the places that can take it.
 */
import type { Carriage } from "./carriage.ts";
import { type Direction, type Spot, stepFrom } from "./compass.ts";
import { targetsOf } from "./floor.ts";

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
};
const PICK_UP = new Set(["Enter", " ", "m", "M"]);

/** Listens on the box; `openMenu` opens the menu of a DIMM. Returns how to stop. */
export function attachKeyboard(root: HTMLElement, carriage: Carriage, openMenu: (dimm: string) => void): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  const carrying = () => carriage.store.getState().carry.carrying;

  const rove = (item: HTMLElement, direction: Direction) => {
    const items = [...root.querySelectorAll<HTMLElement>("[data-item]")];
    const next = stepFrom(items.map(spotOf), spotOf(item), direction);
    items.find((candidate) => candidate.dataset.item === next)?.focus();
  };
  const steer = (direction: Direction) => {
    const held = carrying();
    if (!held || held.by === "pointer") return;
    const { floor } = carriage.store.getState();
    const spots = targetsOf(floor, held.dimm).flatMap((place) => {
      const element = root.querySelector<HTMLElement>(`[data-spot="${CSS.escape(place)}"]`);
      return element ? [{ ...spotOf(element), key: place }] : [];
    });
    const module = root.querySelector<HTMLElement>(`[data-handle="${CSS.escape(held.dimm)}"]`);
    const from = spots.find((spot) => spot.key === held.over) ?? (module ? spotOf(module) : null);
    const next = stepFrom(spots, from, direction);
    if (held.by !== "keys") carriage.dispatch({ type: "lift", dimm: held.dimm, by: "keys" });
    if (next !== null) carriage.dispatch({ type: "over", place: next });
  };

  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target as HTMLElement;
    const item = target.closest<HTMLElement>("[data-item]");
    if (!item) return;
    const dimm = item.dataset.handle;
    const held = carrying();
    const direction = DIRECTIONS[event.key];
    if (held && event.key === "Tab") steer(event.shiftKey ? "left" : "right");
    else if (direction) held ? steer(direction) : rove(item, direction);
    else if (PICK_UP.has(event.key) && !event.repeat && (held || dimm !== undefined)) act(dimm);
    else if (dimm !== undefined && (event.key === "ContextMenu" || (event.shiftKey && event.key === "F10")))
      openMenu(dimm);
    else return;
    event.preventDefault();
  };
  const act = (dimm: string | undefined) => {
    const held = carrying();
    if (!held) carriage.dispatch({ type: "lift", dimm: dimm ?? "", by: "keys" });
    else if (held.over === null && held.dimm === dimm) carriage.dispatch({ type: "cancel" });
    else carriage.dispatch({ type: "place" });
  };
  const onEscape = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || !carrying()) return;
    event.preventDefault();
    carriage.dispatch({ type: "cancel" });
  };

  root.addEventListener("keydown", onKey, { signal });
  // A drag leaves the focus anywhere: Escape counts wherever it is.
  root.ownerDocument.addEventListener("keydown", onEscape, { signal });
  return () => listening.abort();
}

function spotOf(element: HTMLElement): Spot {
  const key = element.dataset.item ?? "";
  const box = element.getBoundingClientRect();
  if (box.width === 0) return { key };
  return {
    key,
    box: { x: box.x + box.width / 2, y: box.y + box.height / 2, halfWidth: box.width / 2, halfHeight: box.height / 2 },
  };
}
