import { expect, test } from "vitest";
import { judge, readVerdicts } from "./conformance.mjs";

const agrees = (trace: string) => ({ trace, wrong: [] });
const disagrees = (trace: string, ...wrong: string[]) => ({ trace, wrong });

test("traces must agree, known misses must not", () => {
  const verdicts = [agrees("a"), disagrees("b", "boot (iomem)", "3 (exit)"), agrees("c"), disagrees("d", "1 (zones)")];
  const { passed, failed, lines } = judge(verdicts, { c: "too clever", d: "too hard" });
  expect({ passed, failed }).toEqual({ passed: 2, failed: 2 });
  expect(lines).toEqual([
    "b disagrees in step boot (iomem), step 3 (exit)",
    "c agrees: take it off scripts/checks/known-misses.json",
    "d is known to disagree: too hard",
  ]);
});

test("a known miss that no trace is played for, and no trace at all, are failures", () => {
  expect(judge([agrees("a")], { gone: "renamed" })).toMatchObject({ passed: 1, failed: 1 });
  expect(judge([], {})).toMatchObject({ passed: 0, failed: 1 });
});

test("verdicts come from the tool's report", () => {
  const report = {
    traces: [
      { file: "public/traces/linux-6.1/no-room.json", steps: [{ step: "boot", disagreements: [] }] },
      {
        file: "public/traces/linux-6.12/mlocked.json",
        steps: [
          { step: "boot", disagreements: [] },
          { step: 2, disagreements: [{ field: "exit" }, { field: "zones" }] },
        ],
      },
    ],
  };
  expect(readVerdicts(JSON.stringify(report))).toEqual([
    { trace: "linux-6.1/no-room", wrong: [] },
    { trace: "linux-6.12/mlocked", wrong: ["2 (exit, zones)"] },
  ]);
  expect(readVerdicts("")).toEqual([]);
});
