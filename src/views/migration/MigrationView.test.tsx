// @vitest-environment happy-dom
import { act, Profiler } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { MigrationWatcher as Watcher } from "../../engine/inspect/index.ts";
import { MigrationWatcher } from "../../engine/inspect/index.ts";
import type { LoadKind } from "../../engine/workload/load-description.ts";
import { Engine } from "../../engine/time/engine.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import { bytes, GIB, MIB } from "../../engine/units.ts";
import type { Looked } from "../../protocol/messages.ts";
import { type Mounted, mount } from "../testing/mounted.tsx";
import { sourceCells } from "./source-cells.ts";
import { MigrationView } from "./MigrationView.tsx";
import { migrationStrings } from "./strings.ts";
import { wordsNow } from "../../client/language/catalogue.ts";
import { Paced } from "../../client/react.tsx";

/** A machine of two nodes whose second is Movable and in use; its figures are what the view is shown. */
class Machine {
  readonly engine: Engine;
  readonly watcher: Watcher;
  readonly block: number;
  constructor(loads: readonly (readonly [LoadKind, number])[]) {
    this.engine = new Engine({
      seed: 3,
      box: {
        partitions: [
          {
            id: "A",
            name: "first",
            nodes: [
              { onboard: bytes(512 * MIB), cpus: "0-1", slots: [null] },
              { onboard: bytes(256 * MIB), cpus: "2-3", slots: [{ id: "d1", size: bytes(256 * MIB) }] },
            ],
            maxMemory: bytes(8 * GIB),
            distances: [
              [0, 1, 21],
              [1, 0, 21],
            ],
            kernel: "6.1",
            cmdline: "movable_node memhp_default_state=online_movable",
          },
        ],
        shelf: [],
      },
    });
    for (const [kind, mib] of loads) {
      this.engine.submit({ do: "load", partition: "A", load: { kind, mib, node: 1, policy: "preferred", comm: kind } });
      this.engine.settle();
    }
    this.watcher = new MigrationWatcher(this.engine.kernel("A"));
    this.watcher.look();
    const { blocks, pages } = this.engine.kernel("A");
    const movable = [...blocks.values()].filter(({ zone }) => zone?.name === "Movable");
    const free = (start: number) => pages.countIn(start / 32_768, 1);
    this.block = movable.sort((x, y) => free(x.startPfn) - free(y.startPfn))[0]?.number ?? -1;
  }

  offline(): number {
    const path = `/sys/devices/system/memory/memory${this.block}/state`;
    return this.engine.submit({ do: "write", partition: "A", path, text: "offline" }).op ?? -1;
  }

  until(done: () => boolean, piece = 40_000): void {
    for (let steps = 0; steps < 20_000 && !done(); steps++) this.engine.runFor(piece);
    expect(done()).toBe(true);
  }

  look(attempt: number | null = null): { at: number; look: Looked } {
    this.watcher.catchUp(this.engine.attempts.values());
    const { kept, page } = this.watcher;
    const state = this.watcher.state(attempt);
    return {
      at: this.engine.now,
      look: { of: "migration", partition: "A", attempt, follow: null, next: 0, kept, state, page },
    };
  }
}

const english = wordsNow(migrationStrings);

let mounted: Mounted;
let page: HTMLElement;

beforeEach(async () => {
  mounted = await mount(<MigrationView />);
  ({ page } = mounted);
});
afterEach(async () => {
  vi.useRealTimers();
  await mounted.unmount();
});

const show = (looked: { at: number; look: Looked }) =>
  act(async () => mounted.playground.store.setState({ looked, now: looked.at }));
const region = (name: RegExp): HTMLElement => {
  const found = [...page.querySelectorAll<HTMLElement>("section[aria-label]")].find((one) =>
    name.test(one.getAttribute("aria-label") ?? ""),
  );
  if (!found) throw new Error(`no region ${name}`);
  return found;
};
const button = (name: RegExp): HTMLButtonElement => {
  const found = [...page.querySelectorAll("button")].find((one) => name.test(one.textContent ?? ""));
  if (!found) throw new Error(`no button ${name}`);
  return found;
};
const press = (name: RegExp) => act(async () => button(name).click());
const figures = () =>
  [...region(/^From/).querySelectorAll("dd")].map((one) => Number(one.textContent?.replaceAll(",", "")));
