/** Futures that are filmed: what is seen of them is what happens, and each can be gone on with from its end. */
import { expect, test } from "vitest";
import { applyPatches, NO_RECORDS } from "./apply-frame.ts";
import type { RecordTables } from "./playground.ts";
import type { FromBeside } from "../protocol/beside.ts";
import { type Difference, differences } from "../views/compare/differences.ts";
import { otherwise, parted, READY, READY_IDS, type ReadyId } from "../views/compare/futures.ts";
import { withPolicy } from "../views/new-memory.ts";
import { EngineHost } from "../worker/engine-host.ts";
import { resumed } from "../worker/resume.ts";
import { playSession } from "../worker/testing/random-session.ts";
import { begin } from "../worker/beside/bench.ts";

interface Filmed {
  readonly shots: readonly [RecordTables[], RecordTables[]];
  readonly ends: readonly [Extract<FromBeside, { type: "filmed" }>, Extract<FromBeside, { type: "filmed" }>];
}

async function filmed(futures: Parameters<typeof begin>[0] & { type: "film" }): Promise<Filmed> {
  const shots: [RecordTables[], RecordTables[]] = [[], []];
  const ends: Extract<FromBeside, { type: "filmed" }>[] = [];
  for await (const told of begin(futures)) {
    if (told.type === "shot") {
      const film = shots[told.side];
      film.push(applyPatches(film.at(-1) ?? NO_RECORDS, structuredClone(told.patches)));
    }
    if (told.type === "filmed") ends.push(told);
  }
  return { shots, ends: [ends[0]!, ends[1]!] };
}

const ready = async (id: ReadyId) => {
  const { sides } = READY[id]();
  const { shots } = await filmed({ type: "film", futures: [sides[0].film, sides[1].film] });
  const last = [shots[0].at(-1) as RecordTables, shots[1].at(-1) as RecordTables] as const;
  return { last, found: differences(...last) };
};
/** What a card says of a pair, of each side. */
const claims: Readonly<Record<ReadyId, (side: RecordTables, i: number) => boolean>> = {
  policy: ({ attempt, dimm }, i) => {
    const blamed = Object.values(attempt).findLast(({ kind, target }) => kind === "eject" && target === "d7")?.culprit;
    return i === 0 ? blamed?.owner.by?.comm === "find" && dimm.d7?.slot != null : !blamed && dimm.d7?.slot === null;
  },
  // Kinds 13 and 18: a memory map taken from the allocator, and one that its own block holds.
  memmap: ({ block }, i) => {
    const pages = (kind: number, dimm: boolean) =>
      Object.values(block).reduce((sum, one) => sum + ((one.dimm === "d7") === dimm ? (one.kinds[kind] ?? 0) : 0), 0);
    return i === 0 ? pages(13, false) > 0 && pages(18, true) === 0 : pages(18, true) > 0;
  },
  removal: ({ dimm, attempt }, i) =>
    i === 0 ? Object.values(attempt).some(({ errno }) => errno === "EPERM") : dimm.d7?.slot === null,
  boot: ({ block }, i) => {
    const zones = (dimm: string) =>
      new Set(Object.values(block).flatMap((one) => (one.dimm === dimm ? [one.zone] : [])));
    // d2 is of node 0, d4 of node 1.
    const parts = zones("d2").size > 1 && zones("d2").has("Movable") && zones("d4").has("Movable");
    return i === 0 ? parts : !["d1", "d2", "d4", "d5"].some((dimm) => zones(dimm).size > 1);
  },
  solutions: ({ dimm }) => dimm.d3?.slot === null,
};
const outcome = (found: readonly Difference[]) =>
  found.flatMap((one) => (one.of === "outcome" ? [one.sides.map((side) => side && (side.errno ?? side.result))] : []));

