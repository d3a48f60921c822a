/** Steps that go on while others are done, on the simulated machine, and how two recordings of such are compared. */
import { describe, expect, test } from "vitest";
import { type LabScenario, type PlayedStep, readLabScenario } from "../protocol/trace.ts";
import { compareTraces } from "./compare.ts";
import { playTrace } from "./play.ts";

const STATE = "/sys/devices/system/memory/memory32/state";
const scenario = (steps: readonly unknown[]): LabScenario => {
  const machine = { nodes: [{ mem: "1G", cpus: "0-1" }, { mem: "512M" }, { mem: "0M" }] };
  const setup = ["echo offline > /sys/devices/system/memory/auto_online_blocks"];
  const read = readLabScenario(JSON.stringify({ name: "t", kernel: "6.12", machine, setup, steps }), "t");
  if (!read.ok) throw new Error(read.problem);
  return read.value;
};
/** The only block of a DIMM that holds pinned pages is on its way, and will not get there. */
const STUCK = [
  { hotadd: { id: "d0", node: 2, size: "128M" } },
  { sh: `echo online_movable > ${STATE}` },
  { load: { kind: "pin", mib: 8, node: 2 } },
  { sh: `echo offline > ${STATE}`, start: "stuck" },
  { until: { block: 32, is: "going-offline" } },
  { hotadd: { id: "d1", node: 1, size: "128M" }, start: "adds" },
  { observe: "now" },
];
const blocks = (step: PlayedStep | undefined) =>
  step?.after.blocks.flatMap(([number, state]) => (number >= 32 ? [`${number} ${state}`] : []));

describe("while an offline hangs", () => {
  test("a hot add waits for it, and is done when the pages are let go", () => {
    const { steps, failure } = playTrace(
      scenario([...STUCK, { killall: 1 }, { until: { ended: "stuck" } }, { until: { ended: "adds" } }]),
    );
    expect(failure).toBeNull();
    expect(blocks(steps[6])).toEqual(["32 going-offline"]);
    expect(steps[6]?.devices.map(({ id }) => id)).toEqual(["d0", "d1"]);
    expect(steps[8]).toMatchObject({ exit: 0, stderr: "" });
    expect(steps[9]).toMatchObject({ error: null });
    expect(blocks(steps[9])).toEqual(["32 offline", "33 offline"]);
  });

  test("its writer can be interrupted: the block stays, and who waited goes on", () => {
    const rest = [{ interrupt: "stuck" }, { until: { ended: "adds" } }, { until: { ended: "stuck" } }];
    const { steps } = playTrace(scenario([...STUCK, ...rest]));
    expect(steps.at(-1)).toMatchObject({ exit: 143 });
    expect(blocks(steps.at(-1))).toEqual(["32 online", "33 offline"]);
  });

  test("what does not end in its time is said not to have", () => {
    const { steps } = playTrace(scenario([...STUCK, { until: { ended: "stuck" }, seconds: 2 }]));
    expect(steps.at(-1)).toMatchObject({ error: "not within 2 s" });
  });
});

test("only what is not chance is compared: the answers of what was begun, and all once nothing is under way", () => {
  const played = playTrace(
    scenario([...STUCK, { killall: 1 }, { until: { ended: "stuck" } }, { until: { ended: "adds" } }]),
  );
  if (!played.boot) throw new Error(played.failure ?? "");
  const machine = scenario([]);
  const trace = { ...machine, kernel: "6.12", bootlog: [], boot: played.boot, steps: [...played.steps] };
  const differs = (change: (steps: PlayedStep[]) => void) => {
    const steps = structuredClone(trace.steps);
    change(steps);
    return compareTraces(trace, { boot: played.boot, steps, failure: null }).flatMap(({ step, disagreements }) =>
      disagreements.map(({ field }) => `${step} ${field}`),
    );
  };
  expect(differs(() => {})).toEqual([]);
  // Somebody looked sooner: blocks, and when lines were told.
  expect(
    differs((steps) => {
      for (const at of [3, 5, 7, 8]) (steps[at] as PlayedStep).after.blocks.pop();
      const late = (steps[7] as PlayedStep).dmesg.splice(0);
      (steps[9] as PlayedStep).dmesg.unshift(...late);
      (steps[9] as PlayedStep).events.unshift(...(steps[7] as PlayedStep).events.splice(0));
    }),
  ).toEqual([]);
  expect(differs((steps) => (steps[6] as PlayedStep).after.blocks.pop())).toEqual(["7 blocks"]);
  expect(differs((steps) => ((steps[8] as PlayedStep).exit = 1))).toEqual(["9 exit"]);
  expect(differs((steps) => (steps[9] as PlayedStep).after.blocks.pop())).toEqual(["10 blocks"]);
});

test("of a load that was killed while it grew the end is chance; of others, and of several at once what zonelists count, it is not", () => {
  const load = { load: { kind: "anon", mib: 40, node: 1 }, start: "grows" };
  const play = (steps: readonly unknown[], change: (steps: PlayedStep[]) => void) => {
    const played = playTrace(scenario(steps));
    if (!played.boot) throw new Error(played.failure ?? "");
    const trace = { ...scenario([]), kernel: "6.12", bootlog: [], boot: played.boot, steps: [...played.steps] };
    const changed = structuredClone(trace.steps);
    change(changed);
    return compareTraces(trace, { boot: played.boot, steps: changed, failure: null }).flatMap(({ disagreements }) =>
      disagreements.map(({ field }) => field),
    );
  };
  const killed = (steps: PlayedStep[]) => {
    Object.assign(steps.at(-1) as PlayedStep, { exit: 137, stdout: "" });
  };
  const end = { until: { ended: "grows" } };
  expect(play([load, { killall: 1 }, end], killed)).toEqual([]);
  expect(play([load, end], killed)).toEqual(["exit", "stdout"]);

  const zonelists = (change: (line: string) => string, from: number) => (steps: PlayedStep[]) => {
    for (const step of steps.slice(from))
      step.dmesg = step.dmesg.map((line) => (line.startsWith("Built") ? change(line) : line));
  };
  const first = [
    { hotadd: { id: "d0", node: 2, size: "128M" } },
    { sh: "echo online > /sys/devices/system/memory/memory32/state" },
  ];
  const half = (line: string) => line.replace(/\d+$/, "1000");
  const two = [...STUCK, { killall: 1 }, { until: { ended: "stuck" } }, { until: { ended: "adds" } }];
  expect(play(first, zonelists(half, 1))).toEqual(["log"]);
  expect(play(two, zonelists(half, first.length))).toEqual([]);
  expect(
    play(
      two,
      zonelists(() => "something else", first.length),
    ),
  ).toEqual(["zonelists rebuilt", "log"]);
});

test("names are given once, before they are used", () => {
  const problem = (steps: readonly unknown[]) => {
    try {
      return scenario(steps) && null;
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(problem([{ until: { ended: "nobody" } }])).toBe("t: steps[0]: nothing was started as nobody");
  const add = { hotadd: { id: "d0", node: 1, size: "128M" }, start: "a" };
  expect(problem([add, add])).toBe("t: steps[1]: a was started before");
  expect(problem([add, { interrupt: "a" }])).toBe("t: steps[1]: a is no shell line, which alone can be interrupted");
});