const columns = (table: number): string[][] =>
  [...(page.querySelectorAll("table")[table]?.querySelectorAll("tbody tr") ?? [])].map((row) =>
    [...row.children].map((cell) => cell.textContent ?? ""),
  );
const number = (text: string | undefined): number => Number(text?.replaceAll(",", ""));

describe("a block that is being emptied", () => {
  it("shows figures of one instant that add up, and its twin says the same", async () => {
    const machine = new Machine([
      ["anon", 40],
      ["cache", 20],
      ["pin", 1],
    ]);
    machine.offline();
    machine.until(() => (machine.watcher.state(null)?.moved ?? 0) > 3_000);
    const looked = machine.look();
    await show(looked);
    const state = machine.watcher.state(null);
    expect(page.querySelector("[data-at]")?.getAttribute("data-at")).toBe(String(looked.at));
    expect(figures()).toEqual([state?.moved, state?.left, state?.again]);
    expect(figures().reduce((sum, one) => sum + one, 0)).toBe(state?.inUse);
    expect(region(/^From/).textContent).toContain(`moved of ${state?.inUse.toLocaleString("en-US")}`);
    const drawn = [...page.querySelectorAll("[data-pages]")].map((one) => Number(one.getAttribute("data-pages")));
    expect(drawn.reduce((sum, one) => sum + one, 0)).toBe((state?.moved ?? 0) - (state?.ended ?? 0));
    expect(page.querySelectorAll("svg *").length).toBeLessThan(100);

    await press(/^Table$/);
    const column = (n: number) => columns(0).reduce((sum, row) => sum + number(row[n]), 0);
    expect(columns(0)).toHaveLength(64);
    expect([column(1), column(2), column(3)]).toEqual([
      state?.inUse,
      state?.moved,
      (state?.left ?? 0) + (state?.again ?? 0),
    ]);
    expect(columns(1).reduce((sum, [, , pages]) => sum + number(pages), 0)).toBe(
      drawn.reduce((sum, one) => sum + one, 0),
    );
    expect(columns(2).map(([, errno, pages]) => [errno, number(pages)])).toEqual(
      state?.reasons.map(({ errno, pages }) => [errno, pages]),
    );
    expect(columns(3).map(([name]) => name)).toEqual(state?.paid.map(({ comm, pid }) => `${comm} ${pid}`));
    // Sorted by what is there, twice: the fullest pageblock first.
    await press(/^Left$/);
    await press(/^Left$/);
    const sorted = columns(0).map((row) => number(row[3]));
    expect(sorted).toEqual([...sorted].sort((x, y) => y - x));
  });

  it("shows of the others what belongs to the mark that is chosen, until Escape", async () => {
    const machine = new Machine([
      ["anon", 40],
      ["cache", 20],
      ["pin", 1],
    ]);
    machine.offline();
    machine.engine.runFor(30e6);
    await show(machine.look());
    const state = machine.watcher.state(null);
    if (!state) throw new Error("nothing is kept");
    const sentence = () => /Only .*? Esc shows all\./.exec(region(/moving, by kind/).textContent ?? "")?.[0] ?? "";
    const told = () =>
      (/: (.*)\. Esc/.exec(sentence())?.[1] ?? "").split(", ").map((part) => number(part.split(" ")[0]));
    const sumOf = (pages: readonly { readonly pages: number }[]) => pages.reduce((sum, one) => sum + one.pages, 0);
    expect(sentence()).toBe("");
    await press(/^anonymous$/);
    const anon = sumOf(state.flow.filter(({ kind }) => kind === PageKind.Anon));
    expect(told()[0]).toBe(anon);
    const full = [...page.querySelectorAll("[data-pages]:not([data-dim=true])")];
    expect(full.reduce((sum, one) => sum + Number(one.getAttribute("data-pages")), 0)).toBe(anon);
    await press(/^EAGAIN/);
    expect(told()).toEqual([state.again]);
    expect(region(/^Not moved/).querySelectorAll("li[data-dim=true]")).toHaveLength(2);
    // Each pass of every run, and what went outside of any, is all that was copied.
    let inPasses = 0;
    for (const one of region(/^Passes/).querySelectorAll<HTMLButtonElement>("button:not([disabled])")) {
      await act(() => one.click());
      inPasses += told()[0] ?? 0;
    }
    expect(inPasses).toBe(sumOf(state.flow));
    // A pageblock: by keys, as by a click.
    const source = region(/^memory\d+ by pageblock/);
    const key = (name: string) =>
      act(() => source.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true })));
    await key("ArrowRight");
    await key("Enter");
    expect(sentence()).toMatch(/^Only pageblock 0: [\d,]+ pages? moved, /);
    expect(mounted.playground.store.getState().selection.pfn).toBe(state.startPfn);
    await key("Escape");
    expect(sentence()).toBe("");
  });

  it("tells apart what can't move, leads to the first such page, and can be cancelled", async () => {
    const machine = new Machine([
      ["anon", 20],
      ["pin", 1],
    ]);
    const op = machine.offline();
    machine.engine.runFor(300e6);
    await show(machine.look());
    const state = machine.watcher.state(null);
    const first = state?.reasons[0]?.first;
    expect(figures()).toEqual([state?.moved, 0, state?.again]);
    expect(region(/^From/).textContent).toContain("can't move");
    expect(page.textContent).toContain("only pinned left");
    // The run goes over all of the block again and again, and works on nothing.
    const cells = state ? sourceCells(state) : [];
    expect(cells.filter(({ working }) => working)).toEqual([]);
    expect(cells.some(({ there, stuck }) => stuck > 0 && stuck === there)).toBe(true);
    expect(page.textContent).toContain("nothing moves any more");
    expect(region(/^Not moved/).textContent).toContain(`pin (pid ${first?.owner.by?.pid})`);
    expect(region(/^Passes/).querySelectorAll("li[data-run=true]")).toHaveLength(10);
    expect(region(/^Passes/).textContent).toContain("of no limit");
    await press(new RegExp(`^pfn 0x${first?.pfn.toString(16)}$`));
    expect(mounted.playground.store.getState().selection.pfn).toBe(first?.pfn);
    const running = Object.values(mounted.playground.store.getState().records.attempt).filter(
      ({ partition, parent, result }) => partition === "A" && parent === null && result === "running",
    );
    expect(running.length).toBeGreaterThan(0);
    await press(/^Cancel$/);
    expect(mounted.playground.sent.at(-1)).toEqual({ do: "signal", op: running.at(-1)?.id });
    expect(op).toBeGreaterThan(0);
  });

  it("follows one page: its functions so far, its entry, and how it was after each", async () => {
    const machine = new Machine([["anon", 40]]);
    machine.offline();
    machine.until(() => machine.watcher.page?.outcome === "moving", 2_000);
    await show(machine.look());
    const followed = () => region(/^One page/).textContent ?? "";
    const { page: story } = machine.watcher;
    expect(followed()).toContain("migration entry");
    expect(followed()).toContain(`of 0x${story?.pfn.toString(16)} · a touch waits`);
    expect(region(/^One page/).querySelectorAll("li")).toHaveLength(5);
    machine.until(() => machine.watcher.page?.outcome === "moved");
    await show(machine.look());
    const copy = machine.watcher.page?.copy?.toString(16);
    expect(followed()).toContain(`leads to 0x${copy}`);
    expect(followed()).toMatch(/4 KiB, \d+ ns at distance 21/);
    for (let back = 0; back < 3; back++) await press(/^‹$/);
    expect(followed()).toContain("As after try_to_migrate");
    expect(followed()).toContain("migration entry");
    for (let on = 0; on < 3; on++) await press(/^›$/);
    expect(followed()).not.toContain("As after");
    expect(followed()).toContain(`leads to 0x${copy}`);
  });

  it("says what processes pay by distance", async () => {
    const machine = new Machine([["anon", 40]]);
    machine.offline();
    machine.engine.settle();
    await show(machine.look());
    const paid = machine.watcher.state(null)?.paid[0];
    expect(paid?.distanceBefore).toBeGreaterThan(paid?.distanceNow ?? 99);
    const bar = region(/^Paid/).querySelector("[role=img]");
    expect(bar?.getAttribute("aria-label")).toBe(
      `anon ${paid?.pid}: mean distance ${paid?.distanceBefore?.toFixed(1)} before, ${paid?.distanceNow?.toFixed(1)} now`,
    );
    const shares = [...(bar?.querySelectorAll<HTMLElement>("i") ?? [])].map((one) =>
      Number.parseFloat(one.style.inlineSize),
    );
    expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(100);
    expect(page.textContent).toMatch(/emptied in/);
  });

  it("says so when nobody watched from the beginning", async () => {
    const machine = new Machine([["anon", 60]]);
    machine.watcher.rest();
    machine.offline();
    const moved = () => [...machine.engine.attempts.values()].at(-1)?.pagesMoved ?? 0;
    machine.until(() => moved() > 2_000);
    machine.watcher.look();
    await show(machine.look());
    expect(page.textContent).toContain("Nobody watched from the beginning");
    const state = machine.watcher.state(null);
    expect(figures()).toEqual([state?.moved, state?.left, state?.again]);
    expect(region(/^Paid/).textContent).toContain("Before: not known");
    expect(page.textContent).toContain("watched for 0.0 ms");
    expect(page.textContent).not.toContain("nothing has moved yet");
  });

  it("is announced once a second at most", async () => {
    const machine = new Machine([["anon", 60]]);
    machine.offline();
    machine.until(() => (machine.watcher.state(null)?.moved ?? 0) > 100);
    vi.useFakeTimers();
    const said = () => [...page.querySelectorAll("[role=status]")].at(-1)?.textContent ?? "";
    await show(machine.look());
    const first = said();
    expect(first).toMatch(/^[\d,]+ of [\d,]+ moved, 0 to try again\.$/);
    for (let i = 0; i < 9; i++) {
      machine.engine.runFor(100_000);
      await show(machine.look());
      await act(async () => vi.advanceTimersByTime(100));
    }
    expect(said()).toBe(first);
    await act(async () => vi.advanceTimersByTime(150));
    expect(said()).not.toBe(first);
  });
});

