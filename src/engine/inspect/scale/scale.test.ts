import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ownerOf, provenanceOf } from "../../migration/describe.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { PAGE_KIND_NAMES } from "../../memory/kind-names.ts";
import { isMovableKind, PAGE_KINDS, PageFlag, PageKind } from "../../memory/kinds.ts";
import { leaveOf, leaveOfKind } from "../../migration/leave.ts";
import { actions, cmdlines } from "../../testing/random-actions.ts";
import { smallBox } from "../../testing/small-box.ts";
import { Engine } from "../../time/engine.ts";
import { PAGE_SIZE, PAGEBLOCK_PAGES, PAGES_PER_SECTION, sectionOf } from "../../units.ts";
import { directMapAddress, structPageAddress } from "../addresses.ts";
import { chainOf } from "../chain.ts";
import { pfn } from "../../units.ts";
import { MIXED, PAGE_BIT, Scale, type SearchProgress, SHARE } from "./index.ts";
import { readQuery } from "./query.ts";

const RUNS = Number(process.env.PROPERTY_RUNS ?? 4);
const SEED = Number(process.env.PROPERTY_SEED ?? 2013);

/** A question, and whether a page answers it, said again in the slowest words there are. */
interface Question {
  readonly text: (kernel: Kernel) => string;
  readonly holds: (kernel: Kernel, frame: number, now: number) => boolean;
}

const flagsAt = (kernel: Kernel, frame: number): number => {
  const index = kernel.pages.indexOf(frame);
  return index < 0 ? 0 : (kernel.pages.flags[index] as number);
};
const online = (kernel: Kernel, frame: number): boolean => {
  const block = kernel.blocks.get(kernel.blockNumberOf(frame));
  return block !== undefined && block.state !== "offline";
};
const canLeave = (kernel: Kernel, frame: number): boolean => {
  const index = kernel.pages.indexOf(frame);
  const zone = kernel.zoneAt(frame)?.type ?? null;
  return (index < 0 ? leaveOfKind(kernel, kernel.pages.kindAt(frame), zone) : leaveOf(kernel, index, zone)).can;
};
const anyPid = (kernel: Kernel): number => [...kernel.processes.keys()].at(-1) ?? 0;

/** Whether a process has the page in an area, or the kernel has it for the process. */
function belongs(kernel: Kernel, frame: number, pid: number): boolean {
  const index = kernel.pages.indexOf(frame);
  if (index < 0) return false;
  const kind = kernel.pages.kind[index] as number;
  const a = kernel.pages.a[index] as number;
  const b = kernel.pages.b[index] as number;
  if (kind <= PageKind.Free) return false;
  if (isMovableKind(kind) || kind === PageKind.Offline)
    return (kernel.mappings.get(a)?.areas ?? []).some(
      ({ process, offset, pages }) => process.pid === pid && b >= offset && b < offset + pages,
    );
  const { process, pid: owner } = ownerOf(kernel, frame);
  return (process?.pid ?? owner) === pid;
}

const QUESTIONS: readonly Question[] = [
  { text: () => "pinned", holds: (kernel, frame) => (flagsAt(kernel, frame) & PageFlag.Pinned) !== 0 },
  { text: () => "unmovable", holds: (kernel, frame) => online(kernel, frame) && !canLeave(kernel, frame) },
  { text: () => "movable", holds: (kernel, frame) => online(kernel, frame) && canLeave(kernel, frame) },
  { text: () => "page cache", holds: (kernel, frame) => kernel.pages.kindAt(frame) === PageKind.PageCache },
  { text: () => "free", holds: (kernel, frame) => kernel.pages.kindAt(frame) === PageKind.Free },
  {
    text: () => "kernel node 0",
    holds: (kernel, frame) =>
      ["slab", "kernel stack", "vmalloc", "kernel buffer"].includes(
        PAGE_KIND_NAMES[kernel.pages.kindAt(frame)] ?? "",
      ) && (kernel.zoneAt(frame)?.node ?? kernel.blocks.get(kernel.blockNumberOf(frame))?.nodes[0]) === 0,
  },
  { text: (kernel) => `pid ${anyPid(kernel)}`, holds: (kernel, frame) => belongs(kernel, frame, anyPid(kernel)) },
  { text: () => "dentry", holds: (kernel, frame) => ownerOf(kernel, frame).owner.what.endsWith(":dentry") },
  {
    text: () => "older than 2 ms unmovable",
    holds: (kernel, frame, now) =>
      online(kernel, frame) &&
      !canLeave(kernel, frame) &&
      kernel.pages.kindAt(frame) > PageKind.Free &&
      (provenanceOf(kernel, frame).at ?? 0) < now - 2e6,
  },
  {
    text: () => "younger than 40ms zone normal",
    holds: (kernel, frame, now) =>
      kernel.zoneAt(frame)?.name === "Normal" &&
      kernel.pages.kindAt(frame) > PageKind.Free &&
      (provenanceOf(kernel, frame).at ?? 0) > now - 40e6,
  },
  { text: () => "0x1f00", holds: (_, frame) => frame === 0x1f00 },
];

