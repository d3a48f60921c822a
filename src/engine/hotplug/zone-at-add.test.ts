/** Before 4.13 the zones of a node meet at one edge, which moves by a block at a time: against a model that is one number. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { KernelVersion } from "../hardware/description.ts";
import { audit } from "../kernel/audit.ts";
import { ZoneType } from "../memory/kinds.ts";
import { Trial } from "../experiments/trial.ts";
import { boxWith } from "../testing/stirred-box.ts";
import { zoneOfAdded, zonesAtEdge } from "./zone-at-add.ts";

const WORDS = ["online", "online_kernel", "online_movable"] as const;
/** Blocks of DIMM d4. */
const BLOCKS = 4;

test.each<[KernelVersion, boolean]>([
  ["3.7", false],
  ["3.9", true],
  ["3.14", true],
])("%s: blocks left of the edge are Normal, those right of it Movable", (version, moves) => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(BLOCKS - 1), fc.constantFrom(...WORDS)), { maxLength: 12 }), (steps) => {
      const trial = new Trial(boxWith(version, "movable_node"));
      const blocks = trial.insert("d4", "A/2/0");
      const { kernel } = trial;
      const { zones } = kernel.nodes[2] ?? {};
      const [normal, movable] = [zones?.[ZoneType.Normal], zones?.[ZoneType.Movable]];
      const [first] = blocks;
      if (!normal || !movable || !first) throw new Error("node 2 has no zones");
      // Blocks that are Normal: all, until one is asked to be Movable.
      let edge = BLOCKS;
      /** Where the edge is after a word, or -1 where it can't go. 3.7 knows no such words, and reads their beginning. */
      const after = (at: number, word: (typeof WORDS)[number]): number => {
        if (!moves || word === "online" || at < edge === (word === "online_kernel")) return edge;
        if (word === "online_kernel") return at === edge ? edge + 1 : -1;
        return at === edge - 1 ? edge - 1 : -1;
      };
      for (const [at, word] of steps) {
        const block = blocks[at];
        if (!block) throw new Error("no such block");
        const next = after(at, word);
        const could = WORDS.filter((each) => after(at, each) >= 0).map((each) => {
          const side = moves && each !== "online" ? each === "online_kernel" : at < edge;
          return side ? "Normal" : "Movable";
        });
        if (block.state === "offline") expect(new Set(zonesAtEdge(kernel, block))).toEqual(new Set(could));
        if (block.state === "online") expect(trial.state(block, "offline")).toBe(null);
        expect(trial.state(block, word)).toBe(next < 0 ? "EPERM" : null);
        if (next >= 0) edge = next;
        const length = first.pages;
        expect(normal.spanned).toBe(edge * length);
        expect(movable.spanned).toBe((BLOCKS - edge) * length);
        if (edge > 0) expect(normal.startPfn).toBe(first.startPfn);
        if (edge < BLOCKS) expect(movable.startPfn).toBe(first.startPfn + edge * length);
        for (const [place, each] of blocks.entries()) expect(each.fixedZone).toBe(place < edge ? normal : movable);
        const [all] = [kernel.nodes[2]];
        expect([all?.startPfn, all?.spanned]).toEqual([first.startPfn, BLOCKS * length]);
      }
      // What is added above Movable is Movable since 3.14, what lies below it is not.
      const end = first.startPfn + BLOCKS * first.pages;
      const isMovable = (start: number): boolean => zoneOfAdded(kernel, kernel.nodes[2] as never, start) === movable;
      expect(isMovable(end)).toBe(version === "3.14" && edge < BLOCKS);
      expect(isMovable(first.startPfn - first.pages)).toBe(false);
      expect(audit(kernel)).toEqual([]);
    }),
    { numRuns: 15, seed: 4 },
  );
});