describe("keys, rounds and blocks", () => {
  it("follows the page that is selected when F is pressed, and not while nothing is", async () => {
    const machine = new Machine([["anon", 60]]);
    machine.offline();
    machine.until(() => (machine.watcher.state(null)?.moved ?? 0) > 100);
    await show(machine.look());
    const press = () =>
      act(async () => {
        const { firstElementChild } = page;
        firstElementChild?.dispatchEvent(new KeyboardEvent("keydown", { key: "f", bubbles: true }));
      });
    const asked = () => {
      const look = mounted.playground.looks.at(-1);
      return look?.of === "migration" ? look.follow : undefined;
    };
    await press();
    expect(asked()).toBeNull();
    await act(async () => mounted.playground.select({ pfn: 0x40_123 }));
    await press();
    expect(asked()).toBe(0x40_123);
  });

  it("says of rounds whether there is a limit", async () => {
    const machine = new Machine([["anon", 60]]);
    machine.offline();
    machine.until(() => (machine.watcher.state(null)?.moved ?? 0) > 100);
    const looked = machine.look();
    await show(looked);
    expect(region(/^Passes/).textContent).toContain("round 1 of no limit");
    if (looked.look.of !== "migration" || !looked.look.state) throw new Error("nothing is looked at");
    await show({ ...looked, look: { ...looked.look, state: { ...looked.look.state, round: 3, roundLimit: 5 } } });
    expect(region(/^Passes/).textContent).toContain("round 3, 5 may fail");
  });

  it("lays the blocks of a whole DIMM in a row, and opens the one that is chosen", async () => {
    const attempts = Object.values(mounted.playground.store.getState().records.attempt);
    const eject = attempts.find(({ kind, partition, parent }) => kind === "eject" && partition === "A" && !parent);
    if (!eject) throw new Error("no DIMM was pulled in the sample");
    const choose = page.querySelector<HTMLSelectElement>("select");
    if (!choose) throw new Error("nothing to choose from");
    await act(async () => {
      choose.value = String(eject.id);
      choose.dispatchEvent(new Event("change", { bubbles: true }));
    });
    const row = [...page.querySelectorAll<HTMLElement>("ul[aria-label] > li > button")];
    const steps = row.filter(({ textContent }) => /^memory\d+ /.test(textContent ?? ""));
    expect(steps.map(({ textContent }) => textContent?.split(" ")[0])).toEqual(eject.steps.map(({ target }) => target));
    await act(async () => steps[0]?.click());
    expect(mounted.playground.looks.at(-1)).toMatchObject({ of: "migration", attempt: eject.steps[0]?.attempt });
  });
});

