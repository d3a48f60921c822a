// @vitest-environment happy-dom
import { act } from "react";
import { createRoot } from "react-dom/client";
import { expect, it, vi } from "vitest";
import { createFakePlayground } from "../client/sample-world.ts";
import type { ActionContext } from "./action.ts";
import { useShortcuts } from "./shortcuts.ts";

it("the space bar stops and starts time where nothing else wants it", async () => {
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  const playground = createFakePlayground();
  const context = { playground, runningSpeed: 1 / 16 } as unknown as ActionContext;
  const Keys = () => {
    useShortcuts(context);
    return <button type="button">a button</button>;
  };
  const root = createRoot(document.body.appendChild(document.createElement("div")));
  await act(async () => root.render(<Keys />));
  const press = (on: Element | null) =>
    act(
      async () => void on?.dispatchEvent(new KeyboardEvent("keydown", { key: " ", bubbles: true, cancelable: true })),
    );
  await press(document.body);
  expect(playground.store.getState().speed).toBe(0);
  await press(document.querySelector("button"));
  expect(playground.store.getState().speed).toBe(0);
  await press(document.body);
  expect(playground.store.getState().speed).toBe(1 / 16);
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
});
