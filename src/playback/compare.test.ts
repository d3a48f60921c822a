import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Trace, readTrace } from "../protocol/trace.ts";
import { type Played, compareTraces, ended, phrase } from "./compare.ts";

const FILE = "public/traces/linux-6.1/kernel-memory-blocks.json";

function recorded(): Trace {
  const read = readTrace(readFileSync(FILE, "utf8"), FILE);
  if (!read.ok) throw new Error(read.problem);
  return structuredClone(read.value);
}
type Writable<T> = { -readonly [K in keyof T]: T[K] extends object ? Writable<T[K]> : T[K] };
/** A second recording that differs from the first in what `change` does to it. */
function compared(change: (other: Writable<Trace>) => void) {
  const other = recorded();
  change(other as Writable<Trace>);
  const rows = compareTraces(recorded(), { boot: other.boot, steps: other.steps, failure: null } as Played);
  return rows.flatMap(({ step, disagreements }) => disagreements.map(({ field }) => `${step} ${field}`));
}

describe("exact fields", () => {
  test("a recording agrees with itself: 9 fields at boot and 18 a step", () => {
    const real = recorded();
    const rows = compareTraces(real, { boot: real.boot, steps: real.steps, failure: null });
    expect(rows.map(({ fields, agree }) => [fields, agree])).toEqual([[9, 9], ...real.steps.map(() => [18, 18])]);
    expect(rows.flatMap(({ far }) => far)).toEqual([]);
  });

  test.each<[string, (other: Writable<Trace>) => void, string[]]>([
    ["exit 2 instead of 1 is the same failure", (o) => (o.steps[4]!.exit = 2), []],
    ["success is not failure", (o) => (o.steps[4]!.exit = 0), ["5 exit"]],
    ["another errno", (o) => (o.steps[4]!.stderr = "bash: echo: write error: Invalid argument\n"), ["5 errno"]],
    [
      "another shell, the same errno",
      (o) => (o.steps[4]!.stderr = "bash: echo: write error: Device or resource busy\n"),
      [],
    ],
    ["an empty first line, which some recorders lose", (o) => (o.steps[4]!.stdout = "\n"), []],
    ["another empty line", (o) => (o.steps[4]!.stdout = "\n\n"), ["5 stdout"]],
    ["a refusal in other words", (o) => (o.steps[0]!.error = "no"), ["1 refused"]],
    ["a slot", (o) => (o.steps[0]!.devices[0]!.slot = 1), ["1 devices"]],
    [
      "an event's status",
      (o) =>
        (o.steps[5]!.events[1]!.data = {
          info: { device: "d0", source: 3, status: 1, slot: "0", "slot-type": "DIMM" },
        }),
      ["6 events"],
    ],
    [
      "the order of an event's fields does not count",
      (o) =>
        (o.steps[5]!.events[1]!.data = {
          info: { "slot-type": "DIMM", slot: "0", status: 130, source: 3, device: "d0" },
        }),
      [],
    ],
    [
      "size changes are rate-limited, so they don't count",
      (o) => o.steps[5]!.events.push({ event: "MEMORY_DEVICE_SIZE_CHANGE" }),
      [],
    ],
    ["a line more in the log", (o) => o.steps[4]!.dmesg.push("page dumped because: unmovable page"), ["5 log"]],
    [
      "another reason does",
      (o) => o.steps[4]!.dmesg.push("page dumped because: migration failure"),
      ["5 reasons", "5 log"],
    ],
    ["rebuilt zonelists", (o) => (o.steps[1]!.dmesg = []), ["2 zonelists rebuilt", "2 log"]],
    [
      "rebuilt zonelists, but not where the log may have been cut off before",
      (o) => (o.steps[1]!.dmesg = Array<string>(120).fill("migrating pfn 100000 failed ret:2048")),
      ["2 log"],
    ],
    ["a block's zones", (o) => (o.steps[7]!.after.blocks[3]![2] = "Movable"), ["8 blocks"]],
    ["managed pages, but not at boot", (o) => (o.boot.zones[0]!.managed -= 1), []],
    ["managed pages after a step", (o) => (o.steps[1]!.after.zones[0]!.managed -= 1), ["2 zones"]],
    ["where a zone starts at boot", (o) => (o.boot.zones[0]!.start_pfn += 1), ["boot zones"]],
    ["free memory is close, not exact", (o) => (o.steps[1]!.after.zones[0]!.free -= 3), []],
    ["a missing step", (o) => o.steps.pop(), ["8 step"]],
  ])("%s", (_, change, expectedFields) => {
    expect(compared(change)).toEqual(expectedFields);
  });
});

describe("close fields", () => {
  function far(change: (other: Writable<Trace>) => void): readonly unknown[] {
    const other = recorded();
    change(other as Writable<Trace>);
    return compareTraces(recorded(), { boot: other.boot, steps: other.steps, failure: null }).flatMap((row) => row.far);
  }

  test("free pages within 2,048", () => {
    expect(far((o) => (o.steps[1]!.after.zones[1]!.free += 2048))).toEqual([]);
    expect(far((o) => (o.steps[1]!.after.zones[1]!.free += 2049))).toHaveLength(1);
  });

  test("watermarks within 16 pages or 2 %", () => {
    expect(far((o) => (o.steps[1]!.after.zones[0]!.min += 16))).toEqual([]);
    expect(far((o) => (o.steps[1]!.after.zones[0]!.min += 17))).toHaveLength(1);
  });

  test("kinds within 512 pages a block", () => {
    expect(far((o) => (o.steps[3]!.kinds!["32"]!.slab! += 512))).toEqual([]);
    expect(far((o) => (o.steps[3]!.kinds!["32"]!.slab! += 513))).toEqual([
      { where: "memory32", figure: "slab", real: 345, simulated: 858 },
    ]);
  });
});

test("how a command ended, as one of three", () => {
  expect([0, 1, 127, 130, 137, 143, null, undefined].map(ended)).toEqual([
    "ok",
    "failed",
    "failed",
    "signal",
    "signal",
    "signal",
    null,
    null,
  ]);
});

test("the phrase after the last colon of the last line", () => {
  expect(phrase("a: b\nsh: write error: Device or resource busy\n")).toBe("Device or resource busy");
  expect(phrase("Terminated\n")).toBe("Terminated");
  expect(phrase("")).toBe("");
  expect(phrase(undefined)).toBe("");
});
