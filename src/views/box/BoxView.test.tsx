// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EJECTING, sampleAttempts } from "../../client/sample-records.ts";
import type { Records } from "../../protocol/records.ts";
import { type Mounted, mount } from "../testing/mounted.tsx";
import { BoxView } from "./BoxView.tsx";

let mounted: Mounted;
let playground: Mounted["playground"];
let page: HTMLElement;

beforeEach(async () => {
  mounted = await mount(<BoxView />);
  ({ playground, page } = mounted);
});
afterEach(() => mounted.unmount());

function get(selector: string): HTMLElement {
  const element = page.querySelector<HTMLElement>(selector);
  if (!element) throw new Error(`nothing on the page matches ${selector}`);
  return element;
}
const dimm = (key: string) => get(`[data-handle="${key}"]`);
const spot = (place: string) => get(`[data-spot="${place}"]`);
const slot = (place: string) => get(`li[data-place="${place}"]`);
const spoken = () => get("[data-voice]").textContent.trim();
const click = (element: HTMLElement) => act(async () => element.click());
const press = (key: string, more: KeyboardEventInit = {}) =>
  act(async () => {
    const on = document.activeElement ?? document.body;
    on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
  });
/** Past the time that a target has to be rested on. */
const rest = () => act(() => new Promise((resolve) => setTimeout(resolve, 130)));
const focus = (element: HTMLElement) => act(async () => element.focus());

