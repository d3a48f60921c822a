import fc from "fast-check";
import { expect, test } from "vitest";
import { MIB, TIB } from "../engine/units.ts";
import { cpuListProblem } from "./cpu-lists.ts";
import { SCENARIOS } from "./scenarios/index.ts";
import { readLabScenario } from "./trace.ts";
import { checkScenario } from "./validate-scenario.ts";

test.each([
  [["3-0"], "expected a CPU list that runs forwards, got 3-0"],
  [["0,0"], "CPU 0 is named twice"],
  [["0-3,2-5"], "CPU 2 is named twice"],
  [["0-3", "3-7"], "CPU 3 is node 0's already"],
  [["0-9000"], "expected CPUs below 8192, got 0-9000"],
])("%j", (lists, problem) => {
  expect(cpuListProblem(lists)?.problem).toBe(problem);
});

test("lists without a CPU twice are accepted, those with one are not", () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 6 }), { maxLength: 5 }), (nodes) => {
      const all = nodes.flat();
      expect(cpuListProblem(nodes.map((cpus) => cpus.join(","))) === undefined).toBe(new Set(all).size === all.length);
    }),
  );
});

/** The first scenario that comes with the playground, changed. */
function problem(change: (box: Writable, scenario: { focus?: unknown }) => void): string {
  const scenario = structuredClone(SCENARIOS[0]) as unknown as { box: Writable; focus?: unknown };
  change(scenario.box, scenario);
  const checked = checkScenario(scenario, "f");
  return checked.ok ? "" : checked.problem;
}
interface Writable {
  shelf: { id: string; size: number }[];
  partitions: {
    maxMemory: number;
    calibration?: unknown;
    nodes: { onboard: number; cpus: string; slots: ({ size: number } | null)[] }[];
  }[];
}
const nodes = (box: Writable) => box.partitions[0]?.nodes ?? [];

test.each<[string, (box: Writable, scenario: { focus?: unknown }) => void, RegExp]>([
  ["as it is", () => {}, /^$/],
  [
    "a DIMM of 100 MiB",
    (box) => box.shelf.push({ id: "odd", size: 100 * MIB }),
    /^f: box\.shelf\[\d+\]\.size: expected a multiple of 128 MiB/,
  ],
  [
    "onboard memory of 300 MiB",
    (box) => Object.assign(nodes(box)[0] ?? {}, { onboard: 300 * MIB }),
    /nodes\[0\]\.onboard: expected a multiple of 128 MiB/,
  ],
  [
    "a CPU list that runs backwards",
    (box) => Object.assign(nodes(box)[0] ?? {}, { cpus: "3-0" }),
    /nodes\[0\]\.cpus: expected a CPU list that runs forwards/,
  ],
  [
    "figures of a node that isn't there",
    (box) => Object.assign(box.partitions[0] ?? {}, { calibration: [{ node: 99, zone: "DMA", managed: 1, free: 1 }] }),
    /calibration\[0\]\.node: expected a node below/,
  ],
  [
    "time that goes back",
    (_, scenario) => Object.assign(scenario, { focus: { speed: -1 } }),
    /focus\.speed: expected a speed of at most 1000, or 0/,
  ],
  [
    "a speed beyond all",
    (_, scenario) => Object.assign(scenario, { focus: { speed: 1e9 } }),
    /focus\.speed: expected a speed of at most 1000, or 0/,
  ],
  [
    "more memory than can be built",
    (box) => {
      Object.assign(nodes(box)[0] ?? {}, { onboard: 32 * TIB });
      Object.assign(box.partitions[0] ?? {}, { maxMemory: 64 * TIB });
    },
    /expected at most 16 TiB of memory/,
  ],
])("%s", (_, change, expected) => {
  expect(problem(change)).toMatch(expected);
});

test("machines of recordings are held to the same lists", () => {
  const lab = (cpus: string[]) =>
    readLabScenario(
      JSON.stringify({ machine: { nodes: cpus.map((list) => ({ mem: "1G", cpus: list })) }, steps: [] }),
      "f",
    );
  expect(lab(["0", "1"])).toMatchObject({ ok: true });
  expect(lab(["0-1", "1"])).toEqual({ ok: false, problem: "f: machine.nodes[1].cpus: CPU 1 is node 0's already" });
  expect(lab(["1-0"])).toEqual({
    ok: false,
    problem: "f: machine.nodes[0].cpus: expected a CPU list that runs forwards, got 1-0",
  });
});
