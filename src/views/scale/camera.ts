/** What part of the plane a picture shows: a point in its corner, and pixels of the screen for one of the plane. Pure. */
import { type Depth, type Path, pathAt, type Rect, rectOf, type World } from "./world.ts";

export interface View {
  readonly x: number;
  readonly y: number;
  /** Screen pixels of one of the plane; a stop may be stretched to its frame. */
  readonly sx: number;
  readonly sy: number;
}

/** A mark this wide begins to show what is in it, and with twice that is what is in it. */
export const FADE_FROM = 24;
export const FADE_TO = 48;
/** How large a page gets. */
const LARGEST_PAGE = 96;

/** The rectangle as large as it gets without being stretched, in the middle. */
export function fitted(rect: Rect, width: number, height: number, margin = 0): View {
  const scale = Math.min((width - 2 * margin) / rect.width, (height - 2 * margin) / rect.height);
  return {
    x: rect.x + rect.width / 2 - width / 2 / scale,
    y: rect.y + rect.height / 2 - height / 2 / scale,
    sx: scale,
    sy: scale,
  };
}

/** The rectangle over the whole picture, stretched as that needs. */
export const fill = (rect: Rect, { width, height }: { readonly width: number; readonly height: number }): View => ({
  x: rect.x,
  y: rect.y,
  sx: width / rect.width,
  sy: height / rect.height,
});

/** Larger by a factor, the point under `at` of the screen staying where it is; never less than the whole box. */
export function zoom(
  view: View,
  factor: number,
  at: { readonly x: number; readonly y: number },
  world: World,
  { width, height }: { readonly width: number; readonly height: number },
): View {
  const whole = fitted({ x: 0, y: 0, width: world.width, height: world.height }, width, height).sx;
  const page = rectOf(world, [0, 0, 0, 0], 3);
  const scale = Math.max(whole, Math.min(LARGEST_PAGE / page.width, view.sx * factor));
  const moved = {
    x: view.x + at.x / view.sx - at.x / scale,
    y: view.y + at.y / view.sy - at.y / scale,
    sx: scale,
    sy: scale,
  };
  return keepIn(moved, world, width, height);
}

/** Nobody gets lost: the middle of the picture is somewhere in the box. */
export function keepIn(view: View, world: World, width: number, height: number): View {
  const [w, h] = [width / view.sx, height / view.sy];
  const clamp = (at: number, size: number, all: number) =>
    size >= all ? (all - size) / 2 : Math.max(-size * 0.1, Math.min(all - size * 0.9, at));
  return { ...view, x: clamp(view.x, w, world.width), y: clamp(view.y, h, world.height) };
}

/** The level whose marks a person acts on at this scale: the smallest that show what is in them, or would with a little more. */
export function depthAt(view: View, world: World): Depth {
  for (const depth of [3, 2, 1] as const)
    if (
      Math.min(
        rectOf(world, [0, 0, 0, 0], depth).width * view.sx,
        rectOf(world, [0, 0, 0, 0], depth).height * view.sy,
      ) >= 16
    )
      return depth;
  return 0;
}

/** Part of the way between two views, in equal steps of scale: what a person calls steady. */
export function between(from: View, to: View, share: number): View {
  const ratio = to.sx / from.sx;
  const sx = from.sx * ratio ** share;
  const sy = from.sy * (to.sy / from.sy) ** share;
  // The place moves as the scale does, so that the path ends where it should, and comes from where it was.
  const way = Math.abs(ratio - 1) < 1e-6 ? share : (1 / sx - 1 / from.sx) / (1 / to.sx - 1 / from.sx);
  return { x: from.x + (to.x - from.x) * way, y: from.y + (to.y - from.y) * way, sx, sy };
}

/** Mark under a point of the screen. */
export const markAt = (view: View, world: World, atX: number, atY: number, depth: Depth): Path | undefined =>
  pathAt(world, view.x + atX / view.sx, view.y + atY / view.sy, depth);

/** Whether a run of pages that begins with a mark can be made out in a view: in sight, and at least a pixel of it. */
export function visible(
  { view, size }: { readonly view: View; readonly size: { readonly width: number; readonly height: number } },
  rect: Rect,
  pages: number,
): boolean {
  const x = (rect.x - view.x) * view.sx;
  const y = (rect.y - view.y) * view.sy;
  const area = rect.width * view.sx * rect.height * view.sy * pages;
  return x >= 0 && y >= 0 && x < size.width && y < size.height && area >= 1;
}
