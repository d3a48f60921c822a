/** Where the ribbons of a migration run: from kinds, stacked, to zones, in the order in which they are tried. Pure. */
import type { MigrationState } from "../../engine/inspect/index.ts";

export interface FlowRoom {
  /** Along the flow, and across it: pixels. */
  readonly along: number;
  readonly across: number;
  /** What a destination's label needs across the flow. */
  readonly label: number;
}

export interface Target {
  readonly key: string;
  readonly node: number;
  readonly zone: string;
  readonly pages: number;
  readonly free: number | null;
  readonly managed: number | null;
  readonly low: number | null;
  readonly distance: number | null;
  /** Pages go here now; or will, when those before it are at their low marks. */
  readonly role: "now" | "next" | "before" | "later";
  /** Its end of the ribbons, across the flow; and where its label begins. */
  readonly y0: number;
  readonly y1: number;
  readonly labelAt: number;
}

export interface Ribbon {
  readonly kind: number | null;
  readonly target: string;
  readonly pages: number;
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

export interface FlowShapes {
  readonly targets: readonly Target[];
  readonly ribbons: readonly Ribbon[];
  /** Zones that have got pages, and find no room. */
  readonly more: number;
  /** Across the flow, where nothing has moved yet: the dashed line begins there. */
  readonly edge: number;
}

/** Pixels between two neighbouring ends. */
const GAP = 4;
/** Least thickness of a ribbon with pages in it, and of a destination's end. */
const LEAST = 1;
const THIN = 3;

const keyOf = (one: { readonly node: number; readonly zone: string }): string => `${one.node}/${one.zone}`;

/** A ribbon is as thick as the share of all pages that had to go which it has moved so far. */
export function layFlow(
  state: Pick<MigrationState, "flow" | "destinations" | "inUse" | "endedAt">,
  room: FlowRoom,
): FlowShapes {
  const { flow, destinations, inUse } = state;
  const total = new Map<string, number>();
  for (const one of flow) total.set(keyOf(one), (total.get(keyOf(one)) ?? 0) + one.pages);
  const now = state.endedAt === null ? destinations.findIndex(({ free, low }) => free > low) : -1;
  const known = [
    ...destinations,
    // Where pages went though it is no destination any more: the zone is gone, or was someone else's choice.
    ...flow
      .filter((one, i) => flow.findIndex((other) => keyOf(other) === keyOf(one)) === i)
      .filter((one) => !destinations.some((destination) => keyOf(destination) === keyOf(one)))
      .map(({ node, zone }) => ({ node, zone, free: null, low: null, managed: null, distance: null })),
  ];
  const places = Math.max(1, Math.floor((room.across + GAP) / (room.label + GAP)));
  const wanted = known.filter(
    (one, i) => total.has(keyOf(one)) || i === now || (now >= 0 && i === now + 1 && i < destinations.length),
  );
  const shown = (wanted.length > 0 ? wanted : known.slice(0, 1)).slice(0, places);
  const spare = shown.length * (GAP + THIN);
  const scale = Math.max(0, room.across - spare) / Math.max(1, inUse);

  const targets: Target[] = [];
  let at = 0;
  let label = 0;
  for (const one of shown) {
    const pages = total.get(keyOf(one)) ?? 0;
    const thick = pages === 0 ? THIN : Math.max(THIN, pages * scale);
    const i = known.indexOf(one);
    const role = i === now ? "now" : now >= 0 && i === now + 1 ? "next" : pages > 0 ? "before" : "later";
    const labelAt = Math.max(label, at);
    targets.push({ ...one, key: keyOf(one), pages, role, y0: at, y1: at + thick, labelAt });
    at += thick + GAP;
    label = labelAt + room.label + GAP;
  }
  spread(targets, room);

  const kinds = [...new Set(flow.map(({ kind }) => kind))].sort((x, y) => (x ?? -1) - (y ?? -1));
  const filled = new Map(targets.map(({ key, y0 }) => [key, y0]));
  const ribbons: Ribbon[] = [];
  let edge = 0;
  for (const kind of kinds)
    for (const { key } of targets) {
      const pages = flow.reduce((sum, one) => sum + (one.kind === kind && keyOf(one) === key ? one.pages : 0), 0);
      if (pages === 0) continue;
      const thick = Math.max(LEAST, pages * scale);
      const to = filled.get(key) ?? 0;
      ribbons.push({ kind, target: key, pages, from: [edge, edge + thick], to: [to, to + thick] });
      edge += thick;
      filled.set(key, to + thick);
    }
  return { targets, ribbons, more: wanted.slice(places).filter((one) => total.has(keyOf(one))).length, edge };
}

/** Labels that would leave the drawing go up, and push those above them. */
function spread(targets: { -readonly [K in keyof Target]: Target[K] }[], room: FlowRoom): void {
  let limit = room.across - room.label;
  for (let i = targets.length - 1; i >= 0; i--) {
    const target = targets[i] as (typeof targets)[number];
    target.labelAt = Math.max(0, Math.min(target.labelAt, limit));
    limit = target.labelAt - room.label - GAP;
  }
}

/** The outline of a ribbon; `down`: the flow runs downwards. */
export function ribbonPath({ from, to }: Pick<Ribbon, "from" | "to">, along: number, down: boolean): string {
  const middle = along / 2;
  const point = (a: number, b: number) => (down ? `${round(b)} ${round(a)}` : `${round(a)} ${round(b)}`);
  const curve = (b0: number, b1: number, end: number) => `C${point(middle, b0)} ${point(middle, b1)} ${point(end, b1)}`;
  return `M${point(0, from[0])}${curve(from[0], to[0], along)}L${point(along, to[1])}${curve(to[1], from[1], 0)}Z`;
}

const round = (value: number): number => Math.round(value * 10) / 10;
