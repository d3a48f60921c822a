/**
 * A picture of a part of memory: a canvas, one tab stop, with a cursor that goes from mark to mark. A *stop* shows one mark
 * of a level as large as its frame; the *zoom* shows whatever the camera sees.
 */
import { type KeyboardEvent, type RefObject, useEffect, useRef } from "react";
import { usePlayground } from "../../client/react.tsx";
import type { SurfaceSize } from "../canvas-surface.ts";
import { themeValue } from "../theme-values.ts";
import { useCanvas } from "../use-canvas.ts";
import { between, depthAt, fill, fitted, keepIn, markAt, type View, zoom } from "./camera.ts";
import { paint, paintCursor, type Scene } from "./painter.ts";
import styles from "./scale.module.css";
import { type Depth, type Path, type Rect, rectOf } from "./world.ts";

export interface Cursor {
  readonly path: Path;
  readonly depth: Depth;
  /** The one that keys move; others say which mark the next frame shows. */
  readonly strong: boolean;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a camera shows, and on how many CSS pixels. */
export interface Seen {
  readonly view: View;
  readonly size: Size;
}

interface PictureProps {
  readonly scene: Scene;
  readonly cursor: Cursor;
  readonly label: string;
  readonly describedBy: string;
  readonly className?: string | undefined;
  readonly figure?: RefObject<HTMLElement | null>;
  onKey(event: KeyboardEvent): void;
  /** A mark was pointed at: chosen, or entered. */
  onMark(path: Path, depth: Depth, enter: boolean): void;
}

interface StopProps extends PictureProps {
  /** What fills the frame. */
  readonly rect: Rect;
  /** Level of the marks in it. */
  readonly depth: Depth;
  /** In or out, by the wheel. */
  onStep(step: 1 | -1, path: Path | undefined): void;
}

/** Wheel movement that counts as one step in or out. */
const WHEEL_STEP = 120;

export function Stop(props: StopProps) {
  const { rect, depth, onStep } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const newest = useRef(props);
  newest.current = props;
  const viewOf = useRef((size: Size): View => fill(rect, size));
  viewOf.current = (size) => fill(rect, size);
  const paintOn = (onto: HTMLCanvasElement, surface: SurfaceSize) => {
    const context = onto.getContext("2d");
    if (!context) return;
    const size = cssSize(surface);
    const { scene, cursor } = newest.current;
    const view = viewOf.current(size);
    paint(context, size, view, scene);
    paintCursor(context, size, view, scene.world, { ...cursor, depth });
  };
  const draw = useCanvas(canvas, paintOn, parentOf);
  useEffect(() => draw.current());
  useWheel(canvas, (event, x, y, size) => {
    const path = markAt(viewOf.current(size), newest.current.scene.world, x, y, depth);
    turned.current += event.deltaY;
    if (Math.abs(turned.current) < WHEEL_STEP) return;
    onStep(turned.current < 0 ? 1 : -1, path);
    turned.current = 0;
  });
  const turned = useRef(0);
  return (
    <Figure
      {...props}
      canvas={canvas}
      markUnder={(x, y, size) => {
        const path = markAt(viewOf.current(size), props.scene.world, x, y, depth);
        return path && { path, depth };
      }}
    />
  );
}

interface ZoomProps extends PictureProps {
  /** What the camera goes to; another object goes there anew. */
  readonly target: { readonly rect: Rect; readonly jump: boolean };
  /** Takes what makes it larger or smaller about the cursor's mark. */
  readonly zoomer: RefObject<((factor: number) => void) | null>;
  /** What is seen has changed, and for the moment stays. */
  onView(view: View, size: Size): void;
  /** Someone zoomed: the mark under the pointer is where they are. */
  onZoomed(path: Path, depth: Depth): void;
}

const MARGIN = 6;
/** Real milliseconds without a move after which what is seen counts as staying. */
const REST_MS = 80;

export function Zoom(props: ZoomProps) {
  const { target, zoomer } = props;
  const playground = usePlayground();
  const canvas = useRef<HTMLCanvasElement>(null);
  const newest = useRef(props);
  newest.current = props;
  const camera = useRef<{ view: View; from: View; to: View; share: number } | null>(null);
  /** By hand, since the last place that was gone to: then nobody moves it back. */
  const moved = useRef(false);
  const moves = useRef(false);
  const resting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const size = useRef<SurfaceSize | null>(null);
  const under = useRef<{ readonly path: Path; readonly depth: Depth } | null>(null);
  const tell = useRef(() => {
    clearTimeout(resting.current);
    resting.current = setTimeout(() => {
      if (camera.current && size.current) newest.current.onView(camera.current.view, cssSize(size.current));
      // Where someone zoomed to is known when they rest: the picture moves, and nothing else has to meanwhile.
      if (under.current) newest.current.onZoomed(under.current.path, under.current.depth);
      under.current = null;
    }, REST_MS);
  });
  const paintOn = (onto: HTMLCanvasElement, surface: SurfaceSize) => {
    const context = onto.getContext("2d");
    if (!context) return;
    const css = cssSize(surface);
    const resized = surface !== size.current;
    size.current = surface;
    const { scene, cursor } = newest.current;
    const whole = fitted(newest.current.target.rect, css.width, css.height, MARGIN);
    if (!camera.current || (resized && !moved.current)) {
      camera.current = { view: whole, from: whole, to: whole, share: 1 };
      tell.current();
    }
    const { view } = camera.current;
    paint(context, css, view, scene);
    paintCursor(context, css, view, scene.world, cursor);
  };
  const draw = useCanvas(canvas, paintOn, parentOf);
  useEffect(() => draw.current());
  // The room has another size, or another place is gone to.
  useEffect(() => {
    const { current } = size;
    if (!current || !camera.current) {
      tell.current();
      return;
    }
    const { width, height } = cssSize(current);
    moved.current = false;
    const to = fitted(target.rect, width, height, MARGIN);
    const calm = Number.parseFloat(themeValue("--calm")) || 0;
    const { view } = camera.current;
    camera.current =
      target.jump || calm === 0 ? { view: to, from: to, to, share: 1 } : { view, from: view, to, share: 0 };
    draw.current();
    if (camera.current.share < 1) playground.requestFrame();
    tell.current();
  }, [target, playground, draw]);
  useEffect(
    () =>
      playground.onFrame(({ elapsed }) => {
        const { current } = camera;
        if (moves.current) draw.current();
        moves.current = false;
        if (!current || current.share >= 1) return;
        current.share = Math.min(
          1,
          current.share + Math.min(elapsed, 34) / (Number.parseFloat(themeValue("--calm")) || 1),
        );
        // Soft at both ends.
        const eased = current.share * current.share * (3 - 2 * current.share);
        current.view = current.share === 1 ? current.to : between(current.from, current.to, eased);
        draw.current();
        tell.current();
        if (current.share < 1) playground.requestFrame();
      }),
    [playground, draw],
  );
  useEffect(() => () => clearTimeout(resting.current), []);

  const move = (view: View) => {
    moved.current = true;
    camera.current = { view, from: view, to: view, share: 1 };
    // However often a wheel turns, it is drawn once a display frame.
    moves.current = true;
    playground.requestFrame();
    tell.current();
  };
  const zoomAt = (factor: number, x: number, y: number) => {
    const { current } = camera;
    if (!current || !size.current) return;
    const { world } = newest.current.scene;
    const view = zoom(current.view, factor, { x, y }, world, cssSize(size.current));
    move(view);
    const depth = depthAt(view, world);
    const path = markAt(view, world, x, y, depth);
    if (path) under.current = { path, depth };
  };
  useEffect(() => {
    zoomer.current = (factor) => {
      const { current } = camera;
      if (!current || !size.current) return;
      const { cursor, scene } = newest.current;
      const { width, height } = cssSize(size.current);
      const centre = centreOf(scene, cursor, current.view);
      const seen = centre.x >= 0 && centre.x <= width && centre.y >= 0 && centre.y <= height;
      zoomAt(factor, seen ? centre.x : width / 2, seen ? centre.y : height / 2);
    };
    return () => {
      zoomer.current = null;
    };
  });
  useWheel(canvas, (event, x, y) => {
    zoomAt(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0025)), x, y);
  });
  return (
    <Figure
      {...props}
      canvas={canvas}
      markUnder={(x, y) => {
        const { current } = camera;
        if (!current) return undefined;
        const { world } = props.scene;
        const depth = depthAt(current.view, world);
        const path = markAt(current.view, world, x, y, depth);
        return path && { path, depth };
      }}
      onPan={(dx, dy) => {
        const { current } = camera;
        if (!current || !size.current) return;
        const { width, height } = cssSize(size.current);
        const { view } = current;
        move(keepIn({ ...view, x: view.x - dx / view.sx, y: view.y - dy / view.sy }, props.scene.world, width, height));
      }}
      onPinch={zoomAt}
    />
  );
}

