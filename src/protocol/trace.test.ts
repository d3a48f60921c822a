import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { PROFILES } from "../engine/kernel/profiles/index.ts";
import { readLabScenario, readTrace } from "./trace.ts";

const FILES = readdirSync("public/traces", { recursive: true, encoding: "utf8" })
  .filter((name) => /linux-.*\.json$/.test(name))
  .map((name) => `public/traces/${name}`);
const SMALL = JSON.parse(readFileSync("public/traces/linux-6.1/mlocked.json", "utf8"));

/** Sets the field at `steps[0].do.x`; `undefined` removes it. */
function put(root: unknown, path: string, value: unknown): void {
  const keys = path.match(/\w+/g) ?? [];
  const last = keys.pop() ?? "";
  const holder = keys.reduce((at, key) => (at as Record<string, unknown>)[key], root) as Record<string, unknown>;
  if (value === undefined) delete holder[last];
  else holder[last] = value;
}

test.each(FILES)("%s is a trace, and the steps alone are a scenario", (file) => {
  const content = readFileSync(file, "utf8");
  expect(readTrace(content, file)).toMatchObject({ ok: true });
  const trace = JSON.parse(content);
  const scenario = {
    name: trace.name,
    machine: trace.machine,
    setup: trace.setup,
    steps: trace.steps.map((step: { do: unknown }) => step.do),
  };
  expect(readLabScenario(JSON.stringify(scenario), file)).toMatchObject({ ok: true });
});

test("the kernels' menu tells how many recordings there are", () => {
  const files = readdirSync("public/traces", { recursive: true, encoding: "utf8" });
  for (const { version, evidence, recordings } of PROFILES) {
    const own = files.filter((file) => file.includes(`linux-${version}/`)).length;
    expect([version, recordings ?? 0]).toEqual([version, own]);
    expect([version, evidence === "recorded"]).toEqual([version, own > 0]);
  }
});

test("fields that are not known are allowed", () => {
  const trace = { ...structuredClone(SMALL), recordedBy: "someone", comment: { deep: [1] } };
  trace.steps[0].took = 5;
  trace.steps[0].do.hotadd.colour = "red";
  trace.boot.zones[0].age = 3;
  expect(readTrace(JSON.stringify(trace), "x.json")).toMatchObject({ ok: true });
});

describe("one line names the file and the field", () => {
  test.each<[problem: string, path: string, value: unknown]>([
    ["steps[0].do.hotadd.size: expected a size like 512M, got 5", "steps[0].do.hotadd.size", 5],
    ['steps[0].do.hotadd.size: expected a size from 1M to 16T, got "900T"', "steps[0].do.hotadd.size", "900T"],
    ["steps[0].do.hotadd.node: missing", "steps[0].do.hotadd.node", undefined],
    ["steps[0].do.hotadd.node: expected a whole number up to 255, got 1.5", "steps[0].do.hotadd.node", 1.5],
    [
      'steps[3].do.load.kind: expected one of anon, thp, shm, mlock, huge, pin, pipes, slab, got "bitcoin"',
      "steps[3].do.load.kind",
      "bitcoin",
    ],
    [
      'steps[2].do: expected a step of one of the kinds sh, hotadd, hotremove, load, resize, killall, until, interrupt, observe, got keys "shout"',
      "steps[2].do",
      { shout: 1 },
    ],
    [
      'steps[2].do: expected a step of one of the kinds sh, hotadd, hotremove, load, resize, killall, until, interrupt, observe, got keys "sh", "hotremove"',
      "steps[2].do",
      { sh: "true", hotremove: "d0" },
    ],
    ["steps[2].do: missing", "steps[2].do", undefined],
    ["steps[1].after: missing", "steps[1].after", undefined],
    [
      "steps[1].after.zones[0].free: expected a whole number up to 17179869184, got -1",
      "steps[1].after.zones[0].free",
      -1,
    ],
    ['steps[1].after.blocks[2][3]: expected a list, got "0"', "steps[1].after.blocks[2][3]", "0"],
    ["steps: expected a list of steps, got an object", "steps", { length: 1e9 }],
    ["machine.nodes: expected at least one node", "machine.nodes", []],
    [
      "machine.nodes: expected a list of nodes of at most 128, got a list of 5000",
      "machine.nodes",
      Array(5000).fill({ mem: "1G" }),
    ],
    ['machine.nodes[1].mem: expected a size like 512M, got "lots"', "machine.nodes[1].mem", "lots"],
    ["machine.nodes: expected at least 256M of memory on all nodes together", "machine.nodes", [{ mem: "0M" }]],
    ["machine.maxmem: expected at least the memory of all nodes, got 1G", "machine.maxmem", "1G"],
    ["machine.slots: expected a whole number up to 256, got 1000000", "machine.slots", 1e6],
    ["machine.distance[0]: expected nodes below 2, got 0 and 9", "machine.distance", [[0, 9, 20]]],
    ["machine.distance[0][2]: expected a whole number from 10 to 255, got 9", "machine.distance", [[0, 1, 9]]],
    [
      "machine.distance[1][2]: expected 10 from a node to itself, got 20",
      "machine.distance",
      [
        [0, 1, 20],
        [1, 1, 20],
      ],
    ],
    [
      "coldplug[1].id: c0 is used twice",
      "coldplug",
      [
        { id: "c0", size: "1G", node: 0 },
        { id: "c0", size: "1G", node: 1 },
      ],
    ],
    ["coldplug[0].node: expected a node below 2, got 7", "coldplug", [{ id: "c0", size: "1G", node: 7 }]],
    ["kernel: missing", "kernel", undefined],
    ["setup[0]: expected a shell line, got 7", "setup", [7]],
    [
      'boot.zones[0].zone: expected one of DMA, DMA32, Normal, Movable, Device, got "HighMem"',
      "boot.zones[0].zone",
      "HighMem",
    ],
  ])("%s", (problem, path, value) => {
    const trace = structuredClone(SMALL);
    put(trace, path, value);
    expect(readTrace(JSON.stringify(trace), "x.json")).toEqual({ ok: false, problem: `x.json: ${problem}` });
  });

  test("text that is not JSON", () => {
    const content = JSON.stringify(SMALL);
    for (const text of ["", "nope", content.slice(0, content.length / 2), "[".repeat(200_000)]) {
      const read = readTrace(text, "x.json");
      expect(read).toMatchObject({ ok: false, problem: expect.stringMatching(/^x\.json: not JSON: [^\n]+$/) });
    }
    expect(readTrace("[1]", "x.json")).toEqual({ ok: false, problem: "x.json: expected a trace, got a list of 1" });
    expect(readTrace("null", "x.json")).toEqual({ ok: false, problem: "x.json: expected a trace, got null" });
  });
});

test("a key without end is named by its beginning", () => {
  const trace = structuredClone(SMALL);
  put(trace, "steps[0].after.meminfo", { ["M".repeat(5_000)]: "much" });
  const read = readTrace(JSON.stringify(trace), "a.json");
  const problem = read.ok ? "" : read.problem;
  expect(problem).toMatch(/^a\.json: steps\[0\]\.after\.meminfo\.M+…: /);
  expect(problem.length).toBeLessThan(700);
});
