/** What a command line names as its scenario: a file in one of three forms, or one that comes with the playground. */
import { existsSync } from "node:fs";
import type { Scenario } from "../protocol/scenario.ts";
import { SCENARIOS, findScenario } from "../protocol/scenarios/index.ts";
import { type LabScenario, type Trace, readLabScenario, readTrace } from "../protocol/trace.ts";
import { readScenario } from "../protocol/validate-scenario.ts";
import { BadInput, readJsonText } from "./input.ts";

/** `lab`: a machine with shell lines and steps, as recordings are made from and carry them. */
export type Source =
  | { readonly is: "scenario"; readonly scenario: Scenario }
  | { readonly is: "lab"; readonly scenario: LabScenario | Trace };

/** A scenario of that name if there is one, else a file. Throws `BadInput`. */
export function findSource(name: string): Source {
  const known = findScenario(name);
  if (known) return { is: "scenario", scenario: known };
  if (/^[\w-]+$/.test(name) && !existsSync(name)) {
    const all = SCENARIOS.map((scenario) => scenario.name).join(", ");
    throw new BadInput(`${name}: no scenario of that name (there are ${all}), and not the path of a .json file`);
  }
  const content = readJsonText(name);
  const form = formOf(content);
  const read =
    form === "trace"
      ? readTrace(content, name)
      : form === "lab"
        ? readLabScenario(content, name)
        : readScenario(content, name);
  if (!read.ok) throw new BadInput(read.problem);
  return "box" in read.value ? { is: "scenario", scenario: read.value } : { is: "lab", scenario: read.value };
}

/** Which of the forms a file has, by the fields that only that form has. */
function formOf(content: string): "trace" | "lab" | "scenario" {
  try {
    const value: unknown = JSON.parse(content);
    if (value === null || typeof value !== "object" || !("steps" in value || "machine" in value)) return "scenario";
    return "boot" in value ? "trace" : "lab";
  } catch {
    return "scenario";
  }
}