describe("the box", () => {
  it("shows partitions, nodes, DIMMs in their slots and the shelf", () => {
    expect([...page.querySelectorAll("h3")].map((heading) => heading.textContent)).toEqual([
      "Database server",
      "Web server",
      "Spare shelf",
    ]);
    expect(slot("A/0/0").querySelector("[data-handle]")).toBe(dimm("d1"));
    expect(dimm("d3").getAttribute("aria-label")).toMatch(
      /^DIMM d3, 1 GiB, Database server, node 1, slot 0, 8 blocks Movable, \d+ % used, 1 block holds pages that cannot move, power on$/,
    );
    expect(dimm("d8").getAttribute("aria-label")).toContain("correctable errors rising");
    expect(page.textContent).toContain("20 to node 1");
  });

  it("takes the display frame in which a DIMM goes elsewhere, and none in which only figures change", async () => {
    const panels: boolean[] = [];
    playground.onFrame(({ panel }) => panels.push(panel));
    const d1 = playground.store.getState().records.dimm.d1 as Records["dimm"];
    await act(async () => playground.setRecord("dimm", "d1", { ...d1, usedPages: d1.usedPages - 1 }));
    await act(async () => playground.setRecord("dimm", "d1", { ...d1, phase: "ejecting", destination: null }));
    await act(async () => playground.frame());
    expect(panels).toEqual([false, true, false]);
  });

  it("has one tab stop among modules and slots", () => {
    const stops = [...page.querySelectorAll<HTMLElement>("[data-item]")].filter((item) => item.tabIndex === 0);
    expect(stops).toEqual([dimm("d1")]);
  });

  it("moves a DIMM by two clicks, selecting it on the way", async () => {
    await click(dimm("d1"));
    expect(dimm("d1").getAttribute("aria-pressed")).toBe("true");
    expect(playground.store.getState().selection).toMatchObject({ dimm: "d1", node: "A/0", block: "A:32" });
    expect(slot("A/0/1").dataset.reception).toBe("inert");
    expect(slot("A/1/2").dataset.reception).toBe("legal");
    await click(spot("A/1/2"));
    expect(playground.sent).toEqual([{ do: "move", dimm: "d1", to: { slot: "A/1/2" } }]);
  });

  it("takes no click for a pick-up when a drag has just ended on it", async () => {
    const at = (type: string, x: number, on: EventTarget) =>
      act(async () => {
        on.dispatchEvent(
          new PointerEvent(type, {
            bubbles: true,
            cancelable: true,
            isPrimary: true,
            pointerId: 1,
            clientX: x,
            pointerType: "mouse",
          }),
        );
      });
    const carried = () => page.querySelectorAll('[aria-pressed="true"]');
    let under: Element | null = slot("A/1/2");
    const { elementFromPoint } = document;
    document.elementFromPoint = () => under;
    try {
      await at("pointerdown", 10, dimm("d1"));
      await at("pointermove", 60, document);
      expect(carried()).toHaveLength(1);
      await at("pointerup", 60, document);
      // A browser clicks what press and release have in common: the module, where it was let go over itself.
      await click(dimm("d1"));
      expect(playground.sent).toEqual([{ do: "move", dimm: "d1", to: { slot: "A/1/2" } }]);
      expect(carried()).toHaveLength(0);
      // The click that comes next is a person's own again.
      await at("pointerdown", 10, dimm("d2"));
      await at("pointerup", 10, document);
      await click(dimm("d2"));
      expect([...carried()]).toEqual([dimm("d2")]);
      // What was let go over nothing stays, and isn't picked up by the click that follows.
      await press("Escape");
      under = null;
      await at("pointerdown", 10, dimm("d3"));
      await at("pointermove", 60, document);
      await at("pointerup", 60, document);
      await click(dimm("d3"));
      expect(carried()).toHaveLength(0);
    } finally {
      document.elementFromPoint = elementFromPoint;
    }
    expect(playground.sent).toHaveLength(1);
  });

  it("moves a DIMM by keys alone, saying beforehand what would happen", async () => {
    await focus(dimm("d1"));
    await press("m");
    expect(spoken()).toMatch(/^Picked up DIMM d1 from Database server, node 0, slot 0\./);
    await press("ArrowRight");
    expect(document.activeElement).toBe(spot("A/1/2"));
    await rest();
    expect(spoken()).toBe("Over Database server, node 1, slot 2: 104,212 pages move to node 0.");
    await press("End");
    expect(document.activeElement).toBe(spot("shelf"));
    await press("Enter");
    expect(playground.sent).toEqual([{ do: "move", dimm: "d1", to: { shelf: true } }]);
    expect(spoken()).toBe("Dropped DIMM d1 on the spare shelf.");
    expect(document.activeElement).toBe(dimm("d1"));
  });

  it("gives up on Escape, and the focus goes back", async () => {
    await focus(dimm("d1"));
    await press("Enter");
    await press("ArrowRight");
    await press("Escape");
    expect(playground.sent).toEqual([]);
    expect(document.activeElement).toBe(dimm("d1"));
    expect(slot("A/1/2").dataset.reception).toBe("none");
  });

  it("moves a DIMM from its menu, whose entries say what would happen", async () => {
    await focus(dimm("d1"));
    await press("F10", { shiftKey: true });
    await rest();
    const entries = [...page.querySelectorAll<HTMLElement>("[role=menuitem]")];
    expect(entries.map((entry) => entry.dataset.target ?? entry.textContent)).toEqual([
      "A/1/2",
      "B/0/1",
      "B/0/2",
      "shelf",
      "Press the attention button",
    ]);
    expect(entries[1]?.textContent).toContain("104,212 pages move");
    await click(entries[1] ?? page);
    expect(playground.sent).toEqual([{ do: "move", dimm: "d1", to: { slot: "B/0/1" } }]);
    expect(page.querySelector("[role=menu]")).toBeNull();
    expect(document.activeElement).toBe(dimm("d1"));
  });

  it("pushes the attention button", async () => {
    await click(get('li[data-place="A/0/0"] [data-control="attention"]'));
    expect(playground.sent).toEqual([{ do: "press", dimm: "d1" }]);
  });

  it("shows how far an eject is, where it will go, and lets it be cancelled", async () => {
    const progress = get("[role=progressbar]");
    const { usedPages = 0, usedPagesAtStart = 1 } = playground.store.getState().records.dimm.d4 ?? {};
    expect(progress.getAttribute("aria-valuenow")).toBe(String(Math.floor(100 - (100 * usedPages) / usedPagesAtStart)));
    expect(slot("A/0/2").querySelector('[data-flip="ghost:d4"]')).not.toBeNull();
    await click(get('[data-control="cancel"]'));
    expect(playground.sent).toEqual([{ do: "signal", op: Number(EJECTING) }]);
  });

  it("hangs the errno on a refused DIMM; choosing it selects the attempt", async () => {
    const { records } = playground.store.getState();
    const d4 = records.dimm.d4;
    if (!d4) throw new Error("the sample box has d4");
    await act(async () => {
      playground.setRecord("attempt", EJECTING, {
        ...sampleAttempts.refused,
        id: Number(EJECTING),
        key: EJECTING,
        kind: "eject",
        target: "d4",
      });
      playground.setRecord("dimm", "d4", { ...d4, phase: "in-use", destination: null, led: "on" });
    });
    expect(spoken()).toContain("DIMM d4 stays in Database server, node 1, slot 1: EBUSY");
    expect(page.querySelector('[data-flip="ghost:d4"]')).toBeNull();
    const badge = get('li[data-place="A/1/1"] [data-control="verdict"]');
    expect(badge.textContent).toBe("EBUSY");
    await click(badge);
    expect(playground.store.getState().selection.attempt).toBe(EJECTING);
  });

  it("keeps the focus on a DIMM that goes elsewhere", async () => {
    await focus(dimm("d4"));
    const { records } = playground.store.getState();
    const d4 = records.dimm.d4;
    const from = records.slot["A/1/1"];
    const to = records.slot["A/0/2"];
    if (!d4 || !from || !to) throw new Error("the sample box has d4 and its slots");
    await act(async () =>
      playground.store.setState({
        records: {
          ...records,
          dimm: { ...records.dimm, d4: { ...d4, slot: "A/0/2", phase: "in-use", destination: null } },
          slot: { ...records.slot, "A/1/1": { ...from, dimm: null }, "A/0/2": { ...to, dimm: "d4" } },
        },
      }),
    );
    expect(slot("A/0/2").contains(dimm("d4"))).toBe(true);
    expect(document.activeElement).toBe(dimm("d4"));
    expect(spoken()).toContain("It is now in Database server, node 0, slot 2.");
  });

  it("gives the focus to the DIMM that came into the slot which had it", async () => {
    await focus(dimm("d6"));
    await press("m");
    await press("Home");
    expect(document.activeElement).toBe(spot("A/1/2"));
    await click(spot("A/1/2"));
    await focus(spot("A/1/2"));
    const { records } = playground.store.getState();
    const d6 = records.dimm.d6;
    const to = records.slot["A/1/2"];
    if (!d6 || !to) throw new Error("the sample box has d6 and its slots");
    await act(async () =>
      playground.store.setState({
        records: {
          ...records,
          dimm: { ...records.dimm, d6: { ...d6, slot: "A/1/2", phase: "inserting" } },
          slot: { ...records.slot, "A/1/2": { ...to, dimm: "d6" } },
        },
      }),
    );
    expect(document.activeElement).toBe(dimm("d6"));
    expect(spoken()).toBe(
      "Dropped DIMM d6 on Database server, node 1, slot 2. DIMM d6 is in Database server, node 1, slot 2.",
    );
  });

  it("draws no module again while another one is emptied", async () => {
    const d1 = dimm("d1");
    const before = d1.outerHTML;
    const seen: MutationRecord[] = [];
    const observer = new MutationObserver((records) => seen.push(...records));
    observer.observe(slot("A/0/0"), { subtree: true, childList: true, attributes: true, characterData: true });
    const d4 = playground.store.getState().records.dimm.d4;
    if (!d4) throw new Error("the sample box has d4");
    for (let frame = 1; frame <= 20; frame++)
      await act(async () => playground.setRecord("dimm", "d4", { ...d4, usedPages: d4.usedPages - frame * 50 }));
    observer.disconnect();
    expect(seen).toEqual([]);
    expect(dimm("d1").outerHTML).toBe(before);
  });
});

