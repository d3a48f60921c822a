/** Canvases that are as large as their room, and painted anew when that, the theme, or what they show changes. */
import { type RefObject, useEffect, useRef } from "react";
import { observeSurface, type SurfaceSize } from "./canvas-surface.ts";
import { onThemeChange } from "./theme-values.ts";

type Paint = (canvas: HTMLCanvasElement, surface: SurfaceSize) => void;

const itself = (canvas: HTMLCanvasElement): Element | null => canvas;

/** Keeps a canvas as large as its room (it has its own unless `roomOf` says another) and painted; returns what paints it again. */
export function useCanvas(
  canvas: RefObject<HTMLCanvasElement | null>,
  paint: Paint,
  roomOf: (canvas: HTMLCanvasElement) => Element | null = itself,
): RefObject<() => void> {
  const newest = useRef(paint);
  newest.current = paint;
  const draw = useRef(() => {});
  useEffect(() => {
    const { current } = canvas;
    const room = current && roomOf(current);
    if (!current || !room) return;
    let surface: SurfaceSize | null = null;
    draw.current = () => {
      if (surface) newest.current(current, surface);
    };
    const stop = observeSurface(room, (next) => {
      surface = next;
      current.width = next.width;
      current.height = next.height;
      draw.current();
    });
    const stopTheme = onThemeChange(() => draw.current());
    return () => {
      draw.current = () => {};
      stop();
      stopTheme();
    };
  }, [canvas, roomOf]);
  return draw;
}

/** The same for a picture of what `paint` closes over: painted again when that is another function. */
export function usePainted(canvas: RefObject<HTMLCanvasElement | null>, paint: Paint): void {
  const draw = useCanvas(canvas, paint);
  const painted = useRef<Paint | null>(null);
  useEffect(() => {
    if (painted.current === paint) return;
    painted.current = paint;
    draw.current();
  });
}