/** Runs a search to its end, a few sections at a time, and adds up what its slices told. */
function searchAll(scale: Scale, kernel: Kernel, now: number, text: string) {
  const byBlock = new Map<number, number>();
  let progress: SearchProgress;
  let begin = true;
  let slices = 0;
  do {
    progress = scale.search(kernel, now as never, text, begin, { expired: () => true });
    begin = false;
    slices++;
    for (const [at, block] of progress.blocks.entries()) byBlock.set(block, progress.counts[at] as number);
  } while (!progress.done);
  return { ...progress, byBlock, slices };
}

/** What is told of everything, against the pages themselves and the counters that the engine keeps. */
function checkShares(scale: Scale, kernel: Kernel): void {
  const blocks = [...kernel.blocks.keys()];
  const details = scale.details(kernel, blocks, [], true);
  if (!details) throw expect.fail("nothing told");
  const byBlock = new Map<number, number[]>();
  let mixed = 0;
  for (const [at, section] of details.sections.entries()) {
    const block = Math.floor((section * PAGES_PER_SECTION) / kernel.blockPages);
    const kinds = byBlock.get(block) ?? new Array<number>(PAGE_KINDS + 1).fill(0);
    byBlock.set(block, kinds);
    const kind = details.kinds[at] as number;
    if (kind !== MIXED) {
      kinds[kind] = (kinds[kind] as number) + PAGES_PER_SECTION;
      continue;
    }
    const rows = details.shares.subarray(mixed * 64 * SHARE.columns, ++mixed * 64 * SHARE.columns);
    for (let nth = 0; nth < 64; nth++) {
      const row = rows.subarray(nth * SHARE.columns, (nth + 1) * SHARE.columns);
      expect(row.subarray(0, PAGE_KINDS).reduce((sum, pages) => sum + pages, 0)).toBe(PAGEBLOCK_PAGES);
      for (let column = 0; column <= SHARE.pinned; column++)
        kinds[column] = (kinds[column] as number) + (row[column] as number);
    }
  }
  for (const block of kernel.blocks.values()) {
    const counted = new Array<number>(PAGE_KINDS + 1).fill(0);
    for (let section = sectionOf(block.startPfn); section < sectionOf(block.startPfn + block.pages); section++) {
      for (let kind = 0; kind < PAGE_KINDS; kind++)
        counted[kind] = (counted[kind] as number) + kernel.pages.countIn(section, kind);
      counted[SHARE.pinned] = (counted[SHARE.pinned] as number) + kernel.pages.pinnedIn(section);
    }
    expect(byBlock.get(block.number), `memory${block.number}`).toEqual(counted);
  }
}

describe("over random machines and commands", () => {
  test("each level adds up to the one above, and to the engine's counters", () => {
    fc.assert(
      fc.property(cmdlines, actions(10), (line, steps) => {
        const engine = new Engine({ seed: 7, box: smallBox(line) });
        const scales = new Map([...engine.kernels.keys()].map((id) => [id, new Scale()]));
        for (const { resolve, wait } of steps) {
          const command = resolve(engine);
          if (command) engine.submit(command);
          engine.runFor(wait);
          for (const [id, kernel] of engine.kernels) checkShares(scales.get(id) as Scale, kernel);
        }
      }),
      { numRuns: 4 * RUNS, seed: SEED },
    );
  }, 300_000);

  test("a search finds what a look at every single page finds", () => {
    let found = 0;
    fc.assert(
      fc.property(
        cmdlines,
        actions(10),
        fc.subarray([...QUESTIONS.keys()], { minLength: 3, maxLength: 4 }),
        (line, steps, chosen) => {
          const engine = new Engine({ seed: 7, box: smallBox(line) });
          for (const { resolve, wait } of steps) {
            const command = resolve(engine);
            if (command) engine.submit(command);
            engine.runFor(wait);
          }
          const kernel = engine.kernel("A");
          for (const { text, holds } of chosen.map((n) => QUESTIONS[n] as Question)) {
            const query = text(kernel);
            const naive = new Map<number, number>();
            const frames: number[] = [];
            for (let frame = 0; frame < kernel.pages.sections * PAGES_PER_SECTION; frame++) {
              // Nothing of a section that is all alike differs but its place.
              if (kernel.pages.kindAt(frame) === PageKind.None || !holds(kernel, frame, engine.now)) continue;
              const block = kernel.blockNumberOf(frame);
              naive.set(block, (naive.get(block) ?? 0) + 1);
              frames.push(frame);
            }
            const scale = new Scale();
            const { byBlock, total, problem, slices } = searchAll(scale, kernel, engine.now, query);
            if (problem) {
              // Nobody of that name is there: then nothing is to be found either.
              expect(problem.why, query).toBe("unknown");
              expect(frames, query).toEqual([]);
              continue;
            }
            expect(total, query).toBe(frames.length);
            expect(Object.fromEntries(byBlock), query).toEqual(Object.fromEntries(naive));
            expect(slices).toBeGreaterThan(kernel.pages.materialised / 2);
            checkHits(scale, kernel, frames);
            checkFound(scale, kernel, frames);
            found += frames.length;
          }
        },
      ),
      { numRuns: RUNS, seed: SEED },
    );
    expect(found).toBeGreaterThan(10_000);
  }, 300_000);
});

