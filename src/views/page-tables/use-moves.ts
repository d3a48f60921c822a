/** Wheel, pinch and drag over the axis, which runs across or downward. */
import { type PointerEvent, type RefObject, useEffect, useRef } from "react";

export interface Moves {
  /** Nearer by a factor, the point at x (pixels of the axis) staying where it is. */
  onZoom(factor: number, x: number): void;
  /** Along, by pixels. */
  onPan(x: number): void;
  onWhole(): void;
}

/** Pixels from which on a press is a drag. */
const DRAG = 4;

export function useMoves(figure: RefObject<HTMLElement | null>, gutter: number, down: boolean, moves: Moves) {
  const pointers = useRef(new Map<number, number>());
  const far = useRef(0);
  const newest = useRef({ gutter, down, moves });
  newest.current = { gutter, down, moves };
  const along = ({ clientX, clientY }: PointerEvent): number => (down ? clientY : clientX);

  useEffect(() => {
    const { current } = figure;
    if (!current) return;
    // However often a wheel turns, it is drawn once a display frame; React listens too passively to keep the page from scrolling.
    let turned = 1;
    let asked = 0;
    const listen = (event: WheelEvent) => {
      event.preventDefault();
      const { left, top } = current.getBoundingClientRect();
      const { gutter, down } = newest.current;
      const x = (down ? event.clientY - top : event.clientX - left) - gutter;
      turned *= Math.exp(-event.deltaY / (event.deltaMode === 0 ? 300 : 8));
      if (asked) return;
      asked = requestAnimationFrame(() => {
        asked = 0;
        newest.current.moves.onZoom(turned, x);
        turned = 1;
      });
    };
    current.addEventListener("wheel", listen, { passive: false });
    return () => {
      cancelAnimationFrame(asked);
      current.removeEventListener("wheel", listen);
    };
  }, [figure]);

  return {
    /** Whether the press that ends was a drag. */
    moved: () => far.current >= DRAG,
    onPointerDown: (event: PointerEvent) => {
      if (pointers.current.size === 0) far.current = 0;
      pointers.current.set(event.pointerId, along(event));
    },
    onPointerMove: (event: PointerEvent) => {
      const before = pointers.current.get(event.pointerId);
      if (before === undefined || event.buttons === 0) return;
      const [other] = [...pointers.current].filter(([id]) => id !== event.pointerId).map(([, x]) => x);
      const now = along(event);
      pointers.current.set(event.pointerId, now);
      far.current += Math.abs(now - before);
      if (far.current < DRAG) return;
      if (other === undefined) moves.onPan(before - now);
      else {
        const { left = 0, top = 0 } = figure.current?.getBoundingClientRect() ?? {};
        const [was, is] = [Math.abs(before - other), Math.abs(now - other)];
        if (was > 8 && is > 8) moves.onZoom(is / was, (other + now) / 2 - (down ? top : left) - gutter);
      }
    },
    onPointerUp: (event: PointerEvent) => void pointers.current.delete(event.pointerId),
    onPointerCancel: (event: PointerEvent) => void pointers.current.delete(event.pointerId),
    onPointerLeave: (event: PointerEvent) => void pointers.current.delete(event.pointerId),
  };
}
