import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { provenanceOf } from "../migration/describe.ts";
import { audit } from "../kernel/audit.ts";
import { GFP_KERNEL } from "../memory/allocator.ts";
import { PageKind } from "../memory/kinds.ts";
import { PageArray } from "../memory/page-array.ts";
import { actions, cmdlines } from "../testing/random-actions.ts";
import { smallBox } from "../testing/small-box.ts";
import { PAGES_PER_SECTION, simNs } from "../units.ts";
import { Engine } from "../time/engine.ts";
import { BOOT } from "./occasion.ts";
import { Provenances } from "./provenance.ts";

/** For each page in use the provenance that a verdict would name: its number since boot stands for its time and words. */
function tellings(engine: Engine): number[] {
  const told: number[] = [];
  for (const kernel of engine.kernels.values()) {
    const { pages } = kernel;
    for (let section = 0; section < pages.sections; section++) {
      if ((pages.slotOf[section] as number) < 0) continue;
      for (let frame = section * PAGES_PER_SECTION; frame < (section + 1) * PAGES_PER_SECTION; frame++) {
        if (pages.kindAt(frame) <= PageKind.Free) continue;
        told.push(frame, provenanceOf(kernel, frame).id);
      }
    }
  }
  return told;
}

/** A command that takes memory and gives it back, so many times. */
function forkLoop(engine: Engine, times: number): void {
  for (let i = 0; i < times; i++) {
    const pid = engine.kernel("A").nextPid;
    engine.act({ do: "fork", partition: "A", comm: "true" }, `shell:${i}`);
    engine.runFor(300_000);
    engine.act({ do: "kill", partition: "A", pid }, `shell:${i}`);
    engine.runFor(20_000);
  }
}

test("a loop of forks leaves nothing that grows", () => {
  const engine = new Engine({ seed: 1, box: smallBox() });
  const kernel = engine.kernel("A");
  // Numbers are given out again, so the next one says how long the lists behind them are.
  const count = () => {
    const owner = kernel.owners.add("slab:kmalloc", PageKind.Slab, GFP_KERNEL);
    const mapping = kernel.mappings.add("heap", PageKind.Anon, 1);
    kernel.owners.remove(owner);
    kernel.mappings.remove(mapping);
    return { owners: [...kernel.owners].length, owner: owner.id, mapping: mapping.id };
  };
  forkLoop(engine, 100);
  const before = count();
  for (let round = 0; round < 30; round++) {
    forkLoop(engine, 1_000);
  }
  expect(count()).toEqual(before);
  expect(engine.recorder.provenances.count).toBeLessThanOrEqual(4_096);
  expect(engine.journal).toHaveLength(0);
  expect(audit(kernel)).toEqual([]);
}, 60_000);

test("a cause that takes no page leaves no provenance", () => {
  const engine = new Engine({ seed: 1, box: smallBox() });
  const before = engine.recorder.provenances.count;
  for (let i = 0; i < 100; i++) {
    engine.submit({ do: "kill", partition: "A", pid: 99_999 });
    engine.runFor(10_000_000);
  }
  expect(engine.recorder.provenances.count).toBe(before);
});

test("a page that is in use tells its time and cause after any number of others", () => {
  const engine = new Engine({ seed: 1, box: smallBox() });
  engine.runFor(1e9);
  const at = engine.now;
  const pid = engine.kernel("A").nextPid;
  engine.submit({ do: "fork", partition: "A", comm: "old" });
  engine.runFor(5e6);
  const page = engine.kernel("A").processes.get(pid)?.mappings[0]?.at(0) as number;
  const frame = engine.kernel("A").pages.pfnOf(page);
  const told = provenanceOf(engine.kernel("A"), frame);
  expect(told).toMatchObject({ at, why: { is: "start", comm: "old" } });
  forkLoop(engine, 10_000);
  expect(provenanceOf(engine.kernel("A"), frame)).toEqual(told);
  expect(engine.recorder.provenances.since(at)[engine.kernel("A").pages.born[page] as number]).toBe(1);
  expect(engine.recorder.provenances.since(at + 1)[engine.kernel("A").pages.born[page] as number]).toBe(0);
}, 60_000);

describe("whatever people do", () => {
  test("forgetting what no page names changes nothing that anybody is told, and no transaction", () => {
    let forgotten = 0;
    fc.assert(
      fc.property(cmdlines, actions(12), (line, steps) => {
        const transactions = [false, true].map((forgets) => {
          const engine = new Engine({ seed: 7, box: smallBox(line) });
          for (const { resolve, wait } of steps) {
            const command = resolve(engine);
            if (command) engine.submit(command);
            engine.runFor(wait);
            forkLoop(engine, 5);
            if (!forgets) continue;
            const [before, kept] = [tellings(engine), engine.recorder.provenances.count];
            engine.recorder.provenances.forgetUnnamed();
            forgotten += kept - engine.recorder.provenances.count;
            if (tellings(engine).join() !== before.join()) throw new Error("pages tell something else");
          }
          return JSON.stringify(engine.transactions.reader("first").read());
        });
        expect(transactions[1]).toBe(transactions[0]);
      }),
      { numRuns: 25, seed: 2013 },
    );
    expect(forgotten).toBeGreaterThan(100);
  }, 120_000);
});

test("a page that takes another's place while numbers are looked for keeps its provenance", () => {
  const pages = new PageArray(2);
  const first = [0, 1].map((section) => pages.materialise(section) * PAGES_PER_SECTION) as [number, number];
  const provenances = new Provenances();
  provenances.watch(pages);
  let now = 0;
  const next = () => {
    now += 2_000_000;
    return provenances.numberOf(simNs(now), "test", BOOT);
  };
  const moves = next();
  const stays = next();
  const goes = next();
  pages.setKind(first[1], 3, PageKind.Anon, 0);
  [moves, stays, goes].forEach((number, at) => {
    pages.born[first[1] + at] = number;
  });
  // Until somebody looks, and has looked at the first section.
  while (pages.inherited === null) next();
  next();
  pages.setKind(first[0], 1, PageKind.Anon, 0);
  pages.inherit(first[0], first[1]);
  pages.setKind(first[1], 1, PageKind.Free, 0);
  pages.setKind(first[1] + 2, 1, PageKind.Free, 0);
  while (pages.inherited !== null) next();
  expect([moves, stays].map((number) => provenances.get(number)?.at)).toEqual([2_000_000, 4_000_000]);
  expect(provenances.get(goes)?.at).not.toBe(6_000_000);
});