/** Going round the hits once, either way, comes by each run of found pages once. */
function checkHits(scale: Scale, kernel: Kernel, frames: readonly number[]): void {
  const runs: [number, number][] = [];
  for (const frame of frames) {
    const last = runs.at(-1);
    if (last && last[0] + last[1] === frame) last[1]++;
    else runs.push([frame, 1]);
  }
  const most = runs.slice(0, 40);
  let at = -1;
  for (const [first, pages] of most) {
    expect(scale.hit(kernel, at, 1)).toEqual({ pfn: first, pages });
    at = first + Math.floor(pages / 2);
  }
  for (const [first, pages] of most.toReversed().slice(1)) {
    expect(scale.hit(kernel, at, -1)).toEqual({ pfn: first, pages });
    at = first + Math.floor(pages / 2);
  }
  const [first] = runs;
  const last = runs.at(-1);
  if (!first || !last) expect(scale.hit(kernel, 0, 1)).toBeNull();
  else {
    expect(scale.hit(kernel, last[0], 1)?.pfn).toBe(first[0]);
    expect(scale.hit(kernel, first[0], -1)?.pfn).toBe(last[0]);
  }
}

/** What is found of each pageblock, and page by page of some. */
function checkFound(scale: Scale, kernel: Kernel, frames: readonly number[]): void {
  const found = new Set(frames);
  const shown = [...new Set(frames.map((frame) => Math.floor(frame / PAGEBLOCK_PAGES)))].slice(0, 4);
  const details = scale.details(kernel, [...kernel.blocks.keys()], shown, true);
  if (!details) throw expect.fail("nothing told");
  expect(details.found.reduce((sum, pages) => sum + pages, 0)).toBe(frames.length);
  const mixed = [...details.sections].filter((_, at) => details.kinds[at] === MIXED);
  const naive = new Map<number, number>();
  for (const frame of frames) {
    const pageblock = Math.floor(frame / PAGEBLOCK_PAGES);
    naive.set(pageblock, (naive.get(pageblock) ?? 0) + 1);
  }
  for (const [at, section] of mixed.entries())
    for (let nth = 0; nth < 64; nth++)
      expect(details.shares[(at * 64 + nth) * SHARE.columns + SHARE.found]).toBe(naive.get(section * 64 + nth) ?? 0);
  for (const [at, first] of details.frames.entries())
    for (let page = 0; page < PAGEBLOCK_PAGES; page++) {
      const byte = details.pages[at * PAGEBLOCK_PAGES + page] as number;
      expect(byte & PAGE_BIT.kind).toBe(kernel.pages.kindAt(first + page));
      expect((byte & PAGE_BIT.found) !== 0).toBe(found.has(first + page));
      expect((byte & PAGE_BIT.pinned) !== 0).toBe((flagsAt(kernel, first + page) & PageFlag.Pinned) !== 0);
    }
}

