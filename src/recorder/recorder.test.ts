import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { labScenarioSchema, readTrace } from "../protocol/trace.ts";
import { check } from "../protocol/border.ts";
import { differential } from "./differential.ts";
import { randomScenario } from "./random/random-scenario.ts";
import { SEED, survives } from "../conformance/testing/malformed.ts";
import { record } from "./record.ts";
import { type Tool, guarded } from "./run.ts";
import { traceText } from "./trace-text.ts";

const TRACE = "public/traces/linux-6.1/mlocked.json";
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "recorder-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(tool: Tool, ...args: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const exit = await guarded(tool, args, { out: (text) => out.push(text), err: (text) => err.push(text) });
  return { exit, out: out.join(""), err: err.join("") };
}
function written(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}
const scenario = () => ({
  machine: { nodes: [{ mem: "1G", cpus: "0-1" }, { mem: "1G" }] },
  steps: [{ hotadd: { id: "d0", node: 1, size: "256M" } }, { sh: "true" }] as unknown[],
});

describe("record", () => {
  test.each<[string, unknown]>([
    ["machine: missing", { steps: [] }],
    ["steps: missing", { machine: { nodes: [{ mem: "1G" }] } }],
    [
      'machine.nodes[0].mem: expected a size like 512M, got "much"',
      { ...scenario(), machine: { nodes: [{ mem: "much" }] } },
    ],
    [
      "steps[2].hotadd.node: missing",
      { ...scenario(), steps: [...scenario().steps, { hotadd: { id: "d1", size: "1G" } }] },
    ],
    ["steps[0].sh: expected one line of shell", { ...scenario(), steps: [{ sh: "true\ntrue" }] }],
    [
      "coldplug[0].node: expected a node below 2, got 5",
      { ...scenario(), coldplug: [{ id: "c", size: "1G", node: 5 }] },
    ],
  ])("%s", async (problem, content) => {
    const path = written("bad.json", content);
    expect(await run(record, path)).toEqual({ exit: 2, out: "", err: `${path}: ${problem}\n` });
  });

  test("options", async () => {
    const path = written("good.json", scenario());
    expect(await run(record)).toMatchObject({
      exit: 2,
      err: expect.stringMatching(/^usage: npm run record [^\n]*\n$/),
    });
    expect((await run(record, path, path)).err).toMatch(/^usage: [^\n]*\n$/);
    expect((await run(record, path, "--fast", "1")).err).toMatch(/^unknown option --fast; usage: [^\n]*\n$/);
    expect((await run(record, path, "--kernel")).err).toMatch(/^--kernel needs a value; [^\n]*\n$/);
    expect((await run(record, path, "--accel", "magic")).err).toBe('--accel: expected tcg or kvm, got "magic"\n');
  });

  test("whatever it is fed, it ends with 2 and one line", async () => {
    const small = JSON.stringify(scenario());
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc
            .tuple(fc.nat(small.length - 1), fc.string({ maxLength: 4 }))
            .map(([at, junk]) => small.slice(0, at) + junk),
          fc.json({ maxDepth: 3 }),
          fc
            .record({ machine: fc.jsonValue({ maxDepth: 2 }), steps: fc.jsonValue({ maxDepth: 2 }) })
            .map((v) => JSON.stringify(v)),
          fc
            .array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 3 })
            .map((steps) => JSON.stringify({ ...scenario(), steps: [...steps, 0] })),
        ),
        async (content) => {
          const { exit, err } = await run(record, written("fuzzed.json", content));
          expect(exit).toBe(2);
          expect(err).toMatch(/^[^\n]*fuzzed\.json: [^\n]+\n$/);
        },
      ),
      { numRuns: 300, seed: 21 },
    );
  });
});

// What is valid all the same ends at the accelerator: nothing is started here.
test("recording of broken scenarios", { timeout: 1_200_000 }, async () => {
  await survives(JSON.stringify(scenario()), SEED + 4, folder, async (path) => {
    const { exit, err } = await run(record, path, "--accel", "magic");
    const played = err === '--accel: expected tcg or kvm, got "magic"\n';
    return { exit: played ? 0 : exit, err };
  });
});

describe("differential", () => {
  test.each<[string, string[]]>([
    ['--seed: expected a whole number from 0 to 4294967295, got "x"', ["--seed", "x"]],
    ['--count: expected a whole number from 1 to 1000000, got "0"', ["--count", "0"]],
    ['--jobs: expected a whole number from 1 to 64, got "1e9"', ["--jobs", "1e9"]],
  ])("%s", async (problem, args) => {
    expect(await run(differential, ...args)).toEqual({ exit: 2, out: "", err: `${problem}\n` });
  });

  test("recordings are compared without a kernel", async () => {
    expect(await run(differential, "--replay", TRACE)).toEqual({
      exit: 0,
      out: "differential: 1 scenarios played, 0 disagree\n",
      err: "",
    });
    const other = JSON.parse(readFileSync(TRACE, "utf8"));
    other.steps[1].exit = 1;
    mkdirSync(join(folder, "kept/unsteady"), { recursive: true });
    writeFileSync(join(folder, "kept/other.json"), JSON.stringify(other));
    writeFileSync(join(folder, "kept/unsteady/one.json"), "{}");
    writeFileSync(join(folder, "kept/other.scenario.json"), "{}");
    const { exit, out } = await run(differential, "--replay", join(folder, "kept"));
    expect(exit).toBe(1);
    expect(out.split("\n")).toEqual([
      expect.stringMatching(/other\.json .* step 2 .* exit: real "failed" · simulated "ok"$/),
      "differential: 1 scenarios played, 1 disagree",
      "",
    ]);
  });

  test("recordings that are none", async () => {
    expect((await run(differential, "--replay", join(folder, "nowhere"))).err).toMatch(
      /nowhere: no such file or folder\n$/,
    );
    const path = written("broken.json", readFileSync(TRACE, "utf8").slice(0, 5000));
    expect(await run(differential, "--replay", path)).toMatchObject({
      exit: 2,
      err: expect.stringMatching(/broken\.json: not JSON: [^\n]*\n$/),
    });
    expect((await run(differential, "--replay", path, "--seed", "1")).err).toMatch(/^--replay takes no --seed; usage/);
  });
});

describe("random scenarios", () => {
  test("follow from the seed, and are valid", () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < 300; seed++) {
      const made = randomScenario(seed, "6.1");
      expect(randomScenario(seed, "6.1")).toEqual(made);
      expect(check(labScenarioSchema, made, "made")).toMatchObject({ ok: true });
      seen.add(JSON.stringify([made.machine, made.cmdline, made.steps]));
    }
    expect(seen.size).toBe(300);
  });
});

test("a seed means what it meant: recordings that were kept by their seeds stay of use", () => {
  const all = createHash("sha256");
  for (let flavour = 0; flavour < 9000; flavour += 1000)
    for (let i = 0; i < 250; i++) all.update(JSON.stringify(randomScenario(flavour + i, "6.1")));
  expect(all.digest("hex")).toBe("3f6ad8a5a1296feda382dd0a463921a875f4135045fd8e9f9161fc747ca17a1a");
});

describe("the text of a trace", () => {
  test("reads back as it was, and puts an observation's rows in one line each", () => {
    const read = readTrace(readFileSync(TRACE, "utf8"), TRACE);
    if (!read.ok) throw new Error(read.problem);
    const text = traceText(read.value);
    expect(JSON.parse(text)).toEqual(read.value);
    expect(text).toContain('  "iomem": ["00001000-0009fbff : System RAM"');
  });
});