describe("attempts of which nothing is kept, and none at all", () => {
  it("shows what the attempt itself knew", async () => {
    const { attempt } = mounted.playground.store.getState().records;
    const whole = Object.values(attempt).find((one) => one.partition === "A" && one.parent === null);
    const choose = page.querySelector<HTMLSelectElement>("select");
    if (!choose || !whole) throw new Error("no attempt to choose");
    await act(async () => {
      choose.value = choose.options[1]?.value ?? "";
      choose.dispatchEvent(new Event("change", { bubbles: true }));
    });
    const id = Number(choose.value);
    await show({
      at: 1,
      look: { of: "migration", partition: "A", attempt: id, follow: null, next: 0, kept: [], state: null, page: null },
    });
    expect(page.textContent).toContain("only its totals were kept");
  });

  it("says that nothing is moved, and offers to take a block offline", async () => {
    await show({
      at: 1,
      look: {
        of: "migration",
        partition: "A",
        attempt: null,
        follow: null,
        next: 0,
        kept: [],
        state: null,
        page: null,
      },
    });
    expect(page.textContent).toContain("Nothing is being moved. Take a block offline, or pull a DIMM.");
    await press(/^Take memory\d+ offline$/);
    expect(mounted.playground.sent.at(-1)).toMatchObject({ do: "write", text: "offline" });
    const { records } = mounted.playground.store.getState();
    const [some] = Object.values(records.attempt).filter(({ parent }) => parent === null);
    if (!some) throw new Error("no attempt in the sample");
    const five = [900, 901, 902, 903, 904].map((id) => {
      const one = { ...some, key: String(id), id, kind: "offline" as const, partition: "A", target: `memory${id}` };
      return [String(id), one] as const;
    });
    await act(async () =>
      mounted.playground.store.setState({ records: { ...records, attempt: Object.fromEntries(five) } }),
    );
    const last = [...page.querySelectorAll("li > button")].map(({ textContent }) => textContent?.slice(0, 9));
    expect(last).toEqual(["memory904", "memory903", "memory902"]);
  });
});

