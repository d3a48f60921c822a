import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { deviceBusy } from "../protocol/scenarios/device-busy.ts";
import { conformance } from "./conformance.ts";
import { guarded } from "./run.ts";
import { simulation } from "./simulation.ts";

const TRACE = "public/traces/linux-6.1/mlocked.json";
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "conformance-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}
function run(tool: Parameters<typeof guarded>[0], ...args: string[]): Ended {
  const out: string[] = [];
  const err: string[] = [];
  const exit = guarded(tool, args, { out: (text) => out.push(text), err: (text) => err.push(text) });
  return { exit, out: out.join(""), err: err.join("") };
}
function written(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}
const trace = () => JSON.parse(readFileSync(TRACE, "utf8"));
const lastLine = (text: string) => text.trimEnd().split("\n").at(-1);

describe("conformance", () => {
  test("a trace that agrees: the count alone, exit 0", () => {
    expect(run(conformance, TRACE)).toEqual({
      exit: 0,
      out: "conformance: 9 of 9 steps agree (100 %), 153 of 153 fields\n",
      err: "",
    });
  });

  test("what disagrees is said with trace, step, field, real and simulated; exit 1", () => {
    const other = trace();
    other.steps[1].exit = 1;
    other.boot.nodes.possible = "0-7";
    const { exit, out } = run(conformance, written("other.json", other));
    expect(exit).toBe(1);
    expect(out.split("\n")).toEqual([
      'mlocked (6.1.0-56-cloud-amd64) · boot · nodes.possible: real "0-7" · simulated "0-1"',
      'mlocked (6.1.0-56-cloud-amd64) · step 2 {"sh":"echo online_movable > /sys/devices/system/memory/memory32/state"} · exit: real "failed" · simulated "ok"',
      "conformance: 7 of 9 steps agree (77.7 %), 151 of 153 fields",
      "",
    ]);
  });

  test("a fault planted in any line that people read is found", () => {
    const { steps } = trace();
    const planted = { log: 0, stdout: 0 };
    for (const [i, step] of steps.entries())
      for (const [field, lines] of [
        ["log", step.dmesg],
        ["stdout", (step.stdout ?? "").split("\n").filter((line: string) => line !== "")],
      ] as const)
        for (const line of lines) {
          const other = trace();
          if (field === "log") other.steps[i].dmesg[lines.indexOf(line)] = `${line}!`;
          else other.steps[i].stdout = other.steps[i].stdout.replace(line, `${line}!`);
          const { exit, out } = run(conformance, written("planted.json", other));
          expect([line, exit, out.includes(`step ${i + 1} `), out.includes(`· ${field}: real`)]).toEqual([
            line,
            1,
            true,
            true,
          ]);
          planted[field]++;
        }
    expect(planted.log).toBeGreaterThan(3);
    expect(planted.stdout).toBeGreaterThan(0);
  });

  test("folders are read to their depth, links back up don't matter", () => {
    const deep = join(folder, "deep/deeper");
    mkdirSync(deep, { recursive: true });
    symlinkSync("..", join(deep, "up"));
    writeFileSync(join(deep, "a.json"), readFileSync(TRACE));
    writeFileSync(join(deep, "notes.txt"), "no trace");
    expect(run(conformance, join(folder, "deep")).out).toBe(
      "conformance: 9 of 9 steps agree (100 %), 153 of 153 fields\n",
    );
  });

  test("--json says it all in one value", () => {
    const { exit, out } = run(conformance, "--json", TRACE);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      steps: 9,
      stepsAgree: 9,
      fields: 153,
      fieldsAgree: 153,
      traces: [{ name: "mlocked", steps: { length: 9 } }],
    });
  });

  test.each([
    [["/nowhere/at-all.json"], "/nowhere/at-all.json: no such file or folder\n"],
    [
      ["--loud"],
      "unknown option --loud; usage: npm run conformance -- [--json] [--close] [--uncalibrated] PATH... (trace files, or folders of them)\n",
    ],
  ])("%j cannot be used", (args, err) => {
    expect(run(conformance, ...args)).toEqual({ exit: 2, out: "", err });
  });

  test("a byte order mark is no part of a file; what is empty, or no UTF-8, is said to be that", () => {
    const text = readFileSync(TRACE, "utf8");
    expect(run(conformance, written("marked.json", `\ufeff${text}`))).toMatchObject({ exit: 0, err: "" });
    const nothing = written("nothing.json", "\n");
    expect(run(conformance, nothing).err).toBe(`${nothing}: the file is empty; expected JSON\n`);
    const wide = join(folder, "wide.json");
    writeFileSync(wide, text, "utf16le");
    expect(run(simulation, wide)).toMatchObject({
      exit: 2,
      err: `${wide}: no text in UTF-8; expected JSON, saved as UTF-8\n`,
    });
  });

  test("an empty folder, a kernel that is not modelled, a step that never ends", () => {
    mkdirSync(join(folder, "empty"));
    expect(run(conformance, join(folder, "empty"))).toMatchObject({
      exit: 2,
      err: `${join(folder, "empty")}: no .json file in this folder\n`,
    });
    const old = written("old.json", { ...trace(), kernel: "2.6.32" });
    expect(run(conformance, old)).toMatchObject({
      exit: 2,
      err: `${old}: kernel: expected one of 5.10, 6.1, 6.12, 6.18, 7.3, got "2.6.32"\n`,
    });
    const endless = trace();
    endless.steps[1].do.sh = "while true; do sleep 1000; done";
    const { exit, out } = run(conformance, written("endless.json", endless));
    expect(exit).toBe(1);
    expect(out).toContain('exit: real "ok" · simulated "signal"');
  });
});

