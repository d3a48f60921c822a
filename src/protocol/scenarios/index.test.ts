import { expect, test } from "vitest";
import { checkScenario } from "../validate-scenario.ts";
import { findScenario, SCENARIOS } from "./index.ts";

test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
  "%s is a valid scenario",
  (name, scenario) => {
    expect(checkScenario(structuredClone(scenario), name)).toEqual({ ok: true, value: scenario });
    expect(findScenario(name)).toBe(scenario);
    expect(scenario.about).toMatch(/\.$/);
  },
);

test("names and titles are used once", () => {
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  expect(new Set(SCENARIOS.map(({ title }) => title)).size).toBe(SCENARIOS.length);
  expect(findScenario("no-such-scenario")).toBeUndefined();
});