test("every pair that is ready has something to show", { timeout: 120_000 }, async () => {
  const said: Record<string, unknown> = {};
  for (const id of READY_IDS) {
    const { last, found } = await ready(id);
    expect(
      last.map((side, i) => claims[id](side, i)),
      id,
    ).toEqual([true, true]);
    said[id] = [outcome(found), [...new Set(found.map(({ of }) => of))]];
    // The weightiest comes first.
    expect(found.map(({ weight }) => weight)).toEqual(found.map(({ weight }) => weight).toSorted((a, b) => b - a));
  }
  expect(said).toMatchInlineSnapshot(`
    {
      "boot": [
        [],
        [
          "zone",
          "kernel-memory",
          "moved",
          "took",
          "distance",
          "user-pages",
        ],
      ],
      "memmap": [
        [],
        [
          "kernel-memory",
        ],
      ],
      "policy": [
        [
          [
            "EBUSY",
            "ok",
          ],
        ],
        [
          "outcome",
          "state",
          "kernel-memory",
          "node-bytes",
          "moved",
          "user-pages",
        ],
      ],
      "removal": [
        [
          [
            "EPERM",
            "ok",
          ],
        ],
        [
          "outcome",
          "state",
          "kernel-memory",
        ],
      ],
      "solutions": [
        [],
        [
          "zone",
          "kernel-memory",
          "moved",
          "took",
          "distance",
          "user-pages",
        ],
      ],
    }
  `);
});

test("one more command, or one less, parts the machine from itself where it was given", async () => {
  const { host, scenario } = await playSession(78, 10);
  const { instant } = host.past();
  const kept = { scenario, resume: { causes: host.journal.slice(0), instant, terminals: [] } };
  const load = { do: "load", partition: "A", load: { kind: "anon", mib: 9, node: 0 } } as const;
  const more = otherwise(kept, ["as it is", "more"], { command: load });
  expect(more.parting).toBe(instant.at);
  const { shots } = await filmed({ type: "film", futures: [more.sides[0].film, more.sides[1].film] });
  const at = (side: 0 | 1) => shots[side].at(-1) as RecordTables;
  expect(differences(at(0), at(1)).length).toBeGreaterThan(0);
  const resume = { ...kept.resume, causes: [...kept.resume.causes, { ...instant, origin: null, command: load }] };
  const less = otherwise({ scenario, resume }, ["as it is", "without"], { without: kept.resume.causes.length });
  expect(less.sides[1].film.causes).toEqual(more.sides[0].film.causes);
  expect(withPolicy("movable_node memhp_default_state=online", "online_kernel")).toBe(
    "movable_node memhp_default_state=online_kernel",
  );
}, 60_000);

test("a session against itself differs in nothing; against a prefix of itself, in what came after; both go on", async () => {
  const { host, scenario } = await playSession(77, 14);
  const { instant } = host.past();
  const causes = host.journal.slice(0);
  const whole = { scenario, resume: { causes, instant, terminals: [] } };
  const half = { scenario, resume: { causes: causes.slice(0, causes.length >> 1), instant, terminals: [] } };
  const same = parted(["a", "b"], [whole, whole]).sides;
  const both = await filmed({ type: "film", futures: [same[0].film, same[1].film] });
  expect(differences(both.shots[0].at(-1) as RecordTables, both.shots[1].at(-1) as RecordTables)).toEqual([]);
  expect(both.ends[0].resume.causes).toEqual(causes);

  const pair = parted(["a", "b"], [whole, half]);
  expect(pair.parting).toBe(causes[causes.length >> 1]?.at);
  const [left, right] = pair.sides;
  const made = await filmed({ type: "film", futures: [left.film, right.film] });
  for (const end of made.ends) {
    const later = (callback: () => void) => setTimeout(callback);
    const line = { build: (given: typeof scenario) => new EngineHost(given), clock: () => performance.now(), later };
    const play = await resumed(line as never, scenario, end.resume);
    expect(play.engine.instant).toEqual(end.resume.instant);
    expect(await play.engine.audit()).toEqual([]);
  }
}, 60_000);
