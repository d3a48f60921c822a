/** The pane of the lanes under pointers, wheel and keys: what leads to another instant, to another view of time, and to what can be done. */
import { useEffect, useRef } from "react";

const STEP = 1.25;
/** A finger that rests so long asks what can be done here, real milliseconds; so far it may move, pixels. */
const HOLD_MS = 500;
const STILL = 8;

export interface PaneActions {
  zoom(factor: number): void;
  /** Share of the pane's width. */
  scrub(share: number): void;
  /** Held there by finger, or asked by the other button of a mouse what can be done there. */
  hold(share: number): void;
  whole(): void;
}

/** Everywhere on the pane what the slider does can be done by pointer, too; the wheel zooms without the page scrolling. */
export function usePane(pane: React.RefObject<HTMLElement | null>, actions: PaneActions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const element = pane.current;
    if (!element) return undefined;
    const listening = new AbortController();
    const { signal } = listening;
    const shareOf = ({ clientX }: { readonly clientX: number }): number => {
      const { left, width } = element.getBoundingClientRect();
      return Math.min(1, Math.max(0, (clientX - left) / width));
    };
    const scrub = (event: globalThis.PointerEvent) => latest.current.scrub(shareOf(event));
    let holding: number | undefined;
    let heldAt = 0;
    /** The finger that rested is still there: when it is lifted that is no press of what appeared under it. */
    let rested = false;
    const release = () => {
      clearTimeout(holding);
      holding = undefined;
    };
    /** Fingers on the pane, by where they are. Once there were two they zoom, and scrub nothing until all are lifted. */
    const fingers = new Map<number, number>();
    let zooms = false;
    const spread = (): number => {
      const [one = 0, other = one] = [...fingers.values()];
      return Math.max(8, Math.abs(one - other));
    };
    element.addEventListener(
      "pointerdown",
      (event) => {
        const touch = event.pointerType === "touch";
        if (touch) fingers.set(event.pointerId, event.clientX);
        zooms ||= fingers.size > 1;
        if (event.button !== 0 || (event.target as Element).closest("button, [role=slider]")) return;
        element.setPointerCapture(event.pointerId);
        // A finger may be the first of two: it scrubs when it moves alone, or is lifted.
        if (!touch) scrub(event);
        else {
          release();
          heldAt = event.clientX;
          holding = window.setTimeout(() => {
            release();
            rested = true;
            // What the finger does after that is no scrubbing.
            zooms = true;
            latest.current.hold(shareOf(event));
          }, HOLD_MS);
        }
      },
      { signal },
    );
    element.addEventListener(
      "pointermove",
      (event) => {
        if (fingers.size > 1 || Math.abs(event.clientX - heldAt) > STILL) release();
        const before = spread();
        if (fingers.has(event.pointerId)) fingers.set(event.pointerId, event.clientX);
        if (fingers.size > 1) latest.current.zoom(before / spread());
        else if (!zooms && holding === undefined && element.hasPointerCapture(event.pointerId)) scrub(event);
      },
      { signal },
    );
    for (const ended of ["pointerup", "pointercancel"] as const)
      element.addEventListener(
        ended,
        (event) => {
          release();
          const alone = fingers.delete(event.pointerId) && !zooms;
          if (alone && ended === "pointerup" && element.hasPointerCapture(event.pointerId)) scrub(event);
          zooms &&= fingers.size > 0;
        },
        { signal },
      );
    element.addEventListener(
      "touchend",
      (event) => {
        if (rested) event.preventDefault();
        rested = false;
      },
      { passive: false, signal },
    );
    element.addEventListener(
      "contextmenu",
      (event) => {
        event.preventDefault();
        // A finger that is held brings one, too.
        if (fingers.size === 0) latest.current.hold(shareOf(event));
      },
      { signal },
    );
    element.addEventListener("keydown", (event) => moveAmongMarks(element, event), { signal });
    element.addEventListener("dblclick", () => latest.current.whole(), { signal });
    element.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        latest.current.zoom(event.deltaY > 0 ? STEP : 1 / STEP);
      },
      { passive: false, signal },
    );
    return () => {
      release();
      listening.abort();
    };
  }, [pane]);
}

/** From mark to mark: along a lane, and to the nearest in time on another. */
function moveAmongMarks(pane: HTMLElement, event: globalThis.KeyboardEvent): void {
  const at = event.target as HTMLElement;
  const lane = at.closest("ul");
  if (!lane || at.localName !== "button") return;
  const lanes = [...pane.querySelectorAll("ul")].filter((one) => one.querySelector("button"));
  const marksOf = (one: Element | undefined) => [...(one?.querySelectorAll("button") ?? [])];
  const marks = marksOf(lane);
  const middle = (mark: Element): number => {
    const { left, right } = mark.getBoundingClientRect();
    return (left + right) / 2;
  };
  const nearest = (all: HTMLElement[]) =>
    all.sort((a, b) => Math.abs(middle(a) - middle(at)) - Math.abs(middle(b) - middle(at)))[0];
  const index = marks.indexOf(at as HTMLButtonElement);
  const row = lanes.indexOf(lane);
  const to = {
    ArrowLeft: () => marks[index - 1],
    ArrowRight: () => marks[index + 1],
    ArrowUp: () => nearest(marksOf(lanes[row - 1])),
    ArrowDown: () => nearest(marksOf(lanes[row + 1])),
  }[event.key];
  if (!to) return;
  event.preventDefault();
  to()?.focus();
}