function centreOf({ world }: Scene, { path, depth }: Cursor, view: View): { readonly x: number; readonly y: number } {
  const rect = rectOf(world, path, depth);
  return { x: (rect.x + rect.width / 2 - view.x) * view.sx, y: (rect.y + rect.height / 2 - view.y) * view.sy };
}

interface FigureProps extends PictureProps {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  markUnder(x: number, y: number, size: Size): { readonly path: Path; readonly depth: Depth } | undefined;
  onPan?(dx: number, dy: number): void;
  onPinch?(factor: number, x: number, y: number): void;
}

/** Pixels that a pointer may tremble. */
const STILL = 4;

/** The figure round a canvas, and what pointers do on it: choose, enter, drag, pinch. */
function Figure(props: FigureProps) {
  const { canvas, label, describedBy, className, figure, onKey, onMark, markUnder, onPan, onPinch } = props;
  const pointers = useRef(new Map<number, { x: number; y: number }>());
  const moved = useRef(0);
  const at = (event: { clientX: number; clientY: number; currentTarget: Element }) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top, width: box.width, height: box.height };
  };
  return (
    <section
      ref={figure}
      className={`${styles.picture} ${className ?? ""}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is one tab stop with a cursor of its own.
      tabIndex={0}
      aria-label={label}
      aria-describedby={describedBy}
      onKeyDown={onKey}
    >
      <canvas
        ref={canvas}
        aria-hidden="true"
        onPointerDown={(event) => {
          const { x, y } = at(event);
          pointers.current.set(event.pointerId, { x, y });
          if (pointers.current.size === 1) moved.current = 0;
          event.currentTarget.setPointerCapture?.(event.pointerId);
        }}
        onPointerMove={(event) => {
          const before = pointers.current.get(event.pointerId);
          if (!before) return;
          const { x, y } = at(event);
          const [dx, dy] = [x - before.x, y - before.y];
          moved.current += Math.abs(dx) + Math.abs(dy);
          if (moved.current <= STILL) return;
          const others = [...pointers.current].filter(([id]) => id !== event.pointerId);
          pointers.current.set(event.pointerId, { x, y });
          const [other] = others;
          if (!other) onPan?.(dx, dy);
          else {
            const [, still] = other;
            const apart = (one: { x: number; y: number }) => Math.hypot(one.x - still.x, one.y - still.y);
            onPinch?.(apart({ x, y }) / Math.max(1, apart(before)), (x + still.x) / 2, (y + still.y) / 2);
          }
        }}
        onPointerUp={(event) => {
          pointers.current.delete(event.pointerId);
          const { x, y, width, height } = at(event);
          if (moved.current > STILL) return;
          const mark = markUnder(x, y, { width, height });
          if (mark) onMark(mark.path, mark.depth, false);
        }}
        onPointerCancel={(event) => pointers.current.delete(event.pointerId)}
        onDoubleClick={(event) => {
          const { x, y, width, height } = at(event);
          const mark = markUnder(x, y, { width, height });
          if (mark) onMark(mark.path, mark.depth, true);
        }}
      />
    </section>
  );
}

const parentOf = (canvas: HTMLCanvasElement): Element | null => canvas.parentElement;

interface CssSize extends Size {
  readonly ratio: number;
}
const cssSize = ({ width, height, ratio }: SurfaceSize): CssSize => ({
  width: width / ratio,
  height: height / ratio,
  ratio,
});

/** The wheel over a canvas, which then doesn't scroll the page: React listens too passively for that. */
function useWheel(
  canvas: RefObject<HTMLCanvasElement | null>,
  onWheel: (event: WheelEvent, x: number, y: number, size: Size) => void,
): void {
  const newest = useRef(onWheel);
  newest.current = onWheel;
  useEffect(() => {
    const { current } = canvas;
    if (!current) return;
    const listen = (event: WheelEvent) => {
      event.preventDefault();
      const box = current.getBoundingClientRect();
      newest.current(event, event.clientX - box.left, event.clientY - box.top, box);
    };
    current.addEventListener("wheel", listen, { passive: false });
    return () => current.removeEventListener("wheel", listen);
  }, [canvas]);
}
