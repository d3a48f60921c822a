// @vitest-environment happy-dom
import { act, Profiler } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Ask, placementOf, zoneLists } from "../../engine/inspect/index.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import { addFiles } from "../../engine/sysfs/more/index.ts";
import { smallBox } from "../../engine/testing/small-box.ts";
import { Engine } from "../../engine/time/engine.ts";
import type { Playground } from "../../client/playground.ts";
import type { Look } from "../../protocol/messages.ts";
import { count } from "../reading.ts";
import { type Mounted, mount } from "../testing/mounted.tsx";
import { ZonesInDepthView } from "./ZonesInDepthView.tsx";

let engine: Engine;
let mounted: Mounted;
let page: HTMLElement;
let asked: (Look | null)[];

/** Answers what the view looks at as the worker would, from a machine of its own. */
beforeEach(async () => {
  engine = new Engine({ seed: 7, box: smallBox("memhp_default_state=online_movable") });
  engine.submit({ do: "move", dimm: "d4", to: { slot: "A/1/1" } });
  engine.submit({ do: "load", partition: "A", load: { kind: "pipes", count: 200, node: 1, policy: "bind" } });
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 50, node: 1, policy: "bind" } });
  engine.settle();
  addFiles(engine.files("A"));
  asked = [];
  mounted = await mount(<ZonesInDepthView />);
  ({ page } = mounted);
  const { playground } = mounted;
  // Its own parameter: the fake playground's method has none.
  vi.spyOn(playground as Playground, "look").mockImplementation((look) => {
    asked.push(look);
    playground.store.setState({ looked: null });
  });
  await choose("Who asks", "kernel");
  await answer();
});
afterEach(() => mounted.unmount());

async function answer(): Promise<void> {
  const look = asked.at(-1);
  if (look?.of !== "zones") throw new Error("nothing is looked at");
  const kernel = engine.kernel("A");
  const zones = zoneLists(kernel, look.node);
  const placement = placementOf(kernel, look.ask) ?? null;
  await act(async () =>
    mounted.playground.store.setState({ looked: { at: 6.3e9, look: { ...look, zones, placement } } }),
  );
}

