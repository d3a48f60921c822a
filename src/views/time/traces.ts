/** What the film tells of a machine over time: free memory of each node, and what processes took. */
import type { Film } from "../../client/film/film.ts";

/** Simulated ns and what was so from then on, oldest first. */
export interface Trace {
  readonly at: number[];
  readonly value: number[];
}

/** A process, for as long as it took memory. */
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
      if (!record) return;
      if (!known)
        this.loads.set(key, {
          key,
          partition: record.partition,
          comm: record.comm,
          load: record.load,
          from: at,
          until: at,
          pages: record.pages,
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
 * A trace as the path of a line in steps: x from 0 to `width` for times from `from` to `to`, y from `height` (nothing) to 0
 * (`most`). Of many points in one pixel the least counts: it is what decides.
 */
export function pathOf(
  { at, value }: Trace,
  view: { readonly from: number; readonly to: number },
  most: number,
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const y = (free: number): number => Math.round(10 * height * (1 - free / most)) / 10;
  let path = "";
  let column = -1;
  let least = Number.POSITIVE_INFINITY;
  let last = valueAt({ at, value }, view.from);
  if (last !== null) path = `M0 ${y(last)}`;
  const draw = (): void => {
    if (column < 0) return;
    path += path === "" ? `M${column} ${y(least)}` : `H${column}V${y(least)}`;
    if (last !== null && last !== least) path += `V${y(last)}`;
  };
  for (let i = 0; i < at.length; i++) {
    const time = at[i] as number;
    if (time <= view.from || time > view.to) continue;
    const next = Math.round((width * (time - view.from)) / (view.to - view.from));
    if (next !== column) {
      draw();
      column = next;
      least = Number.POSITIVE_INFINITY;
    }
    last = value[i] as number;
    least = Math.min(least, last);
  }
  draw();
  return path;
}