describe("a question about two DIMMs", () => {
  it("is not answered beforehand: not over a place, not in the menu, not aloud, of these two alone", async () => {
    await mounted.unmount();
    mounted = await mount(<BoxView asked={["d1", "d3"]} />);
    ({ playground, page } = mounted);
    await focus(dimm("d1"));
    await press("m");
    await press("ArrowRight");
    await rest();
    expect(spoken()).toBe("Over Database server, node 1, slot 2: Drop it, and see.");
    expect(page.querySelectorAll("[data-outlook]")).toHaveLength(0);
    await press("Escape");
    await press("F10", { shiftKey: true });
    await rest();
    const words = [...page.querySelectorAll("[role=menuitem][data-target]")].map((entry) => entry.textContent);
    expect(words).toHaveLength(4);
    for (const said of words) expect(said).toMatch(/Drop it, and see\.$/);
    await press("Escape");
    await focus(dimm("d2"));
    await press("m");
    await press("ArrowRight");
    await rest();
    expect(spoken()).not.toContain("Drop it, and see.");
    expect(page.querySelectorAll("[data-outlook]").length).toBeGreaterThan(0);
  });
});

it("slides what stands elsewhere than before, but nothing from another machine", async () => {
  const animate = vi.fn(() => ({ finished: new Promise(() => {}) }));
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }));
  let x = 0;
  const spots = vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(() => {
    x += 40;
    return new DOMRect(x, 0, 20, 50);
  });
  Object.assign(HTMLElement.prototype, { animate });
  // What moves modules is fetched once the box has been seen.
  for (let i = 0; i < 3; i++) await act(async () => playground.frame());
  await act(() => vi.dynamicImportSettled());
  const becomes = (phase: "ejecting" | "in-use", scenario: string) =>
    act(async () =>
      playground.store.setState(({ records }) => {
        const d1 = records.dimm.d1 as Records["dimm"];
        return { scenario, records: { ...records, dimm: { ...records.dimm, d1: { ...d1, phase } } } };
      }),
    );
  await becomes("ejecting", "another");
  expect(animate).not.toHaveBeenCalled();
  await becomes("in-use", "another");
  expect(animate).toHaveBeenCalled();
  spots.mockRestore();
  Reflect.deleteProperty(HTMLElement.prototype, "animate");
});

describe("a machine of many nodes", () => {
  it("is drawn a few nodes a display frame, all of them in the end", async () => {
    const frames: FrameRequestCallback[] = [];
    const request = vi.spyOn(window, "requestAnimationFrame").mockImplementation((callback) => frames.push(callback));
    const { records } = playground.store.getState();
    const [partition, node] = [records.partition.A, records.node["A/0"]];
    if (!partition || !node) throw new Error("the sample has no node A/0");
    const many = Array.from({ length: 16 }, (_, id) => ({ ...node, key: `A/${id}`, id, slots: [] }));
    await act(async () =>
      playground.store.setState({
        records: {
          ...records,
          partition: { ...records.partition, A: { ...partition, nodes: many.map(({ key }) => key) } },
          node: { ...records.node, ...Object.fromEntries(many.map((one) => [one.key, one])) },
        },
      }),
    );
    const drawn = () => page.querySelectorAll("[data-control=node]").length - 1;
    const counts = [drawn()];
    for (let i = 0; i < 8; i++) {
      await act(async () => {
        for (const callback of frames.splice(0)) callback(0);
      });
      counts.push(drawn());
    }
    request.mockRestore();
    expect(counts).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 16]);
  });
});
