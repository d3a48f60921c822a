/** Every recorded kernel that comes with the project, step by step. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readTrace } from "../protocol/trace.ts";
import { compareTraces } from "../playback/compare.ts";
import { findFiles } from "./input.ts";
import { playTrace } from "../playback/play.ts";

const FOLDER = "public/traces";
/** Reasons by trace, as `npm test` counts them. */
const KNOWN_MISSES: Readonly<Record<string, string>> = JSON.parse(
  readFileSync("scripts/checks/known-misses.json", "utf8"),
);

describe("the simulated kernel answers what the recorded one answered", () => {
  test.each(findFiles([FOLDER]))("%s", (file) => {
    const read = readTrace(readFileSync(file, "utf8"), file);
    if (!read.ok) throw new Error(read.problem);
    const rows = compareTraces(read.value, playTrace(read.value));
    expect(rows.length).toBeGreaterThan(read.value.steps.length);
    const wrong = rows.filter(({ disagreements }) => disagreements.length > 0);
    const known = KNOWN_MISSES[file.replace(`${FOLDER}/`, "").replace(/\.json$/, "")];
    if (known === undefined) expect(wrong).toEqual([]);
    else expect(wrong, `agrees: no longer "${known}"`).not.toEqual([]);
  });
});