const labelled = (label: string): HTMLSelectElement => {
  const id = [...page.querySelectorAll("label")].find(({ textContent }) => textContent === label)?.htmlFor;
  return page.querySelector(`[id="${id}"]`) as HTMLSelectElement;
};
async function choose(label: string, value: string): Promise<void> {
  // Before the first answer there is no form: the question it would ask is asked by the view itself.
  const select = labelled(label);
  if (!select) {
    await act(async () => mounted.playground.select({ node: "A/0" }));
    await act(async () => mounted.playground.select({ node: "A/1" }));
    return;
  }
  await act(async () => {
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
const press = (name: string) =>
  act(async () => [...page.querySelectorAll("button")].find(({ textContent }) => textContent === name)?.click());
const section = (name: string): HTMLElement => page.querySelector(`section[aria-label="${name}"]`) as HTMLElement;
const cells = (rows: Iterable<HTMLTableRowElement>) =>
  [...rows].map((row) => [...row.cells].map(({ textContent }) => textContent));
const file = (name: string): string => {
  const read = engine.files("A").read(`/proc/${name}`);
  return "text" in read ? read.text : "";
};

test("free lists are those of /proc/pagetypeinfo, their sums those of /proc/buddyinfo, of the same instant", async () => {
  expect(page.querySelector("[data-at]")?.getAttribute("data-at")).toBe("6300000000");
  for (const zone of ["Normal", "Movable"]) {
    await press(zone);
    const shown = cells(section("Free lists").querySelectorAll("tbody tr, tfoot tr")).map((row) =>
      row.slice(0, 12).map((text) => text?.replaceAll(",", "")),
    );
    const types = file("pagetypeinfo")
      .split("\n")
      .filter((line) => line.startsWith(`Node    1, zone ${zone.padStart(8)}, type`))
      .map((line) =>
        line
          .slice(line.indexOf("type") + 5)
          .trim()
          .split(/\s+/),
      );
    const all = new RegExp(`Node 1, zone +${zone} +(.*)`).exec(file("buddyinfo"))?.[1]?.trim().split(/\s+/) ?? [];
    expect(types).toHaveLength(5);
    expect(shown).toEqual([...types, ["all", ...all]]);
  }
});

test("marks and reserve are those of /proc/zoneinfo, and say what they set off", async () => {
  await press("Normal");
  await press("Table");
  const info =
    file("zoneinfo")
      .split(/^(?=Node)/m)
      .find((text) => /^Node 1, zone +Normal/.test(text)) ?? "";
  const rows = cells(section("Watermarks").querySelectorAll("tbody tr"));
  for (const [name, pages] of rows) expect(info).toMatch(new RegExp(`${name} +${pages?.replaceAll(",", "")}\n`));
  expect(rows.map(([name]) => name)).toEqual(["high", "low", "min"]);
  const kept = cells(section("Lowmem reserve").querySelectorAll("tbody tr"))[0]?.slice(1).join(", ");
  expect(info).toContain(`protection: (${kept?.replaceAll(/(\d),(\d)/g, "$1$2")})`);
});

test("another question is asked at once, and its answer names every zone on the way", async () => {
  for (const [label, value] of [
    ["Who asks", "movable"],
    ["Policy", "bind"],
    ["Order", "3"],
  ] as const) {
    await choose(label, value);
    await answer();
  }
  const look = asked.at(-1);
  const ask: Ask = { asker: "movable", policy: "bind", order: 3, node: 1 };
  expect(look).toEqual({ of: "zones", partition: "A", node: 1, ask });
  const placement = placementOf(engine.kernel("A"), ask);
  const found = placement?.found;
  const where = [...page.querySelectorAll("section")].find(({ textContent }) => textContent?.startsWith("Where would"));
  expect(where?.textContent).toContain(`Node ${found?.node}, ${found?.zone}`);
  expect(where?.textContent).toContain(`0x${found?.pfn.toString(16)}`);
  const verdicts = [...page.querySelectorAll("[data-verdict]")].map((one) => one.getAttribute("data-verdict"));
  expect(verdicts).toEqual(placement?.tries.flatMap(({ asked: each }) => each.map(({ verdict }) => verdict)));
  await press("Table");
  expect(cells(where?.querySelectorAll("tbody tr") ?? []).map((row) => row[2])).toEqual(
    placement?.tries.flatMap(({ asked: each }) => each.map(({ free }) => count(free))),
  );
});

test("a page that is found can be followed to the map", async () => {
  const found = placementOf(engine.kernel("A"), { asker: "movable", policy: "default", order: 0, node: 1 })?.found;
  await press(`page 0x${found?.pfn.toString(16)} of memory${Math.floor((found?.pfn ?? 0) / 32768)}`);
  expect(mounted.playground.store.getState().selection.pfn).toBe(found?.pfn);
});

test("pageblocks: the legend counts what the runs of the twin add up to", async () => {
  await press("Normal");
  const named = [...section("Pageblocks").querySelectorAll("li")].map(({ textContent }) => textContent);
  await press("Table");
  const sums = new Map<string, number>();
  for (const row of cells(section("Pageblocks").querySelectorAll("tbody tr")))
    sums.set(row[3] ?? "", (sums.get(row[3] ?? "") ?? 0) + Number(row[2]));
  expect(new Set(named)).toEqual(new Set([...sums].map(([type, many]) => `${type} ${count(many)}`)));
  expect(sums.get("Unmovable")).toBeGreaterThan(0);
});

test("what nobody can serve is said so", async () => {
  const kernel = engine.kernel("A");
  const { allocator } = kernel;
  const gfp = { highest: 3, type: 1, thisNode: true, atomic: true } as const;
  for (;;) if (allocator.alloc(gfp, 0, 1, null, PageKind.KernelBuffer, 0, -1, -1) < 0) break;
  await choose("Policy", "bind");
  await answer();
  expect(page.textContent).toContain("Nowhere yet. It reclaims in node 1 Movable and node 1 Normal");
  expect(page.textContent).toMatch(/passed over: [\d,]+ pages left, more than [\d,]+/);
  await choose("Who asks", "huge");
  await answer();
  expect(page.textContent).toContain("Nowhere. It fails at once");
  expect(labelled("Order").disabled).toBe(true);
});

test("a node without memory has no zones, and is still asked about", async () => {
  await act(async () => mounted.playground.select({ node: "A/0" }));
  const look = asked.at(-1);
  expect(look).toMatchObject({ of: "zones", node: 0 });
  await act(async () =>
    mounted.playground.store.setState({
      looked: { at: 7e9, look: { ...(look as Extract<Look, { of: "zones" }>), zones: [], placement: null } },
    }),
  );
  expect(page.textContent).toContain("No memory of node 0 is online");
  expect(page.textContent).toContain("That node is not there any more");
});

test("changes are counted from the moment that was chosen, and marked until they are switched off", async () => {
  const changed = () => [...page.querySelectorAll("[data-changed=true]")].map(({ textContent }) => textContent);
  await press("Show changes");
  expect(changed()).toEqual([]);
  const before = zoneLists(engine.kernel("A"), 1).find(({ zone }) => zone === "Movable");
  engine.submit({ do: "load", partition: "A", load: { kind: "anon", mib: 9, node: 1, policy: "bind" } });
  engine.settle();
  await answer();
  const after = zoneLists(engine.kernel("A"), 1).find(({ zone }) => zone === "Movable");
  const lists = (after?.types ?? []).flatMap(({ chunks }, type) =>
    chunks.flatMap((many, order) => {
      const by = many - (before?.types[type]?.chunks[order] ?? 0);
      return by === 0 ? [] : [`${count(many)}${by > 0 ? "+" : "−"}${count(Math.abs(by))}`];
    }),
  );
  expect(lists.length).toBeGreaterThan(1);
  expect(changed()).toEqual(lists);
  const [free, by] = [after?.free ?? 0, (after?.free ?? 0) - (before?.free ?? 0)];
  expect(page.textContent).toContain(`since 5.020 s: free −${count(-by)}`);
  expect(section("Watermarks").textContent).toContain(`free ${count(free)}−${count(-by)}`);
  await press("Show changes");
  expect(changed()).toEqual([]);
});

test("a zone that goes and marks that move are told, in the picture and its twin", async () => {
  const { playground } = mounted;
  const zones = () => zoneLists(engine.kernel("A"), 1);
  const before = zones().find(({ zone }) => zone === "Normal");
  playground.taken = {
    at: 6e9,
    patches: Object.values(playground.store.getState().records.node).map((node) => ["node", node.key, node]),
    partitions: [
      { partition: "A", tables: { directMap: [], memoryMap: [] }, zones: zones(), processes: [], leaves: [] },
    ],
    pages: [],
  };
  await press("Show changes");
  engine.submit({ do: "move", dimm: "d4", to: { shelf: true } });
  engine.settle();
  await answer();
  const after = zones().find(({ zone }) => zone === "Normal");
  const by = (figure: "free" | "high" | "low" | "min") => {
    const change = (after?.[figure] ?? 0) - (before?.[figure] ?? 0);
    return `${change > 0 ? "+" : "−"}${count(Math.abs(change))}`;
  };
  expect(page.textContent).toContain(`since 6.000 s: Movable is gone, free ${by("free")}`);
  expect(section("Watermarks").textContent).toContain(`high ${count(after?.high ?? 0)} ${by("high")}`);
  await press("Table");
  const rows = cells(section("Watermarks").querySelectorAll("tbody tr"));
  expect(rows.map((row) => row.at(-1))).toEqual([by("high"), by("low"), by("min")]);
  // Without Movable nobody could have gone higher: what was left to such requests is left no more.
  expect(cells(section("Lowmem reserve").querySelectorAll("tbody tr"))[0]?.join(" ")).toMatch(/0−[\d,]+/);
});

test("the zone comes first, and who asks for memory after it: both at once take longer than a frame has", async () => {
  await mounted.unmount();
  const made: string[] = [];
  const look = () => {
    const zone = document.querySelector("canvas") !== null;
    const form = [...document.querySelectorAll("label")].some(({ textContent }) => textContent === "Who asks");
    made.push(`${zone ? "zone" : ""} ${form ? "form" : ""}`.trim());
  };
  mounted = await mount(
    <Profiler id="view" onRender={look}>
      <ZonesInDepthView />
    </Profiler>,
    mounted.playground,
  );
  ({ page } = mounted);
  await answer();
  expect([...new Set(made)]).toEqual(["", "zone", "zone form"]);
});
