/** Every recorded kernel that comes with the project, step by step. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readTrace } from "../protocol/trace.ts";
import { compareTraces } from "./compare.ts";
import { findFiles } from "./input.ts";
import { playTrace } from "./play.ts";

describe("the simulated kernel answers what the recorded one answered", () => {
  test.each(findFiles(["public/traces"]))("%s", (file) => {
    const read = readTrace(readFileSync(file, "utf8"), file);
    if (!read.ok) throw new Error(read.problem);
    const rows = compareTraces(read.value, playTrace(read.value));
    expect(rows.length).toBeGreaterThan(read.value.steps.length);
    expect(rows.filter(({ disagreements }) => disagreements.length > 0)).toEqual([]);
  });
});
