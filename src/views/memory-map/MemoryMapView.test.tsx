// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Mounted, mount } from "../testing/mounted.tsx";
import type { Records } from "../../protocol/records.ts";
import { OFFLINING, sampleAttempts } from "../../client/sample-records.ts";
import { MemoryMapView } from "./MemoryMapView.tsx";

let mounted: Mounted;
let playground: Mounted["playground"];
let page: HTMLElement;

/** Nothing is laid out in tests: every observed element is as large as the panel of a laptop leaves it. */
class Room {
  readonly #report: ResizeObserverCallback;
  constructor(report: ResizeObserverCallback) {
    this.#report = report;
  }
  observe(): void {
    this.#report([{ contentRect: { width: 550, height: 268 } } as ResizeObserverEntry], this as never);
  }
  unobserve(): void {}
  disconnect(): void {}
}

beforeEach(async () => {
  vi.stubGlobal("ResizeObserver", Room);
  mounted = await mount(<MemoryMapView />);
  ({ playground, page } = mounted);
});
afterEach(async () => {
  await mounted.unmount();
  vi.useRealTimers();
});

function get(selector: string): HTMLElement {
  const element = page.querySelector<HTMLElement>(selector);
  if (!element) throw new Error(`nothing on the page matches ${selector}`);
  return element;
}
const texts = (selector: string) => [...page.querySelectorAll(selector)].map((element) => element.textContent);
const labels = (selector: string) =>
  [...page.querySelectorAll(selector)].map((element) => element.getAttribute("aria-label"));
const selection = () => playground.store.getState().selection;
const press = (on: HTMLElement, key: string, more: KeyboardEventInit = {}) =>
  act(
    async () => void on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more })),
  );
const click = (on: HTMLElement) => act(async () => on.click());
const tiles = () => get("[role=listbox]");
const map = () => get("[role=application]");
const items = () => [...page.querySelectorAll<HTMLElement>("[role=menuitem]")];

describe("blocks", () => {
  it("are options in groups by zone, with their state in words", () => {
    expect(labels("[role=group]").map((label) => label?.split(",")[0])).toEqual(["Movable", "Offline"]);
    expect(page.querySelectorAll("[role=option]")).toHaveLength(12);
    expect(labels('[role=option][data-block="A:48"]')).toEqual(["memory48, Movable, going offline"]);
    expect(labels('[role=option][data-block="A:49"]')).toEqual(["memory49, offline"]);
  });

  it("say that the last attempt was refused", async () => {
    await act(async () => playground.select({ node: "A/0", block: "A:37" }));
    expect(labels('[role=option][data-block="A:37"]')).toEqual([
      "memory37, Normal, online, its last attempt was refused",
    ]);
  });

  it("are chosen by click and by arrows, and the list box says which", async () => {
    await click(get('[data-block="A:41"]'));
    expect(selection().block).toBe("A:41");
    await press(tiles(), "ArrowRight");
    expect(selection().block).toBe("A:42");
    expect(page.querySelectorAll('[aria-selected="true"]')).toHaveLength(1);
    expect(get(`[id="${tiles().getAttribute("aria-activedescendant")}"]`).dataset.block).toBe("A:42");
    await press(tiles(), "End");
    expect(selection().block).toBe("A:49");
  });

  it("that goes while it is shown gives its map to the next one: nothing is taken down and made anew", async () => {
    const canvas = get("[role=application] canvas");
    await act(async () => {
      playground.store.setState(({ records, selection }) => {
        const { "A:48": _, ...block } = records.block;
        const of = records.node["A/1"] as Records["node"];
        const node = { ...records.node, "A/1": { ...of, blocks: of.blocks.filter((key) => key !== "A:48") } };
        return { records: { ...records, block, node }, selection: { ...selection, block: null } };
      });
    });
    expect(selection().block).toBe("A:40");
    expect(get("[role=application] canvas")).toBe(canvas);
  });

  it("of another node are shown when that is chosen", async () => {
    await click(get('input[type=radio][aria-label="Partition B, node 0"]'));
    expect(selection().node).toBe("B/0");
    // The block of the node before is let go of, as the client does, and one of this node takes its place.
    await act(async () => playground.select({ block: null }));
    expect(selection().block).toBe("B:32");
    expect(page.querySelectorAll("[role=option]")).toHaveLength(12);
  });

  it("are never left unchosen: the same one again when a scenario starts over", async () => {
    await act(async () => playground.select({ block: null }));
    const first = selection().block;
    expect(first).toBe("A:40");
    await act(async () => playground.select({ block: null }));
    expect(selection().block).toBe(first);
    await act(async () => playground.select({ node: null, block: null }));
    expect(selection()).toMatchObject({ node: "A/0", block: "A:32" });
  });

  it("keep their tiles while only counters move", async () => {
    const before = get('[data-block="A:42"]');
    const record = playground.store.getState().records.block["A:42"]!;
    await act(async () => playground.setRecord("block", "A:42", { ...record, pinned: 3 }));
    expect(get('[data-block="A:42"]')).toBe(before);
  });
});

