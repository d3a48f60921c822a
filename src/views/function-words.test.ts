import { expect, test } from "vitest";
import { KERNEL_FUNCTIONS } from "../engine/chronicle/functions.ts";
import { FUNCTION_WORDS } from "./function-words.ts";

test("each kernel function has at most six words", () => {
  expect(Object.keys(FUNCTION_WORDS).sort()).toEqual([...KERNEL_FUNCTIONS].sort());
  for (const words of Object.values(FUNCTION_WORDS)) expect(words.split(" ").length, words).toBeLessThanOrEqual(6);
});
