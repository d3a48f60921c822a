/**
 * Mouse, pen and finger as events of the carrying machine. A press that moves is a drag, one that doesn't is a click;
 * both end in the same machine. Modules have `touch-action: none` (on the shelf `pan-x`), all else scrolls as usual.
 */
import type { Carriage } from "./carriage.ts";
import type { PlaceKey } from "./floor.ts";

export interface PointerInput {
  /** Puts the likeness of the carried module under the pointer. */
  dress(avatar: HTMLElement): void;
  detach(): void;
}

interface Press {
  readonly pointer: number;
  readonly dimm: string;
  readonly startX: number;
  readonly startY: number;
  /** Travel that makes a drag of it, px. */
  readonly slack: number;
  /** Where in the module it was taken, and the module's size. */
  readonly grip: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  dragging: boolean;
  x: number;
  y: number;
}

/** Closer than this to the edge of what scrolls, a drag scrolls it, px. */
const EDGE = 44;

export function attachPointer(root: HTMLElement, scroller: HTMLElement, carriage: Carriage): PointerInput {
  const document = root.ownerDocument;
  const listening = new AbortController();
  const { signal } = listening;
  let press: Press | null = null;
  let swallowClick = false;
  let scrolling = 0;

  const carrying = () => carriage.store.getState().carry.carrying;
  const placeAt = (x: number, y: number): PlaceKey | null => {
    const element = document.elementFromPoint(x, y);
    return element && root.contains(element) ? placeOfElement(element) : null;
  };
  const dress = (avatar: HTMLElement) => {
    if (!press) return;
    const { grip, x, y } = press;
    avatar.style.width = `${grip.width}px`;
    avatar.style.height = `${grip.height}px`;
    avatar.style.translate = `${x - grip.x}px ${y - grip.y}px`;
  };
  const follow = () => {
    if (!press) return;
    const avatar = root.querySelector<HTMLElement>("[data-avatar]");
    if (avatar) dress(avatar);
    carriage.dispatch({ type: "over", place: placeAt(press.x, press.y) });
  };
  const scrollAtEdges = () => {
    scrolling = 0;
    if (!press?.dragging) return;
    const moved = scrollTowards(press.y, [scroller, document.scrollingElement]);
    if (moved) follow();
    scrolling = requestAnimationFrame(scrollAtEdges);
  };
  const release = () => {
    press = null;
    cancelAnimationFrame(scrolling);
    scrolling = 0;
  };

  const onDown = (event: PointerEvent) => {
    swallowClick = false;
    const handle = (event.target as Element).closest<HTMLElement>("[data-handle]");
    if (!handle || event.button !== 0 || !event.isPrimary) return;
    const box = handle.getBoundingClientRect();
    press = {
      pointer: event.pointerId,
      dimm: handle.dataset.handle ?? "",
      startX: event.clientX,
      startY: event.clientY,
      slack: event.pointerType === "mouse" ? 4 : 8,
      grip: { x: event.clientX - box.x, y: event.clientY - box.y, width: box.width, height: box.height },
      dragging: false,
      x: event.clientX,
      y: event.clientY,
    };
  };
  const onMove = (event: PointerEvent) => {
    if (!press || event.pointerId !== press.pointer) {
      if (event.pointerType === "mouse" && carrying()?.by === "click")
        carriage.dispatch({ type: "over", place: placeAt(event.clientX, event.clientY) });
      return;
    }
    press.x = event.clientX;
    press.y = event.clientY;
    if (!press.dragging) {
      if (Math.hypot(press.x - press.startX, press.y - press.startY) < press.slack) return;
      carriage.dispatch({ type: "lift", dimm: press.dimm, by: "pointer" });
      swallowClick = true;
      if (carrying()?.by !== "pointer") {
        release();
        return;
      }
      press.dragging = true;
      scrolling = requestAnimationFrame(scrollAtEdges);
    }
    if (carrying()?.by === "pointer") follow();
    else release();
  };
  const onUp = (event: PointerEvent) => {
    if (!press || event.pointerId !== press.pointer) return;
    const { dragging, x, y } = press;
    if (dragging && carrying()?.by === "pointer") {
      const place = placeAt(x, y);
      carriage.dispatch({ type: "over", place });
      carriage.dispatch(place === null ? { type: "cancel" } : { type: "place", place });
    }
    release();
  };
  const onCancel = (event: PointerEvent) => {
    if (!press || event.pointerId !== press.pointer) return;
    if (press.dragging && carrying()?.by === "pointer") carriage.dispatch({ type: "cancel" });
    release();
  };
  const onClick = (event: MouseEvent) => {
    if (swallowClick) {
      swallowClick = false;
      event.preventDefault();
      return;
    }
    const target = event.target as Element;
    const handle = target.closest<HTMLElement>("[data-handle]");
    if (handle) {
      carriage.dispatch({ type: "lift", dimm: handle.dataset.handle ?? "", by: "click" });
      return;
    }
    if (!carrying() || target.closest("[data-control]")) return;
    const place = placeOfElement(target);
    carriage.dispatch(place === null ? { type: "cancel" } : { type: "place", place });
  };
  const onDownOutside = (event: PointerEvent) => {
    // Whoever turns to another part of the page has let go of the DIMM.
    if (carrying() && !root.contains(event.target as Node)) carriage.dispatch({ type: "cancel" });
  };

  root.addEventListener("pointerdown", onDown, { signal });
  root.addEventListener("click", onClick, { signal });
  document.addEventListener("pointermove", onMove, { signal });
  document.addEventListener("pointerup", onUp, { signal });
  document.addEventListener("pointercancel", onCancel, { signal });
  document.addEventListener("pointerdown", onDownOutside, { signal });
  // Modules hold no native drag image or selection.
  root.addEventListener("dragstart", (event) => event.preventDefault(), { signal });

  return {
    dress,
    detach() {
      listening.abort();
      release();
    },
  };
}

function placeOfElement(element: Element): PlaceKey | null {
  return element.closest<HTMLElement>("[data-place]")?.dataset.place ?? null;
}

/** Scrolls the first of these that the pointer is near an edge of; true when something moved. */
function scrollTowards(y: number, scrollers: readonly (Element | null)[]): boolean {
  for (const scroller of scrollers) {
    if (!scroller || scroller.scrollHeight <= scroller.clientHeight) continue;
    const page = scroller === scroller.ownerDocument.scrollingElement;
    const box = scroller.getBoundingClientRect();
    const top = page ? 0 : Math.max(0, box.top);
    const bottom = page ? window.innerHeight : Math.min(window.innerHeight, box.bottom);
    const push = y < top + EDGE ? y - top - EDGE : y > bottom - EDGE ? y - bottom + EDGE : 0;
    if (push === 0) continue;
    const was = scroller.scrollTop;
    scroller.scrollTop += Math.max(-14, Math.min(14, push / 3));
    if (scroller.scrollTop !== was) return true;
  }
  return false;
}
