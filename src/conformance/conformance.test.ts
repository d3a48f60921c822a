/** Every recorded kernel that comes with the project, step by step, as the page opens it beside the simulation. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { openBeside } from "../playback/beside.ts";
import type { TraceRow } from "../protocol/beside.ts";
import { readTrace } from "../protocol/trace.ts";
import { findFiles } from "./input.ts";

const FOLDER = "public/traces";
/** Reasons by trace, as `npm test` counts them. */
const KNOWN_MISSES: Readonly<Record<string, string>> = JSON.parse(
  readFileSync("scripts/checks/known-misses.json", "utf8"),
);

function rowsOf(file: string): TraceRow[] {
  const opened = openBeside(readFileSync(file, "utf8"), file);
  if (!opened.ok) throw new Error(opened.problem);
  const rows: TraceRow[] = [];
  for (let row = opened.value.beside.next(); row; row = opened.value.beside.next()) rows.push(row);
  return rows;
}

describe("the simulated kernel answers what the recorded one answered", () => {
  test.each(findFiles([FOLDER]))("%s", (file) => {
    const rows = rowsOf(file);
    const read = readTrace(readFileSync(file, "utf8"), file);
    if (!read.ok) throw new Error(read.problem);
    expect(rows.length).toBe(read.value.steps.length + 1);
    for (const row of rows) {
      // What is shown answer by answer says the same as the count.
      const wrong = new Set(row.answers.filter(({ agrees }) => !agrees).map(({ field }) => field));
      expect(wrong.size).toBe(row.simulated ? row.fields - row.agree : 1);
      expect(row.failure).toBeNull();
    }
    const wrong = rows
      .filter(({ fields, agree }) => agree < fields)
      .map(({ step, answers }) => ({ step, answers: answers.filter(({ agrees }) => !agrees) }));
    const known = KNOWN_MISSES[file.replace(`${FOLDER}/`, "").replace(/\.json$/, "")];
    if (known === undefined) expect(wrong).toEqual([]);
    else expect(wrong, `agrees: no longer "${known}"`).not.toEqual([]);
  });
});

test("a recording that says otherwise is told where, field by field, and never agrees", () => {
  const file = `${FOLDER}/linux-6.1/vmemmap-pins-neighbour.json`;
  const trace = JSON.parse(readFileSync(file, "utf8"));
  trace.steps[7].exit = 0;
  trace.steps[1].after.blocks.at(-1)[1] = "online";
  trace.steps[2].dmesg = ["Something else"];
  trace.steps[3].after.zones[0].spanned++;
  const opened = openBeside(JSON.stringify(trace), "x.json");
  if (!opened.ok) throw new Error(opened.problem);
  const { beside } = opened.value;
  const wrong: string[] = [];
  for (let row = beside.next(); row; row = beside.next())
    for (const { field, of, real, simulated, agrees } of row.answers)
      if (!agrees) wrong.push(`${row.step} ${field} ${of}: ${real} ≠ ${simulated}`);
  expect(wrong).toEqual([
    "2 blocks memory35: online · Normal Movable · node 1 ≠ offline · Normal Movable · node 1",
    "3 log 1: Something else ≠ ",
    "4 zones node 0 DMA: 4096 · 3998 · 3840 · 1 ≠ 4095 · 3998 · 3840 · 1",
    "8 exit : 0 ≠ 1",
  ]);
});