describe("actions on a block", () => {
  const path = (n: number) => `/sys/devices/system/memory/memory${n}/state`;

  it.each([
    ["o", "A:42", 42, "offline"],
    ["n", "A:49", 49, "online"],
    ["k", "A:49", 49, "online_kernel"],
    ["m", "A:49", 49, "online_movable"],
  ] as const)("key %s on a tile writes to its state file", async (key, block, number, text) => {
    await act(async () => playground.select({ block }));
    await press(tiles(), key);
    expect(playground.sent).toEqual([{ do: "write", partition: "A", path: path(number), text }]);
  });

  it("keys mean the tile's actions there and nothing elsewhere in the app", async () => {
    const heard = vi.fn();
    document.addEventListener("keydown", heard);
    await act(async () => playground.select({ block: "A:49" }));
    await press(tiles(), "m");
    await press(tiles(), "M", { ctrlKey: true });
    document.removeEventListener("keydown", heard);
    expect(playground.sent).toHaveLength(1);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it("are in a menu that says where a block can go and why it can't", async () => {
    await act(async () => playground.select({ block: "A:49" }));
    await press(tiles(), "Enter");
    expect(get("[role=menu]").textContent).toContain("valid_zones: Movable Normal");
    expect(items().map((item) => item.getAttribute("aria-disabled"))).toEqual(["true", "false", "false", "false"]);
    expect(texts("[role=menuitem] > span")).toEqual([
      "it is offline already",
      "goes to zone Movable",
      "goes to zone Normal",
      "goes to zone Movable",
    ]);
    expect(document.activeElement).toBe(items()[1]);
    await press(items()[1]!, "ArrowDown");
    await press(items()[2]!, "ArrowDown");
    expect(get("[role=menu] code").textContent).toBe(`echo online_movable > ${path(49)}`);
    await press(items()[3]!, "Enter");
    expect(playground.sent).toEqual([{ do: "write", partition: "A", path: path(49), text: "online_movable" }]);
    expect(page.querySelector("[role=menu]")).toBeNull();
  });

  it("that can't be done now are refused with the reason, and nothing is sent", async () => {
    await act(async () => playground.select({ block: "A:42" }));
    await press(tiles(), "n");
    expect(playground.sent).toEqual([]);
    expect(texts("[role=status]")).toContain("memory42 online: it is online already");
  });

  it("that the kernel refuses at once say so", async () => {
    playground.answer = {
      to: "command",
      errno: "EINVAL",
      rejection: { why: "file-says", path: "memory9/state" },
      op: null,
    };
    await act(async () => playground.select({ block: "A:42" }));
    await press(tiles(), "o");
    expect(texts("[role=status]")).toContain("memory42 offline: EINVAL, memory9/state: EINVAL");
  });

  it("end with Escape in the menu, and the tile has the focus again", async () => {
    tiles().focus();
    await press(tiles(), "Enter");
    await press(items()[0]!, "Escape");
    expect(page.querySelector("[role=menu]")).toBeNull();
    expect(document.activeElement).toBe(tiles());
  });

  it("a running attempt is cancelled by button, by key and by menu", async () => {
    await click(get('button[aria-label="Cancel the attempt on memory48"]'));
    await press(tiles(), "Escape");
    await press(tiles(), "Enter");
    await press(items()[4]!, "Enter");
    expect(playground.sent).toEqual([
      { do: "signal", op: Number(OFFLINING) },
      { do: "signal", op: Number(OFFLINING) },
      { do: "signal", op: Number(OFFLINING) },
    ]);
  });
});

describe("pages", () => {
  const pfn = (offset: number) => 48 * 32768 + offset;

  it("are walked through with the keys", async () => {
    await press(map(), "ArrowRight");
    expect(selection().pfn).toBe(pfn(0));
    await press(map(), "ArrowRight");
    await press(map(), "ArrowRight", { shiftKey: true });
    expect(selection().pfn).toBe(pfn(513));
    await press(map(), "PageDown");
    expect(selection().pfn).toBe(pfn(1025));
    await press(map(), "End");
    expect(selection().pfn).toBe(pfn(32767));
  });

  it("tell their story, in sight and, after a rest, aloud", async () => {
    await press(map(), "Home");
    const inspector = get('section[aria-label="Page"]');
    expect(inspector.textContent).toContain(`pfn 0x${pfn(0).toString(16)}`);
    expect(inspector.textContent).toContain("pageblock 0 (Isolate)");
    expect(get("[aria-live=polite]").textContent).toBe("");
    await act(() => new Promise((resolve) => setTimeout(resolve, 400)));
    expect(get("[aria-live=polite]").textContent).toContain(`pfn 0x${pfn(0).toString(16)}`);
  });

  it("of a block that was refused: the one to blame is pointed at by name", async () => {
    await act(async () => playground.select({ node: "A/0", block: "A:37" }));
    expect(map().textContent).toContain("0x128000 · slab dentry");
  });

  it("of an offline block are none, and it says so", async () => {
    await act(async () => playground.select({ block: "A:49" }));
    expect(map().textContent).toContain("memory49 is offline");
  });
});

describe("the legend", () => {
  it("has what the node holds, with amounts, and marks what is made to stand out", async () => {
    const entries = [...page.querySelectorAll<HTMLElement>("ul button")];
    expect(entries.map((entry) => entry.getAttribute("aria-label"))).toContain("pinned: 256 pages");
    const anon = entries.find((entry) => entry.getAttribute("aria-label")?.startsWith("anonymous"))!;
    await click(anon);
    expect(anon.getAttribute("aria-pressed")).toBe("true");
    await click(anon);
    expect(anon.getAttribute("aria-pressed")).toBe("false");
  });
});

describe("large blocks", () => {
  it("are shown a section at a time", async () => {
    const record = playground.store.getState().records.block["A:48"]!;
    await act(async () => playground.setRecord("block", "A:48", { ...record, startPfn: 32768 * 48, pages: 4 * 32768 }));
    expect(page.textContent).toContain("section 1 of 4");
    await click(get('button[aria-label="Next section"]'));
    expect(page.textContent).toContain("section 2 of 4");
    await press(map(), "Home");
    expect(selection().pfn).toBe(49 * 32768);
    await act(async () => playground.select({ pfn: 51 * 32768 + 5 }));
    expect(page.textContent).toContain("section 4 of 4");
  });
});

describe("where pages moved", () => {
  it("is said with rate, failures and pass", () => {
    const moved = sampleAttempts.offlining.pagesMoved.toLocaleString("en");
    const flow = get('section[aria-label="Where pages moved"]');
    expect(flow.textContent).toContain(`${moved} pages moved`);
    expect(flow.textContent).toContain("0 failed");
    expect(flow.textContent).toContain("pass 1");
    expect(labels('section[aria-label="Where pages moved"] svg')).toEqual([
      `memory48: ${moved} pages to node 0 Movable`,
    ]);
  });
});
