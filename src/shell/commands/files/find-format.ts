/** What `find -printf` prints. */
import type { Stat } from "../../../engine/sysfs/tree.ts";
import { dateOf } from "../machine/dates.ts";
import { modeText } from "./ls.ts";
import { escaped } from "./stat.ts";

/** A file that was found. */
export interface Candidate {
  readonly path: string;
  readonly name: string;
  readonly stat: Stat;
  readonly depth: number;
  /** Starting point that it was found below. */
  readonly start: string;
}
export function printed(format: string, { path, name, stat, depth, start }: Candidate): string {
  const date = dateOf(stat.changed ?? 0);
  const values: Readonly<Record<string, string>> = {
    "%": "%",
    p: path,
    f: name,
    h: path.includes("/") ? path.replace(/\/[^/]*$/, "") || "/" : ".",
    P: path.slice(start.length).replace(/^\//, ""),
    H: start,
    s: String(stat.size),
    d: String(depth),
    m: (stat.mode & 0o7777).toString(8),
    M: modeText(stat),
    y: stat.device ? "c" : ({ directory: "d", file: "f", link: "l" } as const)[stat.kind],
    l: stat.target ?? "",
    u: "root",
    g: "root",
    T: `${date.seconds}.${String(date.nanoseconds).padStart(9, "0")}0`,
  };
  return format
    .replace(/%(-?\d*)(T@|[%pfhPHsdmMylugT])/g, (_, width: string, letter: string) => {
      const value = values[letter[0] as string] as string;
      return width.startsWith("-") ? value.padEnd(Number(width.slice(1))) : value.padStart(Number(width || 0));
    })
    .replace(/\\(.)/g, escaped);
}
