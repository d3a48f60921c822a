import { expect, test } from "vitest";
import { judge } from "./conformance.mjs";

const agrees = (trace: string) => ({ trace, agrees: true });
const disagrees = (trace: string) => ({ trace, agrees: false });

test("traces must agree, known misses must not", () => {
  const verdicts = [agrees("a"), disagrees("b"), agrees("c"), disagrees("d")];
  const { passed, failed, lines } = judge(verdicts, { c: "too clever", d: "too hard" });
  expect({ passed, failed }).toEqual({ passed: 2, failed: 2 });
  expect(lines).toEqual([
    "b disagrees",
    "c agrees: take it off scripts/checks/known-misses.json",
    "d is known to disagree: too hard",
  ]);
});

test("a known miss that no trace is played for, and no trace at all, are failures", () => {
  expect(judge([agrees("a")], { gone: "renamed" })).toMatchObject({ passed: 1, failed: 1 });
  expect(judge([], {})).toMatchObject({ passed: 0, failed: 1 });
});