describe("a question", () => {
  const engine = new Engine({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({
    do: "load",
    partition: "A",
    load: { kind: "anon", mib: 20, node: 1, policy: "bind", comm: "redis" },
  });
  engine.submit({
    do: "load",
    partition: "A",
    load: { kind: "slab", count: 5000, node: 0, cache: "dentry", comm: "find" },
  });
  engine.settle();
  const kernel = engine.kernel("A");
  const ask = (text: string) => new Scale().search(kernel, engine.now, text, true);
  const redis = [...kernel.processes.values()].find(({ comm }) => comm === "redis");
  const frame = kernel.pages.pfnOf(redis?.mappings.at(-1)?.at(7) ?? -1);

  test("names a page by number, physical address, direct mapping or struct page", () => {
    const chain = chainOf(kernel, pfn(frame));
    for (const text of [
      `0x${frame.toString(16)}`,
      String(frame),
      `pfn ${frame}`,
      `0x${(frame * PAGE_SIZE + 0x123).toString(16)}`,
      directMapAddress(kernel, frame),
      `0x${chain?.directMap?.address}`,
      structPageAddress(kernel, frame),
    ]) {
      const scale = new Scale();
      expect(scale.search(kernel, engine.now, text, true), text).toMatchObject({ total: 1, done: true });
      expect(scale.hit(kernel, -1, 1), text).toEqual({ pfn: frame, pages: 1 });
    }
    expect(ask(`0x${frame.toString(16)} 0x${(frame + 1).toString(16)}`).total).toBe(0);
  });

  test("names a process, a cache, a word in a name; several have to hold together", () => {
    const all = ask(`pid ${redis?.pid}`).total;
    expect(all).toBeGreaterThan(5120);
    expect(ask("redis").total).toBe(all);
    expect(ask("redis anonymous").total).toBe(redis?.resident);
    expect(ask("redis dentry").total).toBe(0);
    expect(ask("DENTRY reclaimable slab").total).toBeGreaterThan(200);
    expect(ask("anon node 1").total).toBe(5120);
    expect(ask(`memory${kernel.blockNumberOf(frame)} anonymous`).total).toBeGreaterThan(0);
  });

  test("that can't be answered says what is wrong with it", () => {
    expect(ask("  ").problem).toEqual({ why: "empty", word: "" });
    expect(ask("pid redis").problem).toEqual({ why: "number", word: "pid" });
    expect(ask("pid 99999").problem).toEqual({ why: "unknown", word: "pid 99999" });
    expect(ask("pinned nonsense").problem).toEqual({ why: "unknown", word: "nonsense" });
    expect(ask("older than yesterday").problem).toEqual({ why: "time", word: "older" });
    expect(ask("older").problem).toEqual({ why: "time", word: "older" });
    expect(ask("zone high").problem).toEqual({ why: "zone", word: "high" });
    expect(ask("0xffffffffffffffff").problem?.why).toBe("beyond");
    expect(ask("pfn 0xfffffffff").problem?.why).toBe("beyond");
    expect(ask("node 9").problem).toEqual({ why: "unknown", word: "node 9" });
    expect(ask("memory4711").problem).toEqual({ why: "unknown", word: "memory4711" });
  });

  test("is read by words: the longest name first, times with their units", () => {
    expect(readQuery("kernel page table pinned")).toEqual([
      { is: "kinds", kinds: [PageKind.KernelPageTable] },
      { is: "pinned" },
    ]);
    expect(readQuery("older than 2 s younger 10ms")).toEqual([
      { is: "older", ns: 2e9 },
      { is: "younger", ns: 1e7 },
    ]);
  });

  test("that is asked again while time runs shows what was found last until all is counted anew", () => {
    const scale = new Scale();
    const blocks = [...kernel.blocks.keys()];
    const sum = () => scale.details(kernel, blocks, [], true)?.found.reduce((all, one) => all + one, 0);
    scale.search(kernel, engine.now, "redis", true);
    const before = sum();
    scale.search(kernel, engine.now, "redis", true, { expired: () => true });
    expect(sum()).toBe(before);
    scale.search(kernel, engine.now, "dentry", true, { expired: () => true });
    expect(sum()).toBeLessThan(before ?? 0);
  });
});

test("what is on screen is told again only when it has changed", () => {
  const engine = new Engine({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
  const kernel = engine.kernel("A");
  const scale = new Scale();
  const blocks = [...kernel.blocks.keys()];
  const first = scale.details(kernel, blocks, [], false);
  // As the worker does: the arrays are given away.
  if (first) structuredClone(first, { transfer: [first.shares.buffer, first.kinds.buffer] });
  expect(scale.details(kernel, blocks, [], false)).toBeNull();
  expect(scale.details(kernel, blocks, [], true)).not.toBeNull();
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 1 } });
  engine.settle();
  expect(scale.details(kernel, blocks, [], false)).not.toBeNull();
  expect(scale.details(kernel, blocks, [], false)).toBeNull();
});
