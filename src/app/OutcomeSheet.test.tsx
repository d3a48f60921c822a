// @vitest-environment happy-dom
import { act, useState } from "react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFakePlayground } from "../client/sample-world.ts";
import { sampleAttempts } from "../client/sample-records.ts";
import type { Attempt } from "../engine/chronicle/outcome.ts";
import { type Mounted, mount } from "../views/testing/mounted.tsx";
import { ActionProvider } from "./action-context.tsx";
import type { ActionContext } from "./action.ts";
import { OutcomeSheet } from "./OutcomeSheet.tsx";
import type { PanelId } from "./panels.ts";

let mounted: Mounted;
let show: (panel: PanelId) => void;

function Sheet() {
  const [visible, setVisible] = useState<PanelId>("box");
  show = setVisible;
  return (
    <ActionProvider context={{} as ActionContext}>
      <OutcomeSheet visible={visible} />
    </ActionProvider>
  );
}

const record = (id: number, parts: Partial<Attempt>) =>
  mounted.playground.setRecord("attempt", String(id), {
    ...sampleAttempts.refused,
    id,
    key: String(id),
    parent: null,
    ...parts,
  });
const refused = (id: number, target: string) => act(async () => record(id, { target, result: "failed" }));
const said = () => mounted.page.querySelector("[role=status] p")?.textContent ?? null;
const press = (name: string) =>
  act(async () => mounted.page.querySelector<HTMLElement>(`button[aria-label="${name}"]`)?.click());

beforeEach(async () => {
  const playground = createFakePlayground();
  const { records } = playground.store.getState();
  playground.store.setState({ status: "starting", records: { ...records, attempt: {} } });
  mounted = await mount(<Sheet />, playground);
  // The first frame of a machine whose setup was refused something.
  await act(async () => {
    const attempt = { ...sampleAttempts.refused, id: 1, key: "1", parent: null, target: "memory30" };
    mounted.playground.store.setState({ status: "running", records: { ...records, attempt: { 1: attempt } } });
  });
});
afterEach(() => mounted.unmount());

test("what a setup was refused is no news", () => {
  expect(said()).toBeNull();
});

test("an attempt that begins and ends within one frame is told", async () => {
  await refused(10, "memory40");
  expect(said()).toContain("memory40");
});

test("one that runs is told when it has ended", async () => {
  await act(async () => record(10, { target: "memory40", result: "running", endedAt: null }));
  expect(said()).toBeNull();
  await refused(10, "memory40");
  expect(said()).toContain("memory40");
});

test("each is told until it is closed, or the verdict is looked at", async () => {
  await refused(10, "memory40");
  await press("Close");
  expect(said()).toBeNull();
  await refused(11, "memory41");
  expect(said()).toContain("memory41");
  await act(async () => show("verdict"));
  await act(async () => show("box"));
  expect(said()).toBeNull();
  // Leafing back is no news either.
  await act(async () => mounted.playground.select({ attempt: "10" }));
  expect(said()).toBeNull();
});

test("another machine gives out the same keys anew", async () => {
  await refused(10, "memory40");
  await press("Close");
  const { records } = mounted.playground.store.getState();
  await act(async () => mounted.playground.store.setState({ status: "starting" }));
  await act(async () => mounted.playground.store.setState({ status: "running", records: { ...records, attempt: {} } }));
  await refused(10, "memory44");
  expect(said()).toContain("memory44");
});