describe("simulate", () => {
  const scenario = () => structuredClone(deviceBusy) as unknown as Record<string, unknown>;

  test("transactions as JSON Lines, the same every time", () => {
    const path = written("scenario.json", scenario());
    const { exit, out, err } = run(simulation, path, "--json");
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    const transactions = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(transactions.map(({ id }) => id)).toEqual(transactions.map((_, i) => i + 1));
    expect(run(simulation, "device-busy", "--json").out).toBe(out);
  });

  test("a summary, for scenarios in the form of traces too", () => {
    const { machine, setup, steps } = trace();
    const path = written("lab.json", { machine, setup, steps: steps.map((step: { do: unknown }) => step.do) });
    const { exit, out } = run(simulation, path);
    expect(exit).toBe(0);
    expect(out).toContain("offline memory33: ok");
    expect(lastLine(out)).toMatch(/^simulated [\d.]+ s in \d+ transactions/);
  });

  test.each<[string, unknown, string]>([
    ["box.partitions: expected at least one partition", { ...scenario(), box: { partitions: [], shelf: [] } }, ""],
    [
      'setup[0].do: expected one of move, press, write, udev, chmod, mkdir, rmdir, pipe, signal, load, fork, affinity, swapon, swapoff, kill, killall, hotadd, hotremove, resize, reboot, got "dance"',
      { ...scenario(), setup: [{ do: "dance" }] },
      "",
    ],
    [
      'setup[0].partition: expected one of A, B, got "Z"',
      { ...scenario(), setup: [{ do: "killall", partition: "Z" }] },
      "",
    ],
    ["version: expected version 1, got 9", { ...scenario(), version: 9 }, ""],
    [
      "steps[0]: expected a step of one of the kinds sh, hotadd, hotremove, load, resize, killall, until, interrupt, observe, got an empty object",
      { machine: { nodes: [{ mem: "1G" }] }, steps: [{}] },
      "",
    ],
  ])("%s", (problem, content) => {
    const path = written("bad.json", content);
    expect(run(simulation, path)).toEqual({ exit: 2, out: "", err: `${path}: ${problem}\n` });
  });

  test("words of a command line that do nothing here are named once, and apart from what is printed", () => {
    const { machine } = trace();
    const cmdline = "isolcpus=1 movable_node nokaslr kernelcore=mirror isolcpus=1 noapic";
    const path = written("words.json", { machine, cmdline, setup: [], steps: [] });
    expect(run(simulation, path, "--json")).toMatchObject({
      exit: 0,
      err: "not simulated: isolcpus=1 noapic\n",
    });
    const two = scenario() as { box: { partitions: { cmdline: string }[] } };
    for (const partition of two.box.partitions) partition.cmdline += " noapic";
    expect(run(simulation, written("two.json", two), "--json").err).toBe("not simulated: noapic\n");
    expect(run(simulation, "device-busy").err).toBe("");
  });

  test("machines beyond the limits are refused with the limit; building that takes too long ends as playing does", () => {
    const { machine } = trace();
    const huge = { machine: { ...machine, nodes: [{ mem: "900T" }] }, setup: [], steps: [] };
    expect(run(simulation, written("huge.json", huge))).toMatchObject({
      exit: 2,
      out: "",
      err: expect.stringMatching(/^[^\n]*huge\.json: machine\.nodes\[0\]\.mem: [^\n]*at most 16T[^\n]*\n$/),
    });
    const late = vi.spyOn(Date, "now");
    try {
      for (const path of [written("late.json", scenario()), TRACE]) {
        let now = 0;
        // Every look at the clock finds that more than two minutes have gone by.
        late.mockImplementation(() => (now += 130_000));
        expect(run(simulation, path)).toEqual({
          exit: 1,
          out: "",
          err: "the simulator failed: the scenario takes more than two minutes to simulate\n",
        });
      }
    } finally {
      late.mockRestore();
    }
  });

  test("names that are none, and no name", () => {
    expect(run(simulation, "nope")).toMatchObject({
      exit: 2,
      out: "",
      err: expect.stringMatching(/^nope: no scenario of that name \(there are .*\n$/),
    });
    expect(run(simulation)).toMatchObject({ exit: 2, err: "usage: npm run simulate -- SCENARIO.json|NAME [--json]\n" });
  });
});

describe("whatever is fed to them, they end with 0, 1 or 2 and say what is wrong in one line", () => {
  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      -1,
      0,
      1.5,
      1e9,
      1e300,
      2 ** 53,
      "",
      "512M",
      "900T",
      "0M",
      "16T",
      "x".repeat(300),
      [],
      {},
      [[]],
      "echo hi > /sys/devices/system/memory/memory32/state",
      "while :; do :; done",
      "offline",
      { sh: "cat /proc/meminfo" },
      { hotadd: { id: "z", node: 0, size: "1G" } },
      { killall: 1 },
      { load: { kind: "anon", mib: 40, node: 1 } },
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );

  /** Replaces or removes something somewhere: `choices` walk down the value. */
  function mutated(value: unknown, choices: readonly number[], replacement: unknown): unknown {
    const [choice, ...rest] = choices;
    if (choice === undefined || value === null || typeof value !== "object") return replacement;
    const keys = Object.keys(value);
    if (keys.length === 0) return replacement;
    const key = keys[choice % keys.length] as string;
    const holder = value as Record<string, unknown>;
    const inner = rest.length === 0 ? replacement : mutated(holder[key], rest, replacement);
    if (inner === undefined) delete holder[key];
    else holder[key] = inner;
    return value;
  }
  const path = fc.array(fc.nat(40), { minLength: 1, maxLength: 7 });
  const change = fc.tuple(path, fc.oneof(odd, fc.constant(undefined)));

  function survives(tool: Parameters<typeof guarded>[0], content: string): void {
    const { exit, err } = run(tool, written("fuzzed.json", content));
    expect([0, 1, 2]).toContain(exit);
    if (exit === 2) expect(err).toMatch(/^[^\n]*fuzzed\.json: [^\n]+\n$/);
    expect(err).not.toMatch(/\n\s+at /);
  }

  test("traces with fields changed", { timeout: 300_000 }, () => {
    const small = trace();
    small.bootlog = [];
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const value = changes.reduce<unknown>(
          (at, [choices, replacement]) => mutated(at, choices, replacement),
          structuredClone(small),
        );
        survives(conformance, JSON.stringify(value) ?? "");
      }),
      { numRuns: 250, seed: 11 },
    );
  });

  test("scenarios with fields changed", { timeout: 300_000 }, () => {
    const small = {
      ...structuredClone(deviceBusy),
      setup: [{ do: "load", partition: "A", load: { kind: "anon", mib: 20, node: 1 } }],
      script: [{ at: 1e6, command: { do: "move", dimm: "a1", to: { shelf: true } } }],
    };
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const value = changes.reduce<unknown>(
          (at, [choices, replacement]) => mutated(at, choices, replacement),
          structuredClone(small),
        );
        survives(simulation, JSON.stringify(value) ?? "");
      }),
      { numRuns: 250, seed: 12 },
    );
  });

  test("truncated and broken text", () => {
    const whole = readFileSync(TRACE, "utf8");
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.string({ maxLength: 5 }), (at, junk) => {
        survives(conformance, whole.slice(0, at) + junk);
        survives(simulation, whole.slice(0, at) + junk);
      }),
      { numRuns: 200, seed: 13 },
    );
  });
});
