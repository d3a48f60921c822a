// @vitest-environment happy-dom
/** For a projector: what is read has 7 : 1 in both themes, and the action goes round. */
// biome-ignore lint/style/noRestrictedImports: the test runs in Node; the style sheets are read as text
import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { contrast } from "../views/testing/contrast.ts";
import { turnProjector } from "./projector.ts";

const text = (name: string) => readFileSync(`src/app/${name}`, "utf8");
const tokens = (css: string) =>
  Object.fromEntries([...css.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value ?? ""]));
const [, light = "", dark = ""] =
  /\[data-projector\] \{([^}]*)\}\s*:root\[data-projector\]\[data-theme="dark"\] \{([^}]*)\}/.exec(
    text("projector.css"),
  ) ?? [];
const themes = ["light", "dark"].map((scheme, i) => ({
  ...tokens(new RegExp(`color-scheme: ${scheme};([^}]*)}`).exec(text("theme.css"))?.[1] ?? ""),
  ...tokens([light, dark][i] ?? ""),
}));

test("text has 7 : 1 on every ground, edges 3 : 1", () => {
  for (const theme of themes as Record<string, string>[])
    for (const ground of ["bg", "panel"])
      for (const [least, names] of [
        [7, ["ink", "ink2", "ink3", "accent", "ok", "bad", "warn"]],
        [3, ["edge"]],
      ] as const)
        for (const name of names)
          expect(contrast(theme[name], theme[ground]), `--${name} on --${ground}`).toBeGreaterThanOrEqual(least);
});

afterEach(() => {
  vi.useRealTimers();
  while (document.documentElement.dataset.projector) turnProjector();
});

test("on, with pointer and keys, off; what is typed into a field is not shown a second time", () => {
  vi.useFakeTimers();
  const root = document.documentElement;
  const press = (key: string, target: EventTarget = document.body, more: KeyboardEventInit = {}) =>
    target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
  turnProjector();
  expect(root.dataset.projector).toBe("on");
  press("x");
  expect(document.querySelectorAll(".projector-keys kbd")).toHaveLength(0);
  turnProjector();
  expect(document.querySelector("[role=status]:last-child")?.textContent).toContain("keys");
  const field = document.body.appendChild(document.createElement("input"));
  press("p", document.body, { shiftKey: true });
  press("Escape");
  press("s", field);
  press("Control");
  expect([...document.querySelectorAll(".projector-keys kbd")].map((kbd) => kbd.textContent)).toEqual([
    "Shift P",
    "Esc",
  ]);
  vi.advanceTimersByTime(1700);
  expect(document.querySelectorAll(".projector-keys kbd")).toHaveLength(0);
  turnProjector();
  expect(root.dataset.projector).toBeUndefined();
  expect(document.querySelector(".projector-pointer")).toBeNull();
});
