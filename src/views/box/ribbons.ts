/**
 * Ribbons from the module that empties to the modules that its pages arrive in, on one canvas that is just as large as they
 * need (each of its pixels is copied in each frame that draws it), drawn only while pages move. Where modules stand is looked
 * up when a ribbon is new or the box changed its size.
 */
import type { Playground } from "../../client/playground.ts";
import { PAGES_PER_SECTION } from "../../engine/units.ts";
import type { BlockRecord } from "../../protocol/records.ts";
import { largest, smallest } from "../../engine/lists.ts";
import { takingTurns } from "../canvas-turns.ts";
import { zoneToken } from "../kinds.ts";
import { themeValue } from "../theme-values.ts";
import { arrivalsBetween } from "./arrivals.ts";
import { itemOf } from "./roving.ts";

interface Ribbon {
  readonly from: string;
  readonly to: string;
  readonly zone: string;
  pages: number;
  /** Real ms at which something arrived last. */
  at: number;
  ends: readonly [Spot, Spot] | null;
}
/** Px from the layer's corner. */
type Spot = readonly [x: number, y: number];
/** Px from the layer's corner. */
interface Room {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Real ms for which a ribbon stays after something arrived. */
const HOLD_MS = 900;
const WIDEST = 7;
/** Px that the arrow of the widest ribbon, with its edge, reaches beyond its end. */
const MARGIN = WIDEST + 6;
const FULL_AT_PAGES = PAGES_PER_SECTION;
/** Dashes run from end to end at so many px a second. */
const SPEED = 70;

/** Draws in `layer`, which lies over all of `root`. */
export function createRibbons(root: HTMLElement, layer: HTMLElement, playground: Playground): () => void {
  const canvas = document.createElement("canvas");
  canvas.hidden = true;
  layer.append(canvas);
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const ribbons = new Map<string, Ribbon>();
  let before = playground.store.getState().records;
  let told = "";
  let room: Room | null = null;
  const rests = takingTurns();

  const lost = () => {
    for (const ribbon of ribbons.values()) ribbon.ends = null;
  };
  const sizes = new ResizeObserver(lost);
  sizes.observe(layer);
  root.addEventListener("scroll", lost, { capture: true, passive: true });

  function take(now: number): void {
    const { records } = playground.store.getState();
    for (const { from, to, pages } of records === before ? [] : arrivalsBetween(before, records)) {
      const ends = [moduleOf(from), moduleOf(to)] as const;
      if (ends[0] === ends[1]) continue;
      const key = ends.join(">");
      const ribbon = ribbons.get(key) ?? {
        from: ends[0],
        to: ends[1],
        zone: to.zone ?? "",
        pages: 0,
        at: now,
        ends: null,
      };
      ribbon.pages += pages;
      ribbon.at = now;
      ribbons.set(key, ribbon);
    }
    before = records;
    if (ribbons.size === 0) return;
    const running = Object.values(records.attempt).some(
      ({ kind, result }) => result === "running" && (kind === "offline" || kind === "eject"),
    );
    // One is left for as long as its attempt runs: slowed down, pages arrive seconds apart.
    for (const [key, { at }] of ribbons) if (!running || (now - at > HOLD_MS && ribbons.size > 1)) ribbons.delete(key);
  }

  function draw(now: number): void {
    const names = [...ribbons.keys()].join(" ");
    if (names !== told) {
      told = names;
      layer.dataset.ribbons = names;
    }
    for (const ribbon of ribbons.values()) ribbon.ends ??= locate(root, layer, ribbon);
    const ends = [...ribbons.values()].flatMap((ribbon) => (ribbon.ends ? [ribbon.ends] : []));
    canvas.hidden = ends.length === 0;
    if (ends.length === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const next = roomFor(ends);
    if (room === null || !sameRoom(room, next)) {
      room = next;
      const { left, top, width, height } = room;
      Object.assign(canvas.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    }
    const [width, height] = [Math.round(room.width * ratio), Math.round(room.height * ratio)];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const pen = canvas.getContext("2d");
    if (!pen) return;
    pen.setTransform(ratio, 0, 0, ratio, -room.left * ratio, -room.top * ratio);
    pen.clearRect(room.left, room.top, room.width, room.height);
    for (const ribbon of ribbons.values())
      if (ribbon.ends) drawRibbon(pen, ribbon, ribbon.ends, still.matches ? 0 : (now / 1000) * SPEED);
  }

  const stop = playground.onFrame(({ panel }) => {
    const now = performance.now();
    take(now);
    if (ribbons.size === 0 && told === "") return;
    if (rests(panel)) playground.requestFrame();
    else draw(now);
  });
  return () => {
    stop();
    sizes.disconnect();
    root.removeEventListener("scroll", lost, { capture: true });
    canvas.remove();
  };
}

/** A DIMM, or what is soldered on a node's board, as the arrow keys know it. */
const moduleOf = ({ dimm, partition, nodes }: BlockRecord): string =>
  dimm === null ? itemOf.board(`${partition}/${nodes[0]}`) : itemOf.dimm(dimm);

/** Edges of two modules that face each other: what is in them stays in sight. */
function locate(root: HTMLElement, layer: HTMLElement, { from, to }: Ribbon): Ribbon["ends"] {
  const corner = layer.getBoundingClientRect();
  const [one, other] = [from, to].map((item) =>
    root.querySelector(`[data-item="${CSS.escape(item)}"]`)?.getBoundingClientRect(),
  );
  if (!one || !other) return null;
  const middle = ({ x, y, width, height }: DOMRect): Spot => [x + width / 2, y + height / 2];
  const [[x0, y0], [x1, y1]] = [middle(one), middle(other)];
  const sideways = Math.abs(x1 - x0) >= Math.abs(y1 - y0);
  const edge = ({ width, height }: DOMRect, [x, y]: Spot, sign: number): Spot =>
    sideways
      ? [x + (sign * Math.sign(x1 - x0) * width) / 2 - corner.x, y - corner.y]
      : [x - corner.x, y + (sign * Math.sign(y1 - y0) * height) / 2 - corner.y];
  return [edge(one, [x0, y0], 1), edge(other, [x1, y1], -1)];
}

/** The point that a ribbon bends towards. */
function bendOf([[x0, y0], [x1, y1]]: readonly [Spot, Spot]): Spot {
  const lift = Math.min(48, Math.hypot(x1 - x0, y1 - y0) * 0.22);
  return [(x0 + x1) / 2, Math.min(y0, y1) - lift];
}

/** Whole px round all ribbons: a curve stays within its ends and the point that it bends towards. */
export function roomFor(ends: readonly (readonly [Spot, Spot])[]): Room {
  const spots = ends.flatMap((pair) => [...pair, bendOf(pair)]);
  const [xs, ys] = [spots.map(([x]) => x), spots.map(([, y]) => y)];
  const [left, top] = [Math.floor(smallest(xs)) - MARGIN, Math.floor(smallest(ys)) - MARGIN];
  return {
    left,
    top,
    width: Math.ceil(largest(xs)) + MARGIN - left,
    height: Math.ceil(largest(ys)) + MARGIN - top,
  };
}

const sameRoom = (one: Room, other: Room): boolean =>
  one.left === other.left && one.top === other.top && one.width === other.width && one.height === other.height;

function drawRibbon(
  pen: CanvasRenderingContext2D,
  { zone, pages }: Ribbon,
  ends: readonly [Spot, Spot],
  run: number,
): void {
  const thick = 2 + (WIDEST - 2) * Math.min(1, Math.sqrt(pages / FULL_AT_PAGES));
  const [[x0, y0], [x1, y1]] = ends;
  const [middle, top] = bendOf(ends);
  const colour = themeValue(zoneToken(zone));
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.quadraticCurveTo(middle, top, x1, y1);
  pen.lineCap = "round";
  pen.setLineDash([]);
  pen.globalAlpha = 0.85;
  pen.strokeStyle = themeValue("--panel");
  pen.lineWidth = thick + 3;
  pen.stroke();
  pen.globalAlpha = 0.45;
  pen.strokeStyle = colour;
  pen.lineWidth = thick;
  pen.stroke();
  pen.globalAlpha = 1;
  pen.setLineDash([5, 9]);
  pen.lineDashOffset = -run;
  pen.lineWidth = Math.max(1.5, thick * 0.55);
  pen.stroke();
  // An arrow says which way, also without motion.
  const angle = Math.atan2(y1 - top, x1 - middle);
  pen.setLineDash([]);
  pen.beginPath();
  for (const turn of [0, 2.5, -2.5])
    pen.lineTo(x1 + Math.cos(angle + turn) * (thick + 4), y1 + Math.sin(angle + turn) * (thick + 4));
  pen.closePath();
  pen.fillStyle = colour;
  pen.strokeStyle = themeValue("--panel");
  pen.lineWidth = 1.5;
  pen.stroke();
  pen.fill();
}
