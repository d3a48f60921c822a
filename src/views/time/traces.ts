/** What the film tells of a machine over time: free memory of each node, and what processes took. */
import type { Film } from "../../client/film/film.ts";

/** Simulated ns and what was so from then on, oldest first. */
export interface Trace {
  readonly at: number[];
  readonly value: number[];
}

/** Simulated ns at both ends. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A process: how long it took memory, and how long it went on after that. */
export interface Load {
  readonly key: string;
  readonly partition: string;
  readonly comm: string;
  /** What it takes: `anon`, `file` … */
  readonly load: string;
  readonly from: number;
  /** When it took memory last, and how many pages it held then. */
  until: number;
  pages: number;
  /** When it ended; `null` while it runs. */
  ended: number | null;
}

export class Traces {
  /** Free bytes by node (key). */
  readonly free = new Map<string, Trace>();
  /** By process (key). */
  readonly loads = new Map<string, Load>();
  #film: Film | null = null;
  #epoch = -1;
  #read = 0;

  /** Reads what has come since the last time; all anew where the past has become another. */
  update(film: Film): void {
    if (this.#film !== film || this.#epoch !== film.epoch) {
      this.#film = film;
      this.#epoch = film.epoch;
      this.#read = 0;
      this.free.clear();
      this.loads.clear();
    }
    film.each("node", this.#read, (at, key, record) => {
      const trace = this.free.get(key) ?? { at: [], value: [] };
      this.free.set(key, trace);
      const free = record?.freeBytes ?? 0;
      if (trace.value.at(-1) === free) return;
      trace.at.push(at);
      trace.value.push(free);
    });
    film.each("process", this.#read, (at, key, record) => {
      const known = this.loads.get(key);
      if (!record) {
        if (known) known.ended ??= at;
        return;
      }
      if (!known)
        this.loads.set(key, {
          key,
          partition: record.partition,
          comm: record.comm,
          load: record.load,
          from: at,
          until: at,
          pages: record.pages,
          ended: null,
        });
      else if (record.pages > known.pages) {
        known.until = at;
        known.pages = record.pages;
      }
    });
    this.#read = film.length;
  }
}

/** What a trace says at a time; `null` before it begins. */
export function valueAt({ at, value }: Trace, time: number): number | null {
  let low = 0;
  let high = at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((at[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : (value[low - 1] as number);
}

/**
 * A part of a trace as the path of a line in steps: x from 0 to `width` for times of the whole `view`, y from `height` (nothing)
 * to 0 (`most`). Of many points in one pixel the least counts: it is what decides. Empty where the view has nothing of it.
 */
export function pathOf(
  { at, value }: Trace,
  view: Stretch,
  part: Stretch,
  most: number,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const from = Math.max(view.from, part.from);
  const to = Math.min(view.to, part.to);
  if (to < from) return "";
  const x = (time: number): number => (width * (time - view.from)) / (view.to - view.from);
  const y = (free: number): number => tenths(height * (1 - free / most));
  let path = "";
  let column = -1;
  let least = Number.POSITIVE_INFINITY;
  let last = valueAt({ at, value }, from);
  if (last !== null) path = `M${tenths(x(from))} ${y(last)}`;
  const draw = (): void => {
    if (column < 0) return;
    path += path === "" ? `M${column} ${y(least)}` : `H${column}V${y(least)}`;
    if (last !== null && last !== least) path += `V${y(last)}`;
  };
  for (let i = 0; i < at.length; i++) {
    const time = at[i] as number;
    if (time <= from || time > to) continue;
    const next = Math.round(x(time));
    if (next !== column) {
      draw();
      column = next;
      least = Number.POSITIVE_INFINITY;
    }
    last = value[i] as number;
    least = Math.min(least, last);
  }
  draw();
  // It is so until the end of the part.
  if (path !== "" && x(to) > Math.max(column, x(from))) path += `H${tenths(x(to))}`;
  return path;
}

const tenths = (length: number): number => Math.round(10 * length) / 10;
