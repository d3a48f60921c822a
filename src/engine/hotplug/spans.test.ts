/** Spans of zones and nodes follow the blocks that are online: against a list of which are. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Trial } from "../experiments/trial.ts";
import { audit } from "../kernel/audit.ts";
import { ZoneType } from "../memory/kinds.ts";
import { boxWith } from "../testing/stirred-box.ts";
import { PAGEBLOCK_PAGES } from "../units.ts";
import { growZone, setSpan, shrinkZone } from "./spans.ts";

const BLOCKS = 4;

test("a border moves to the next block that is online, a block in the middle leaves a hole", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(BLOCKS - 1), fc.boolean()), { maxLength: 12 }), (steps) => {
      const trial = new Trial(boxWith("6.1", "memhp_default_state=offline"));
      const blocks = trial.insert("d4", "A/2/0");
      const node = trial.kernel.nodes[2];
      const zones = [ZoneType.Normal, ZoneType.Movable].map((type) => node?.zones[type]);
      const first = blocks[0]?.startPfn ?? 0;
      const length = blocks[0]?.pages ?? 0;
      const online: (number | null)[] = blocks.map(() => null);
      // From the first to the last block of each zone; a hole stays in it.
      const spans: ([number, number] | null)[] = [null, null];
      for (const [at, movable] of steps) {
        const block = blocks[at];
        if (!block) throw new Error("no block");
        const was = online[at] ?? null;
        const to = Number(movable);
        const { revision } = trial.kernel;
        if (was === null) {
          expect(trial.state(block, movable ? "online_movable" : "online_kernel")).toBeNull();
          online[at] = to;
          const [from, end] = spans[to] ?? [at, at];
          spans[to] = [Math.min(from, at), Math.max(end, at)];
        } else {
          expect(trial.state(block, "offline")).toBeNull();
          online[at] = null;
          const [from, end] = spans[was] as [number, number];
          const left = online.flatMap((zone, i) => (zone === was && i >= from && i <= end ? [i] : []));
          if (at === from) spans[was] = left.length > 0 ? [left[0] as number, end] : null;
          else if (at === end) spans[was] = left.length > 0 ? [from, left.at(-1) as number] : null;
        }
        expect(trial.kernel.revision).toBeGreaterThan(revision);
        for (const [i, zone] of zones.entries()) {
          const span = spans[i];
          expect([zone?.startPfn, zone?.spanned]).toEqual(
            span ? [first + span[0] * length, (span[1] - span[0] + 1) * length] : [0, 0],
          );
        }
        const all = spans.filter((span) => span !== null);
        const low = Math.min(...all.map(([from]) => from));
        const high = Math.max(...all.map(([, end]) => end));
        expect([node?.startPfn, node?.spanned]).toEqual(
          all.length > 0 ? [first + low * length, (high - low + 1) * length] : [0, 0],
        );
      }
      expect(audit(trial.kernel)).toEqual([]);
    }),
    { numRuns: 25, seed: 12 },
  );
});

test("in boot memory that zones share borders are found in steps of 2 MiB", () => {
  const { kernel } = new Trial(boxWith("6.1", "memhp_default_state=offline"));
  const [dma, dma32] = [ZoneType.DMA, ZoneType.DMA32].map((type) => kernel.nodes[0]?.zones[type]);
  if (!dma || !dma32) throw new Error("no zones");
  const [end, start] = [dma.end, dma32.startPfn];
  expect(end).toBe(start);
  // A range that another zone's end would begin with: the span ends at the last page of its own below it.
  growZone(kernel, dma, start, 4 * PAGEBLOCK_PAGES);
  expect(dma.end).toBe(start + 4 * PAGEBLOCK_PAGES);
  shrinkZone(kernel, dma, start, 4 * PAGEBLOCK_PAGES);
  expect(dma.end).toBe(end);
  const [from, to] = [dma32.startPfn, dma32.end];
  growZone(kernel, dma32, from - 2 * PAGEBLOCK_PAGES, 2 * PAGEBLOCK_PAGES);
  expect(dma32.startPfn).toBe(from - 2 * PAGEBLOCK_PAGES);
  shrinkZone(kernel, dma32, from - 2 * PAGEBLOCK_PAGES, PAGEBLOCK_PAGES);
  expect([dma32.startPfn, dma32.end]).toEqual([from, to]);
  // What touches neither border leaves a hole.
  shrinkZone(kernel, dma32, from + PAGEBLOCK_PAGES, PAGEBLOCK_PAGES);
  expect([dma32.startPfn, dma32.end]).toEqual([from, to]);
  setSpan(kernel, dma32, 10, 10);
  expect([dma32.startPfn, dma32.spanned]).toEqual([0, 0]);
});