it("the first picture comes in two parts: not all of it is made, laid out and painted at once", async () => {
  await mounted.unmount();
  const parts: number[] = [];
  mounted = await mount(
    <Profiler id="view" onRender={() => parts.push(document.querySelectorAll("section[aria-label] h3").length)}>
      <MigrationView />
    </Profiler>,
  );
  ({ page } = mounted);
  const machine = new Machine([["anon", 20]]);
  machine.offline();
  machine.until(() => (machine.watcher.state(null)?.moved ?? 0) > 500);
  parts.length = 0;
  await show(machine.look());
  const all = page.querySelectorAll("section[aria-label] h3").length;
  const steps = [...new Set(parts.filter((many) => many > 0))];
  expect(steps[0]).toBeGreaterThan(0);
  expect(steps[0]).toBeLessThanOrEqual(all / 2);
  expect(steps.at(-1)).toBe(all);
  expect(page.querySelector("[data-coming]")).toBeNull();
  // What changes afterwards changes everywhere in one go, where nobody paces.
  parts.length = 0;
  machine.until(() => (machine.watcher.state(null)?.moved ?? 0) > 1000);
  await show(machine.look());
  expect(new Set(parts)).toEqual(new Set([all]));
});

describe("in the page, where parts take turns", () => {
  const frame = () => act(async () => mounted.playground.frame());
  beforeEach(async () => {
    await mounted.unmount();
    mounted = await mount(
      <Paced turn={1}>
        <MigrationView />
      </Paced>,
    );
    ({ page } = mounted);
  });
  afterEach(() => vi.restoreAllMocks());

  it("one display frame has the first half, the next the second, of one instant; then the whole is said to be of it", async () => {
    const machine = new Machine([["anon", 60]]);
    machine.offline();
    machine.until(() => (machine.watcher.state(null)?.moved ?? 0) > 500);
    const before = machine.look();
    await show(before);
    const at = () => page.querySelector("[data-at]")?.getAttribute("data-at");
    const drawn = () => [figures()[0], at(), region(/^Passes/).innerHTML] as const;
    const [, , passes] = drawn();
    expect(at()).toBe(String(before.at));
    machine.until(() => (machine.watcher.state(null)?.moved ?? 0) > 2500);
    const after = machine.look();
    await show(after);
    await frame();
    const moved = after.look.of === "migration" ? after.look.state?.moved : undefined;
    expect(drawn()).toEqual([moved, String(before.at), passes]);
    // What comes meanwhile is of another instant: the second half doesn't show it.
    machine.until(() => (machine.watcher.state(null)?.moved ?? 0) > 4000);
    const newest = machine.look();
    await show(newest);
    await frame();
    expect(drawn().slice(0, 2)).toEqual([moved, String(after.at)]);
    expect(drawn()[2]).not.toBe(passes);
    await frame();
    await frame();
    expect(at()).toBe(String(newest.at));
  });

  it("what begins to move while the view is open has its first picture in four frames", async () => {
    const nothing = {
      of: "migration",
      partition: "A",
      attempt: null,
      follow: null,
      next: 0,
      kept: [],
      page: null,
    } as const;
    await show({ at: 1, look: { ...nothing, state: null } });
    const machine = new Machine([["anon", 20]]);
    machine.offline();
    machine.until(() => (machine.watcher.state(null)?.moved ?? 0) > 500);
    const seen: number[] = [];
    const observer = new MutationObserver(() => seen.push(page.querySelectorAll("section[aria-label] h3").length));
    observer.observe(page, { childList: true, subtree: true });
    await show(machine.look());
    await frame();
    await frame();
    observer.disconnect();
    // The source; the flow; rate, passes and reasons; one page and what is paid.
    expect([...new Set(seen)].filter((many) => many > 0)).toEqual([1, 2, 5, 7]);
    expect(page.querySelector("[data-coming]")).toBeNull();
  });

  it("draws anew what says something else, and nothing that says the same", async () => {
    const machine = new Machine([
      ["anon", 60],
      ["pin", 1],
    ]);
    machine.offline();
    machine.until(() => machine.watcher.page?.outcome === "moved");
    machine.until(() => (machine.watcher.state(null)?.passes.length ?? 0) > 0);
    await show(machine.look());
    const { page: story } = machine.watcher;
    const said = {
      source: vi.spyOn(english, "source"),
      pass: vi.spyOn(english, "pass"),
      reason: vi.spyOn(english, "reason"),
      step: vi.spyOn(english, "stepAt"),
      paid: vi.spyOn(english, "paidRow"),
    };
    const counts = () => Object.fromEntries(Object.entries(said).map(([name, { mock }]) => [name, mock.calls.length]));
    const moved = machine.watcher.state(null)?.moved ?? 0;
    machine.until(() => (machine.watcher.state(null)?.moved ?? 0) > moved + 300);
    const looked = machine.look();
    expect(machine.watcher.state(null)?.paid).toHaveLength(2);
    // The same page, the same reasons, and of ten passes the one that runs has gone on: all of it copied, as a frame brings it.
    expect(machine.watcher.page).toEqual(story);
    await show({ ...looked, look: structuredClone(looked.look) });
    await frame();
    expect(counts()).toEqual({ source: 1, pass: 0, reason: 0, step: 0, paid: 0 });
    await frame();
    expect(counts()).toEqual({ source: 1, pass: 1, reason: 0, step: 0, paid: 2 });
  });
});
