// @vitest-environment happy-dom
import { act } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Mounted, mount } from "../testing/mounted.tsx";
import { PlaygroundProvider } from "../../client/react.tsx";
import { sampleLog } from "../../client/sample-records.ts";
import { createFakePlayground } from "../../client/sample-world.ts";
import { LogView } from "./LogView.tsx";

let mounted: Mounted;
let playground: Mounted["playground"];

beforeEach(async () => {
  vi.useFakeTimers();
  mounted = await mount(<LogView />);
  ({ playground } = mounted);
});
afterEach(async () => {
  await mounted.unmount();
  vi.useRealTimers();
});

const rows = () => [...document.querySelectorAll("[data-level]")].map((row) => row.textContent ?? "");
const spoken = () => document.querySelector("section > [role=status]")?.textContent ?? "";
const write = (...lines: string[]) =>
  act(async () => {
    playground.store.setState(({ log }) => ({
      log: [
        ...log,
        ...lines.map((line, index) => ({
          seq: (log.at(-1)?.seq ?? 0) + 1 + index,
          at: 7e9,
          partition: "A",
          level: "info" as const,
          line,
          transaction: 0,
        })),
      ],
    }));
    await vi.advanceTimersByTimeAsync(0);
  });
const choose = (label: string, value: string) =>
  act(async () => {
    const field = document.querySelector<HTMLSelectElement>(`[aria-label="${label}"]`)!;
    field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });

test("lines are shown with time, partition and a mark for commands", () => {
  expect(rows()).toHaveLength(sampleLog().length);
  expect(rows()[0]).toContain("# echo offline");
  expect(rows().find((row) => row.includes("dumped"))).toBe("4.000052Awarning: page dumped because: unmovable page");
});

test("choosing a level or a partition narrows it down, and stays told when the fields are put away", async () => {
  const toggle = document.querySelector<HTMLButtonElement>("[aria-label='Choose which lines are shown']")!;
  expect(document.querySelector("select")).toBeNull();
  await act(async () => toggle.click());
  expect(toggle.getAttribute("aria-expanded")).toBe("true");
  expect(toggle.dataset.set).toBe("false");
  await choose("Level", "warn");
  expect(rows()).toHaveLength(5);
  await choose("Partition", "B");
  expect(rows()).toEqual([]);
  expect(document.body.textContent).toContain("No line matches.");
  await act(async () => toggle.click());
  expect(document.querySelector("select")).toBeNull();
  expect(toggle.dataset.set).toBe("true");
  expect(rows()).toEqual([]);
});

test("a page that the kernel dumps leads to that page", async () => {
  await act(async () => document.querySelector<HTMLButtonElement>("[data-level=warn] button")!.click());
  expect(playground.store.getState().selection).toMatchObject({ block: "A:37", pfn: 0x128000 });
});

test("a screen reader hears one sentence after a burst, not every line", async () => {
  await write("one", "two");
  await write("three");
  expect(spoken()).toBe("");
  await act(() => vi.advanceTimersByTimeAsync(1300));
  expect(spoken()).toBe("3 lines, the last: three");
  await write(...Array.from({ length: 30 }, (_, index) => `line ${index}`));
  await act(() => vi.advanceTimersByTimeAsync(1300));
  expect(spoken()).toBe("30 new lines");
});

test("only the newest lines are in the page, however many there are", async () => {
  await write(...Array.from({ length: 1500 }, (_, index) => `line ${index}`));
  expect(rows()).toHaveLength(400);
  expect(rows().at(-1)).toContain("line 1499");
});

test("blocks and pages that a line names are ways to them, by arrow keys too", async () => {
  const mentions = [...document.querySelectorAll<HTMLElement>("[data-mention]")];
  expect(mentions.map(({ tabIndex }) => tabIndex).filter((index) => index === 0)).toHaveLength(1);
  expect(mentions.at(-1)?.tabIndex).toBe(0);
  const key = (name: string) =>
    act(async () => {
      document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
    });
  mentions.at(-1)?.focus();
  await key("Home");
  expect(document.activeElement).toBe(mentions[0]);
  expect(mentions[0]?.textContent).toBe("/sys/devices/system/memory/memory49/state");
  await act(async () => mentions[0]?.click());
  expect(playground.store.getState().selection.block).toBe("A:49");
  await key("ArrowDown");
  expect(document.activeElement).toBe(mentions[1]);
});

test("a line that a shell would take is shown as one, a comment as it is", async () => {
  await act(async () => {
    playground.store.setState(({ log }) => ({
      log: [
        ...log,
        ...["echo 1 > eject", "# firmware tells the kernel"].map((line, index) => ({
          seq: 1000 + index,
          at: 7e9,
          partition: "A",
          level: "shell" as const,
          line,
          transaction: 0,
        })),
      ],
    }));
    await vi.advanceTimersByTimeAsync(0);
  });
  expect(rows().slice(-2)).toEqual([
    "7.000000Ain a shell: # echo 1 > eject",
    "7.000000Ain a shell: # firmware tells the kernel",
  ]);
});

test("the first picture has the newest lines alone, the next all", async () => {
  const [line] = sampleLog();
  const log = Array.from({ length: 100 }, (_, index) => ({ ...line!, seq: index, line: `line ${index}` }));
  const first = document.createElement("div");
  // What is drawn at once, before anything comes second.
  first.innerHTML = renderToStaticMarkup(
    <PlaygroundProvider playground={createFakePlayground({ log })}>
      <LogView />
    </PlaygroundProvider>,
  );
  await act(async () => playground.store.setState({ log }));
  expect(rows()).toHaveLength(100);
  expect([...first.querySelectorAll("[data-level]")].map((row) => row.textContent)).toEqual(rows().slice(-40));
});
