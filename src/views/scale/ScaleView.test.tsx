// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SearchProgress } from "../../engine/inspect/scale/index.ts";
import { readQuery, type Term } from "../../engine/inspect/scale/query.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import { displayGroups } from "../kinds.ts";
import { type Mounted, mount } from "../testing/mounted.tsx";
import { ScaleView } from "./ScaleView.tsx";

let mounted: Mounted;
let playground: Mounted["playground"];
let page: HTMLElement;
let width = 900;

/** Nothing is laid out in tests: every observed element has this much room. */
class Room {
  readonly #report: ResizeObserverCallback;
  constructor(report: ResizeObserverCallback) {
    this.#report = report;
  }
  observe(): void {
    this.#report([{ contentRect: { width, height: 300 } } as ResizeObserverEntry], this as never);
  }
  unobserve(): void {}
  disconnect(): void {}
}

async function open(): Promise<void> {
  vi.stubGlobal("ResizeObserver", Room);
  mounted = await mount(<ScaleView />);
  ({ playground, page } = mounted);
}
beforeEach(async () => {
  width = 900;
  await open();
});
afterEach(async () => {
  await mounted.unmount();
  vi.useRealTimers();
});

function get<E extends HTMLElement = HTMLElement>(selector: string): E {
  const element = page.querySelector<E>(selector);
  if (!element) throw new Error(`nothing on the page matches ${selector}`);
  return element;
}
const figure = () => get('section[tabindex="0"]');
const trail = () => [...page.querySelectorAll("nav li")].map((item) => item.textContent);
const rows = () => [...page.querySelectorAll("tbody tr")].map((row) => row.querySelector("th")?.textContent);
const button = (name: string): HTMLElement => {
  const found = [...page.querySelectorAll<HTMLElement>("button")].find(
    (one) => (one.getAttribute("aria-label") ?? one.textContent) === name,
  );
  if (!found) throw new Error(`no button ${name}`);
  return found;
};
const press = (key: string, on: () => HTMLElement = figure) =>
  act(async () => {
    on().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
const wait = (ms: number) => act(async () => new Promise((resolve) => setTimeout(resolve, ms)));
async function type(text: string): Promise<void> {
  await act(async () => {
    const field = get<HTMLInputElement>("[role=search] input");
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, text);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
const slice = (told: Partial<SearchProgress>): SearchProgress => ({
  problem: null,
  done: true,
  total: 0,
  at: 0,
  blocks: new Int32Array(0),
  counts: new Float64Array(0),
  ...told,
});
const block = (number: number) => playground.store.getState().records.block[`A:${number}`]!;

describe("by keys alone", () => {
  it("one goes from the box to a page and back, and what is selected goes along", async () => {
    await press("Home");
    expect(trail()).toHaveLength(2);
    await press("Enter");
    await press("ArrowRight");
    expect(trail()).toHaveLength(3);
    const { block: chosen } = playground.store.getState().selection;
    expect(trail()[2]).toBe(`memory${chosen?.split(":")[1]}`);
    await press("Enter");
    await press("ArrowDown");
    expect(trail()[3]).toBe("pageblock 8");
    await press("Enter");
    await press("ArrowRight");
    const first = block(Number(chosen?.split(":")[1])).startPfn;
    expect(trail()[4]).toBe(`0x${(first + 8 * 512 + 1).toString(16)}`);
    expect(playground.store.getState().selection.pfn).toBe(first + 8 * 512 + 1);
    for (let level = 0; level < 3; level++) await press("Escape");
    expect(trail()).toHaveLength(2);
  });

  it("the last Escape is somebody else's", async () => {
    await press("Home");
    const heard = vi.fn();
    window.addEventListener("keydown", heard, { once: true });
    await press("Escape");
    expect(heard).toHaveBeenCalledOnce();
  });

  it("each place is said in one sentence", async () => {
    await press("Home");
    await press("Enter");
    await wait(300);
    expect(get("[aria-live=polite]").textContent).toMatch(/^memory\d+, \w+, .*(%|free)/);
  });

  it("the line of all memory is a slider", async () => {
    const slider = () => get("[role=slider]");
    await press("End", slider);
    expect(slider().getAttribute("aria-valuenow")).toBe(slider().getAttribute("aria-valuemax"));
    const last = trail().at(-1);
    await press("ArrowLeft", slider);
    expect(trail().at(-1)).not.toBe(last);
  });
});

it("a selection that comes from elsewhere is gone to", async () => {
  await act(async () => playground.select({ block: "A:48", pfn: block(48).startPfn + 700 }));
  expect(trail().slice(2)).toEqual(["memory48", "pageblock 1", `0x${(block(48).startPfn + 700).toString(16)}`]);
  await act(async () => get<HTMLButtonElement>("nav li button").click());
  expect(trail()).toHaveLength(2);
});

it("only what is on screen is looked at in detail, and nothing when the view goes", async () => {
  await act(async () => playground.select({ block: "A:48", pfn: block(48).startPfn }));
  await wait(200);
  const look = playground.looks.at(-1);
  expect(look).toMatchObject({ of: "scale", partition: "A" });
  if (look?.of !== "scale") throw new Error("not a look at all memory");
  expect(look.blocks.length).toBeLessThanOrEqual(Object.keys(playground.store.getState().records.block).length);
  await mounted.unmount();
  expect(playground.looks.at(-1)).toBeNull();
  await open();
});

describe("a search", () => {
  it("tells how many pages there are, by node, and leads round them", async () => {
    playground.found = slice({ total: 4096, blocks: Int32Array.of(48), counts: Float64Array.of(4096) });
    playground.hits = [{ pfn: block(48).startPfn + 5, pages: 4096 }];
    await type("pid 812");
    await wait(250);
    expect(playground.searched.at(-1)).toBe("pid 812");
    expect(get("[role=search] [role=status]").textContent).toBe("4,096 pages on 1 node");
    await press("n");
    await wait(20);
    expect(playground.store.getState().selection.pfn).toBe(block(48).startPfn + 5);
    expect(trail().at(-1)).toBe(`0x${(block(48).startPfn + 5).toString(16)}`);
  });

  it("grows until all pages have been looked at, and not with each slice: for a figure all of the picture is drawn", async () => {
    let asked = 0;
    playground.search = async (_, text) => {
      if (text === "") return slice({});
      asked++;
      if (asked === 10 || asked === 12) await new Promise((resolve) => setTimeout(resolve, 150));
      return slice({ done: asked === 12, total: asked * 100 });
    };
    const said: string[] = [];
    const status = get("[role=search] [role=status]");
    const observer = new MutationObserver(() => said.push(status.textContent ?? ""));
    observer.observe(status, { childList: true, characterData: true, subtree: true });
    await type("pinned");
    for (let turn = 0; turn < 200 && said.at(-1) !== "1,200 pages on 0 nodes"; turn++) await wait(10);
    observer.disconnect();
    expect(said.filter((text) => text !== "")).toEqual([
      "100 pages on 0 nodes so far",
      "1,000 pages on 0 nodes so far",
      "1,200 pages on 0 nodes",
    ]);
    expect(asked).toBe(12);
  });

  it("that can't be answered says in a sentence what can be asked", async () => {
    playground.found = slice({ problem: { why: "unknown", word: "elephants" } });
    await type("elephants");
    await wait(250);
    expect(get("[role=alert]").textContent).toMatch(
      /^Nothing here is called “elephants”\. You can ask for pinned, .*\.$/,
    );
    expect(get("[role=search] input").getAttribute("aria-invalid")).toBe("true");
  });

  it("loses no letter that is typed while it is answered", async () => {
    playground.found = slice({ total: 1 });
    await type("redi");
    await wait(160);
    await type("redis");
    await wait(40);
    expect(get<HTMLInputElement>("[role=search] input").value).toBe("redis");
    await wait(200);
    expect(get<HTMLInputElement>("[role=search] input").value).toBe("redis");
    expect(playground.searched.at(-1)).toBe("redis");
  });

  it("ends with Escape in its field, and all is shown again", async () => {
    playground.found = slice({ total: 1 });
    await type("pinned");
    await wait(200);
    await press("Escape", () => get("[role=search] input"));
    expect(get<HTMLInputElement>("[role=search] input").value).toBe("");
    expect(playground.searched.at(-1)).toBe("");
    expect(get("[role=search] [role=status]").textContent).toBe("");
  });
});

describe("the table", () => {
  it("has the same marks, opened level by level, never more than 512 rows", async () => {
    await press("Home");
    await act(async () => button("Table").click());
    const nodes = rows();
    expect(nodes.length).toBeGreaterThan(0);
    await act(async () => button(`Open ${nodes[0]}`).click());
    expect(rows()[0]).toBe(nodes[0]);
    const blocks = rows().slice(1);
    expect(blocks.every((name) => /^memory\d+$/.test(name ?? ""))).toBe(true);
    await act(async () => button(`Open ${blocks[0]}`).click());
    expect(rows().filter((name) => name?.startsWith("pageblock"))).toHaveLength(64);
    await act(async () => button("Open pageblock 3").click());
    expect(rows().length).toBeLessThanOrEqual(512);
    await act(async () => button("Later rows").click());
    expect(rows().filter((name) => name?.startsWith("0x"))).toHaveLength(12);
    await act(async () => button(`Out of ${blocks[0]}`).click());
    expect(rows().slice(1)).toEqual(blocks);
  });
});

it("the stops stand side by side where there is room, each a tab stop of its own", async () => {
  await mounted.unmount();
  width = 1400;
  await open();
  const figures = [...page.querySelectorAll("figure figcaption b")].map((one) => one.textContent);
  expect(figures).toEqual([
    "The box",
    expect.stringMatching(/^Node /),
    expect.stringMatching(/^memory/),
    "Pageblock 0",
    "A page",
  ]);
  expect(page.querySelectorAll('section[tabindex="0"]')).toHaveLength(4);
  await act(async () => button("One picture").click());
  expect(page.querySelectorAll('section[tabindex="0"]')).toHaveLength(1);
});

it("every colour of the legend can be asked for by its name", () => {
  for (const { label, kinds } of displayGroups) {
    // Pages that are not there can't be found.
    const there = kinds.filter((kind) => kind !== PageKind.None);
    const terms = readQuery(label);
    expect("why" in terms ? terms : terms[0], label).toMatchObject({ is: "kinds" });
    const [term] = terms as readonly Term[];
    expect(new Set(term?.is === "kinds" ? term.kinds : []), label).toEqual(new Set(there));
  }
});

it("shows what differs from a chosen moment: in a line, in the sentence of a mark, and in a column of the twin", async () => {
  const { records } = playground.store.getState();
  const was = block(48);
  const pages = 700;
  const kinds = was.kinds.map((count, kind) =>
    kind === PageKind.Free ? count + pages : kind === PageKind.Anon ? count - pages : count,
  );
  const earlier = { ...records, block: { ...records.block, "A:48": { ...was, kinds } } };
  playground.taken = {
    at: 5e9,
    patches: Object.entries(earlier).flatMap(([kind, table]) =>
      Object.entries(table).map(([key, record]) => [kind, key, record] as never),
    ),
    partitions: [],
    pages: [],
  };
  expect(page.textContent).not.toContain("since");
  await act(async () => button("Show changes").click());
  expect(button("Show changes").getAttribute("aria-pressed")).toBe("true");
  expect(page.textContent).toContain("since 5.000 s: 1 changed, ");
  expect(page.textContent).toContain("anonymous +2.73 MiB");
  expect(page.textContent).toContain("free −2.73 MiB");
  // It is selected to begin with, when all of the box is seen.
  await act(async () => playground.select({ block: "A:47", pfn: null }));
  await act(async () => playground.select({ block: "A:48", pfn: null }));
  await wait(300);
  expect(get("[aria-live=polite]").textContent).toMatch(/, 700 changed$/);
  await act(async () => button("Table").click());
  const cellsOf = (name: string) =>
    [...page.querySelectorAll("tbody tr")]
      .filter((row) => row.querySelector("th")?.textContent === name)
      .map((row) => row.lastElementChild?.textContent);
  expect(cellsOf("memory48")).toEqual(["700 changed"]);
  expect(cellsOf("memory49")).toEqual([""]);
  // Another scenario ends it.
  await act(async () => playground.store.setState({ status: "starting" }));
  await act(async () => playground.store.setState({ status: "running" }));
  expect(button("Show changes").getAttribute("aria-pressed")).toBe("false");
  expect(page.textContent).not.toContain("since");
});
