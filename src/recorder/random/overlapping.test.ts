import { expect, test } from "vitest";
import { playTrace } from "../../playback/play.ts";
import { readLabScenario } from "../../protocol/trace.ts";
import { randomScenario } from "./random-scenario.ts";

test("random scenarios of things that happen at once are the same for a seed, can be read again, and play to their end", () => {
  for (const seed of [11_001, 11_007, 11_012, 11_020]) {
    const made = randomScenario(seed, "6.12");
    expect(made).toEqual(randomScenario(seed, "6.12"));
    expect(readLabScenario(JSON.stringify(made), "t").ok).toBe(true);
    const { steps, failure } = playTrace(made);
    expect([seed, failure, steps.length]).toEqual([seed, null, made.steps.length]);
    expect(steps.some(({ error }) => error?.startsWith("not within"))).toBe(false);
  }
});
