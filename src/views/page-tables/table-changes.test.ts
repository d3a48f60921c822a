import fc from "fast-check";
import { expect, test } from "vitest";
import { type KernelTables, kernelTables } from "../../engine/inspect/index.ts";
import { smallBox } from "../../engine/testing/small-box.ts";
import { Engine } from "../../engine/time/engine.ts";
import { simNs } from "../../engine/units.ts";
import { changeIn, countOf, type Stretch, tableChanges } from "./table-changes.ts";

/** Entry by entry, section by section: what each is, in a word. */
function entries({ directMap }: KernelTables): Map<number, string> {
  const found = new Map<number, string>();
  for (const { index, count, table, bytes, splits } of directMap)
    for (let at = index; at < index + count; at++) found.set(at, JSON.stringify([table, bytes / count, splits]));
  return found;
}
function sections({ memoryMap }: KernelTables): Map<number, string> {
  const found = new Map<number, string>();
  for (const { section, count, origin, runs } of memoryMap)
    for (let nth = 0; nth < count; nth++)
      found.set(
        section + nth,
        count === 1
          ? runs.flatMap(({ first, pages }) => Array.from({ length: pages }, (_, at) => first + at)).join() + origin
          : Array.from({ length: 512 }, (_, at) => (runs[0]?.first ?? 0) + nth * 512 + at).join() + origin,
      );
  return found;
}
function oneByOne(then: Map<number, string>, now: Map<number, string>): Map<number, string> {
  const found = new Map<number, string>();
  for (const at of new Set([...then.keys(), ...now.keys()])) {
    const [was, is] = [then.get(at), now.get(at)];
    if (was !== is) found.set(at, was === undefined ? "built" : is === undefined ? "torn" : "other");
  }
  return found;
}
const spread = (stretches: readonly Stretch[]) =>
  new Map(
    stretches.flatMap(({ first, count, change }) =>
      Array.from({ length: count }, (_, nth) => [first + nth, change] as const),
    ),
  );
const sorted = (map: Map<number, string>) => [...map].sort(([a], [b]) => a - b);

test("what differs in tables is what a comparison entry by entry finds, within hot adds and removes, too", () => {
  const deed = fc.record({
    dimm: fc.constantFrom("d3", "d4"),
    to: fc.constantFrom({ slot: "A/1/0" }, { slot: "A/1/1" }, { shelf: true as const }),
    ns: fc.constantFrom(200_000, 1_000_000, 1e9),
    /** MiB that the kernel takes before: what is built again then lies elsewhere. */
    taken: fc.constantFrom(0, 3),
  });
  const seen = { built: 0, torn: 0, other: 0 };
  fc.assert(
    fc.property(
      fc.array(deed, { minLength: 1, maxLength: 4 }),
      fc.constantFrom("", " memory_hotplug.memmap_on_memory=1"),
      (deeds, option) => {
        const engine = new Engine({ seed: 7, box: smallBox(`memhp_default_state=online_movable${option}`) });
        const all = [kernelTables(engine.kernel("A"))];
        for (const { dimm, to, ns, taken } of deeds) {
          if (taken > 0)
            engine.submit({
              do: "load",
              partition: "A",
              load: { kind: "slab", mib: taken, node: 1, policy: "preferred" },
            });
          engine.submit({ do: "move", dimm, to });
          engine.runUntil(simNs(engine.now + ns));
          all.push(kernelTables(engine.kernel("A")));
        }
        for (const then of all)
          for (const now of all) {
            const changes = tableChanges(then, now);
            expect(sorted(spread(changes.entries))).toEqual(sorted(oneByOne(entries(then), entries(now))));
            expect(sorted(spread(changes.sections))).toEqual(sorted(oneByOne(sections(then), sections(now))));
            for (const { change } of changes.sections) seen[change]++;
          }
      },
    ),
    { numRuns: 20 },
  );
  expect(Math.min(seen.built, seen.torn)).toBeGreaterThan(0);
});

test("a hot add builds one table and a memory map for each section; its removal tears down the same", () => {
  const engine = new Engine({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
  const kernel = engine.kernel("A");
  const before = kernelTables(kernel);
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/1/1" } });
  engine.settle();
  const with4 = kernelTables(kernel);
  engine.submit({ do: "move", dimm: "d4", to: { shelf: true } });
  engine.settle();
  const there = tableChanges(before, with4);
  const back = tableChanges(with4, kernelTables(kernel));
  expect(there.tablesBuilt.length + countOf(there.entries, "other")).toBeGreaterThan(0);
  expect(countOf(there.sections, "built")).toBe(4);
  expect(back.tablesTorn).toEqual(there.tablesBuilt);
  expect(countOf(back.sections, "torn")).toBe(4);
  const [first] = there.sections;
  expect(changeIn(there.sections, first?.first ?? 0, (first?.first ?? 0) + 1)).toBe("built");
  expect(changeIn(back.sections, first?.first ?? 0, (first?.first ?? 0) + 1)).toBeNull();
  expect(tableChanges(before, kernelTables(kernel))).toEqual({
    entries: [],
    sections: [],
    tablesBuilt: [],
    tablesTorn: [],
  });
});

test("a memory map that was built again elsewhere has changed", () => {
  const engine = new Engine({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
  const move = (to: { readonly slot: string } | { readonly shelf: true }) => {
    engine.submit({ do: "move", dimm: "d4", to });
    engine.settle();
  };
  move({ slot: "A/1/1" });
  const first = kernelTables(engine.kernel("A"));
  move({ shelf: true });
  engine.submit({ do: "load", partition: "A", load: { kind: "slab", mib: 12, node: 1, policy: "bind" } });
  engine.settle();
  move({ slot: "A/1/1" });
  const second = kernelTables(engine.kernel("A"));
  const { sections: changed } = tableChanges(first, second);
  expect(sorted(spread(changed))).toEqual(sorted(oneByOne(sections(first), sections(second))));
  expect(countOf(changed, "other")).toBeGreaterThan(2);
});
