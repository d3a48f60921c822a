/** The stream of pages from a block to where they went, as shapes. */
import { area, curveBumpX } from "d3-shape";
import type { Attempt } from "../../engine/chronicle/outcome.ts";
import { PAGE_SIZE, PAGES_PER_SECTION } from "../../engine/units.ts";
import { largest } from "../../engine/lists.ts";
import { natural } from "../reading.ts";

export interface FlowStream {
  readonly node: number;
  readonly zone: string;
  readonly pages: number;
  /** SVG path. */
  readonly path: string;
  /** Middle of the stream's end. */
  readonly y: number;
}

/** Streams at most this high together; more pages make them thicker up to there. */
const FULL_AT_PAGES = PAGES_PER_SECTION;
const LEAST = 1.5;
const LABEL_LINE = 15;

type Destinations = Attempt["movedTo"];

/** Streams from the left edge to the right one, in a fixed order, so that they grow but never change places. */
export function layoutFlow(movedTo: Destinations, width: number, height: number): readonly FlowStream[] {
  const targets = movedTo.filter(([, , pages]) => pages > 0).sort((a, b) => a[0] - b[0] || natural(a[1], b[1]));
  const total = targets.reduce((sum, [, , pages]) => sum + pages, 0);
  if (targets.length === 0) return [];
  const thickest = Math.min(height * 0.55, height - (targets.length - 1) * 4);
  const scale = (thickest * Math.min(1, Math.sqrt(total / FULL_AT_PAGES))) / total;
  const heights = targets.map(([, , pages]) => Math.max(LEAST, pages * scale));
  const sum = heights.reduce((a, b) => a + b, 0);
  const pitch = largest(
    heights.map((h) => h + 4),
    LABEL_LINE,
  );
  const spread = Math.min(pitch, height / targets.length);
  let from = (height - sum) / 2;
  return targets.map(([node, zone, pages], index) => {
    const thick = heights[index] ?? LEAST;
    const y = height / 2 + (index - (targets.length - 1) / 2) * spread;
    const points: readonly (readonly [number, number])[] = [
      [0, from + thick / 2],
      [width * 0.25, from + thick / 2],
      [width * 0.75, y],
      [width, y],
    ];
    from += thick;
    const path =
      area<readonly [number, number]>()
        .x((point) => point[0])
        .y0((point) => point[1] - thick / 2)
        .y1((point) => point[1] + thick / 2)
        .curve(curveBumpX)([...points]) ?? "";
    return { node, zone, pages, path, y };
  });
}

/** Bytes moved in a second of simulated time; `null` before any time has gone by. */
export function rateOf(attempt: Pick<Attempt, "startedAt" | "endedAt" | "pagesMoved">, now: number): number | null {
  const took = (attempt.endedAt ?? now) - attempt.startedAt;
  return took > 0 ? (attempt.pagesMoved * PAGE_SIZE) / (took / 1e9) : null;
}
