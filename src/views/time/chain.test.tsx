// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, expect, it } from "vitest";
import { createFakePlayground } from "../../client/sample-world.ts";
import type { KernelFunction } from "../../engine/chronicle/functions.ts";
import { simNs } from "../../engine/units.ts";
import { FUNCTION_WORDS } from "../function-words.ts";
import { type Mounted, mount } from "../testing/mounted.tsx";
import { Chain } from "./Chain.tsx";

let mounted: Mounted;
afterEach(() => mounted.unmount());

/** The view of an operation that is `depth` functions deep; the names of the functions are any that are known. */
async function show(depth: number): Promise<readonly string[]> {
  const stack = (Object.keys(FUNCTION_WORDS) as KernelFunction[]).slice(0, depth);
  const calls = [{ op: 1, partition: "A", attempt: null, stack, from: simNs(0), until: simNs(1) }];
  const playground = createFakePlayground({ calls });
  mounted = await mount(<Chain reel={await playground.reel()} />, playground);
  return stack;
}
const names = () => [...mounted.page.querySelectorAll("li code")].map((name) => name.textContent);
const fold = () =>
  [...mounted.page.querySelectorAll("button")].find(({ textContent }) => /more/.test(textContent ?? ""));

it("shows a chain of eight whole", async () => {
  const stack = await show(8);
  expect(names()).toEqual(stack);
  expect(fold()).toBeUndefined();
});

it("folds the middle of a longer one: entry and the one at work stay, and all are there when asked for", async () => {
  const stack = await show(11);
  expect(names()).toEqual([...stack.slice(0, 3), ...stack.slice(7)]);
  expect(mounted.page.querySelector("[aria-current=step] code")?.textContent).toBe(stack.at(-1));
  expect(fold()?.textContent).toContain("4");
  await act(async () => fold()?.click());
  expect(names()).toEqual(stack);
});
