import fc from "fast-check";
import { expect, test } from "vitest";
import { NO_RECORDS } from "../../client/apply-frame.ts";
import type { RecordTables } from "../../client/playground.ts";
import { Scale } from "../../engine/inspect/scale/index.ts";
import type { Kernel } from "../../engine/kernel/kernel.ts";
import { PAGE_KINDS, PageKind } from "../../engine/memory/kinds.ts";
import { smallBox } from "../../engine/testing/small-box.ts";
import type { Command } from "../../engine/time/commands.ts";
import { Engine } from "../../engine/time/engine.ts";
import { PAGE_SIZE, PAGEBLOCK_PAGES, simNs } from "../../engine/units.ts";
import { displayGroups } from "../kinds.ts";
import { Known, memoryOf, uniformKind } from "./memory.ts";
import { MemoryChanges } from "./memory-changes.ts";

const partition = "A";
/** Kinds of all pages of a block. */
const mapOf = ({ pages, blockPages }: Kernel, number: number): Uint8Array =>
  Uint8Array.from({ length: blockPages }, (_, page) => pages.kindAt(number * blockPages + page));

/** Records of a machine's blocks, counted page by page. */
function recordsOf(kernel: Kernel): RecordTables {
  const blocks = [...kernel.blocks.values()].map(({ number, startPfn, pages, state, nodes }) => {
    const kinds = new Array<number>(PAGE_KINDS).fill(0);
    for (const kind of mapOf(kernel, number)) kinds[kind] = (kinds[kind] ?? 0) + 1;
    const zone = kernel.zoneAt(startPfn)?.name ?? null;
    return { ...{ key: `A:${number}`, partition, number, startPfn, pages, state, nodes, zone, kinds }, pinned: 0 };
  });
  const nodes = kernel.nodes.map((_, id) => ({
    ...{ key: `A/${id}`, partition, id },
    blocks: blocks.filter((block) => block.nodes.includes(id as never)).map(({ key }) => key),
  }));
  const byKey = (all: readonly { readonly key: string }[]) => Object.fromEntries(all.map((one) => [one.key, one]));
  return {
    ...NO_RECORDS,
    partition: byKey([
      { key: partition, nodes: nodes.map(({ key }) => key), blockBytes: kernel.blockPages * PAGE_SIZE } as never,
    ]),
    node: byKey(nodes),
    block: byKey(blocks),
  } as never;
}

const usedOf = (map: Uint8Array): number => map.reduce((sum, kind) => sum + Number(kind > PageKind.Free), 0);

/** At least so many pages differ between two lists of kinds, by counting them one by one. */
function byCounting(was: Uint8Array, is: Uint8Array): number {
  const by = new Int32Array(PAGE_KINDS);
  for (const kind of is) by[kind] = (by[kind] as number) + 1;
  for (const kind of was) by[kind] = (by[kind] as number) - 1;
  const used = [...by].filter((_, kind) => kind > PageKind.Free);
  const came = used.reduce((sum, one) => sum + Math.max(0, one), 0);
  return Math.max(came, came - used.reduce((sum, one) => sum + one, 0));
}

test("blocks, pageblocks and pages that differ are those that a comparison page by page finds", () => {
  const deed = fc.oneof(
    fc.record({ do: fc.constant("load" as const), mib: fc.integer({ min: 1, max: 90 }), node: fc.constantFrom(0, 1) }),
    fc.record({
      do: fc.constant("move" as const),
      dimm: fc.constantFrom("d3", "d4"),
      to: fc.constantFrom({ slot: "A/1/1" }, { shelf: true as const }),
    }),
    fc.constant({ do: "killall" as const, partition }),
  );
  let [blocksSeen, pagesSeen, lessSeen] = [0, 0, 0];
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 2 }), fc.array(deed, { minLength: 1, maxLength: 2 }), (a, b) => {
      const engine = new Engine({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
      const kernel = engine.kernel(partition);
      const act = (deeds: typeof a) => {
        for (const one of deeds) {
          const command: Command =
            one.do !== "load"
              ? one
              : { do: "load", partition, load: { kind: "anon", mib: one.mib, node: one.node, policy: "preferred" } };
          engine.submit(command);
          engine.runUntil(simNs(engine.now + 3e6));
        }
      };
      act(a);
      const maps = new Map([...kernel.blocks.keys()].map((number) => [`A:${number}`, mapOf(kernel, number)]));
      const records = recordsOf(kernel);
      const changes = new MemoryChanges({ at: engine.now, records, partitions: new Map(), pages: maps }, partition);
      const before = memoryOf(records, partition);
      act(b);
      const memory = memoryOf(recordsOf(kernel), partition);
      if (!memory || !before) throw new Error("no memory");
      const blocks = memory.nodes.flatMap((node) => node.blocks);
      const known = new Known();
      const details = new Scale().details(
        kernel,
        blocks.map(({ number }) => number),
        [],
        true,
      );
      if (details) known.take(details);
      const nothing = new Uint8Array(kernel.blockPages);
      for (const block of blocks) {
        const was = maps.get(block.key) ?? nothing;
        const is = mapOf(kernel, block.number);
        expect(changes.block(block).pages, block.key).toBe(byCounting(was, is));
        if (usedOf(is) < usedOf(was)) lessSeen++;
        if (was.some((kind, page) => kind !== is[page] && Math.max(kind, is[page] ?? 0) > PageKind.Free)) blocksSeen++;
        for (let nth = 0; nth * PAGEBLOCK_PAGES < is.length; nth += 7) {
          const of = (map: Uint8Array) => map.subarray(nth * PAGEBLOCK_PAGES, (nth + 1) * PAGEBLOCK_PAGES);
          const kind = uniformKind(block);
          const told = kind === null ? known.pageblock(block.startPfn + nth * PAGEBLOCK_PAGES) : { kind };
          if (!told) throw new Error(`nothing is told of pageblock ${nth} of ${block.key}`);
          expect(changes.pageblock(block, nth, told), `${block.key} ${nth}`).toBe(byCounting(of(was), of(is)));
          const page = nth * PAGEBLOCK_PAGES + 5;
          const differs = was[page] !== is[page] && Math.max(was[page] ?? 0, is[page] ?? 0) > PageKind.Free;
          if (differs) pagesSeen++;
          expect(changes.page(block, page, is[page] ?? 0)).toBe(differs);
        }
      }
      const { came, gone, groups } = changes.summary(memory);
      expect(came - gone).toBe(blocks.length - before.nodes.flatMap((node) => node.blocks).length);
      const free = displayGroups.find(({ id }) => id === "free");
      const sum = (all: typeof blocks) =>
        all.reduce(
          (pages, { kinds }) => pages + (free?.kinds ?? []).reduce<number>((s, kind) => s + (kinds[kind] ?? 0), 0),
          0,
        );
      expect(new Map(groups).get("free") ?? 0).toBe(sum(blocks) - sum(before.nodes.flatMap((node) => node.blocks)));
    }),
    {
      numRuns: 10,
      // Whatever chance brings, memory comes into use in the first of them, and out of use in the second.
      examples: [
        [[], [{ do: "load", mib: 60, node: 0 }]],
        [[{ do: "load", mib: 60, node: 0 }], [{ do: "killall", partition }]],
      ],
    },
  );
  expect(Math.min(blocksSeen, pagesSeen, lessSeen)).toBeGreaterThan(0);
});
