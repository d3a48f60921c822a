// @vitest-environment happy-dom
/** Both windows over a real machine, in a page without layout: what stands in them, and what keys do. */
import type { ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Rehearsal } from "../../author/talk-rehearsal.ts";
import { talk2013 } from "../built-in/talk-2013.ts";
import { type Channel, Conductor, type Role } from "../conductor.ts";
import { Audience } from "./Audience.tsx";
import { Speaker } from "./Speaker.tsx";

const first = talk2013.scenes.findIndex(({ id }) => id === "two-phases");
const talk = { ...talk2013, scenes: talk2013.scenes.slice(first, first + 2) };
/** Nobody else is there. */
const silence: Channel = { postMessage: () => {}, onmessage: null, close: () => {} };

/** The machine goes on by itself, and so does what is drawn of it: no turn of React's is waited for but by the clock. */
async function act(deed: () => unknown): Promise<void> {
  await deed();
  await new Promise((resolve) => setTimeout(resolve, 40));
}

let rehearsal: Rehearsal;
let conductor: Conductor;
let root: Root;
let page: HTMLElement;

beforeEach(() => {
  rehearsal = new Rehearsal(talk);
  page = document.body.appendChild(document.createElement("div"));
  root = createRoot(page);
});
afterEach(async () => {
  await act(() => root.unmount());
  conductor.close();
  rehearsal.close();
  page.remove();
});

async function show(role: Role, view: (conductor: Conductor) => ReactNode) {
  conductor = new Conductor(rehearsal.player, silence, { role, id: "one", start: { scene: 0, cue: 0 } });
  await act(() => root.render(view(conductor)));
  await arrive(0, 0);
}
async function arrive(scene: number, cue: number) {
  const { store } = rehearsal.player;
  await vi.waitFor(
    async () => {
      await act(() => {});
      const { place, hash } = store.getState();
      expect([place, hash !== null]).toEqual([{ scene, cue }, true]);
    },
    { timeout: 10_000 },
  );
  await act(() => rehearsal.playground.whenIdle());
}
const press = (key: string) =>
  act(() => {
    window.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  });
const text = () => page.textContent ?? "";
const props = {
  address: "hotplug.example#talk=2013",
  driver: null,
  App: () => <p>the playground</p>,
  openOther: () => {},
};

test("the audience's window: title, live picture, commands, address; a clicker's keys", async () => {
  await show("audience", (made) => <Audience {...props} conductor={made} />);
  expect(page.querySelector("h2")?.textContent).toBe("Two phases");
  expect(text()).toContain("hotplug.example#talk=2013");
  const here = () => page.querySelector("[data-here]")?.textContent;
  expect(here()).toContain("out");
  await press("PageDown");
  await arrive(0, 1);
  expect(here()).toContain("addedd6");
  expect(text()).toContain("d6 into slot A/1/0");
  await press("PageDown");
  await arrive(0, 2);
  expect(here()).toContain("onlined62/2");
  expect(text()).toContain("echo online_movable > memory41/state");
  await press("ArrowLeft");
  await arrive(0, 1);
  expect(here()).toContain("addedd6");
  await press("b");
  expect(page.querySelector("[role=status]")).not.toBeNull();
  expect(text()).toContain("The screen is black");
  await press("PageDown");
  expect(text()).not.toContain("The screen is black");
  await arrive(0, 2);
});

test("the speaker's window: the next click spelled out, clicks, notes, the next scene, and the clock", async () => {
  await show("speaker", (made) => <Speaker {...props} conductor={made} />);
  const next = () => page.querySelector("button[class*=next]")?.textContent;
  expect(next()).toBe("Next: Add →");
  expect(text()).toContain("Add and remove are about the machine");
  expect(page.querySelector("code")?.textContent).toBeDefined();
  expect(text()).toContain("no other window");
  await press("PageDown");
  await arrive(0, 1);
  expect(next()).toBe("Next: Online, block by block →");
  expect(page.querySelector("[aria-current=step]")?.textContent).toContain("Add");
  const start = [...page.querySelectorAll("button")].find((button) => button.textContent?.includes("Start the clock"));
  await act(() => start?.click());
  expect(page.querySelector("[role=timer]")?.textContent).toBe("0:00");
  expect(text()).toContain("of 3:40");
  await act(() => conductor.goTo({ scene: 0, cue: 4 }));
  await arrive(0, 4);
  expect(next()).toBe("Next scene: Page tables, memory map →");
  await press("End");
  await arrive(1, 0);
  await press("PageDown");
  await arrive(1, 1);
  expect(next()).toBe("Next: The end →");
});
