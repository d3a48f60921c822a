// @vitest-environment happy-dom
import { act, useLayoutEffect } from "react";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { usePlaygroundState } from "../../client/react.tsx";
import { type Mounted, mount } from "../testing/mounted.tsx";
import { ZonesView } from "./ZonesView.tsx";

let mounted: Mounted;
let playground: Mounted["playground"];
let page: HTMLElement;

beforeEach(async () => {
  mounted = await mount(<ZonesView />);
  ({ playground, page } = mounted);
});
afterEach(() => mounted.unmount());

const zones = () => [...page.querySelectorAll("section section")].map((zone) => zone.getAttribute("aria-label"));
const zone = (name: string): HTMLElement => {
  const element = page.querySelector<HTMLElement>(`section[aria-label="${name}"]`);
  if (!element) throw new Error(`no zone ${name}`);
  return element;
};
const titles = (name: string) => [...zone(name).querySelectorAll("title")].map((title) => title.textContent);
const movable = () => playground.store.getState().records.zone["A/1/Movable"]!;

describe("zones of the selected node", () => {
  it("are shown in order, and follow the selection", async () => {
    expect(zones()).toEqual(["Movable"]);
    await act(async () => playground.select({ node: "A/0" }));
    expect(zones()).toEqual(["DMA", "DMA32", "Normal", "Movable"]);
  });

  it("of another node are made after what else shows that it is selected, not in the same frame", async () => {
    await mounted.unmount();
    const others: { readonly node: string | null; readonly zones: string[] }[] = [];
    function Other() {
      const node = usePlaygroundState(({ selection }) => selection.node);
      useLayoutEffect(() => {
        others.push({ node, zones: zones().filter((name) => name !== null) });
      }, [node]);
      return null;
    }
    mounted = await mount(
      <>
        <ZonesView />
        <Other />
      </>,
    );
    ({ playground, page } = mounted);
    await act(async () => playground.select({ node: "A/0" }));
    expect(others.at(-1)).toEqual({ node: "A/0", zones: ["Movable"] });
    expect(zones()).toHaveLength(4);
  });

  it("say what they accept and how full they are", () => {
    expect(zone("Movable").textContent).toContain("everything in it can be moved");
    expect(zone("Movable").textContent).toMatch(/1\.38 GiB · \d+ % free/);
  });

  it("label every order, migrate type and watermark", () => {
    const { freeByOrder, min } = movable();
    expect(titles("Movable")).toContain(
      `order 0: ${new Intl.NumberFormat("en").format(freeByOrder[0]!)} free chunks of 4 KiB`,
    );
    expect(titles("Movable").filter((title) => title?.startsWith("order "))).toHaveLength(11);
    expect(titles("Movable").some((title) => title?.startsWith("min "))).toBe(true);
    expect(min).toBeGreaterThan(0);
  });

  it("unfold to all their numbers as a table", async () => {
    const details = zone("Movable").querySelector("details")!;
    expect(details.querySelector("table")).toBeNull();
    await act(async () => {
      details.open = true;
      details.dispatchEvent(new Event("toggle"));
    });
    const rows = [...details.querySelectorAll("tbody tr")].map((row) => row.textContent);
    expect(rows).toContain(`managed${new Intl.NumberFormat("en").format(movable().managed)}1.38 GiB`);
  });

  it("warn when free memory is below a watermark", async () => {
    const before = movable();
    await act(async () => {
      playground.setRecord("zone", before.key, { ...before, free: before.min });
      await new Promise((resolve) => setTimeout(resolve, 450));
    });
    expect(zone("Movable").textContent).toContain("below min");
  });

  it("without pages are left out, and a node without any says so", async () => {
    await act(async () => {
      playground.setRecord("zone", "A/1/Movable", { ...movable(), present: 0 });
      await new Promise((resolve) => setTimeout(resolve, 450));
    });
    expect(zones()).toEqual([]);
    expect(page.textContent).toContain("No memory of this node is online.");
  });
});
