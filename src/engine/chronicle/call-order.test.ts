/** Machines that run go through the kernel's functions as the order says: who calls whom, and which comes first. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { smallBox } from "../testing/small-box.ts";
import { Engine } from "../time/engine.ts";
import { callersOf, calledBy, passages } from "./call-order.ts";
import { KERNEL_FUNCTIONS, type KernelFunction } from "./functions.ts";
import { Walk } from "./task.ts";

/** Each walk's stacks, one a step where they differ from the one before. */
const walks = new Map<object, KernelFunction[][]>();
const { next } = Walk.prototype;

beforeEach(() => {
  walks.clear();
  Walk.prototype.next = function (this: Walk<unknown>) {
    const step = next.call(this);
    const { stack } = this;
    const before = walks.get(this) ?? [];
    if (!step.done && before.at(-1)?.join() !== stack.join()) walks.set(this, [...before, stack]);
    return step;
  } as typeof next;
});
afterEach(() => {
  Walk.prototype.next = next;
});

/** From a caller to what it calls, by way of functions that a machine does not tell of. */
function wayDown(caller: KernelFunction, called: KernelFunction): KernelFunction | null {
  const reaches = (from: KernelFunction): boolean => from === called || calledBy(from).some(reaches);
  return calledBy(caller).find(reaches) ?? null;
}

/** What speaks against the order, once. */
function objections(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const stacks of walks.values()) {
    // How far each function on the stack has come among those that it calls.
    let open: { name: KernelFunction; at: number }[] = [];
    for (const stack of stacks) {
      let same = 0;
      while (same < open.length && open[same]?.name === stack[same]) same++;
      open = open.slice(0, same);
      for (let depth = same; depth < stack.length; depth++) open.push({ name: stack[depth] as KernelFunction, at: -1 });
      for (const [depth, caller] of open.entries()) {
        const called = stack[depth + 1];
        if (called === undefined || depth + 1 < same) continue;
        const through = wayDown(caller.name, called);
        if (through === null) {
          found.add(`${caller.name} does not call ${called}`);
          continue;
        }
        const index = calledBy(caller.name).indexOf(through);
        if (index < caller.at && ROUNDS[caller.name] !== called) found.add(`${caller.name}: ${called} comes too late`);
        caller.at = index;
      }
    }
  }
  return found;
}

/** They go round, and begin again with this one. */
const ROUNDS: Partial<Record<KernelFunction, KernelFunction>> = {
  offline_pages: "scan_movable_pages",
  migrate_pages: "try_to_migrate",
};

test("each function stands at one home, below one that calls it", () => {
  const homes = [...passages().values()].flat().filter(({ home }) => home);
  expect(homes.map(({ name }) => name).sort()).toEqual([...KERNEL_FUNCTIONS].sort());
  for (const { name, depth } of homes) if (depth > 0) expect(callersOf(name), name).not.toEqual([]);
});

test("machines go through them in this order", () => {
  const engine = new Engine({ seed: 1, box: smallBox("memhp_default_state=online_movable") });
  const act = (command: Parameters<Engine["submit"]>[0]) => {
    engine.submit(command);
    engine.settle();
  };
  act({ do: "load", partition: "A", load: { kind: "anon", mib: 300, node: 1 } });
  act({ do: "load", partition: "A", load: { kind: "cache", mib: 20, node: 1, policy: "preferred" } });
  const block = [...engine.kernel("A").blocks.values()].find(({ dimm }) => dimm === "d2");
  const path = `/sys/devices/system/memory/memory${block?.number}`;
  act({ do: "write", partition: "A", path: `${path}/state`, text: "offline" });
  act({ do: "write", partition: "A", path: `${path}/online`, text: "1" });
  const slot = [...engine.chassis.slots.keys()].find((key) => key.startsWith("A/1/") && !key.endsWith("/0")) as string;
  act({ do: "move", dimm: "d3", to: { slot } });
  act({ do: "move", dimm: "d3", to: { shelf: true } });
  act({ do: "press", dimm: "d2" });
  act({ do: "write", partition: "A", path: "/proc/sys/vm/drop_caches", text: "3" });
  act({ do: "write", partition: "A", path: "/proc/sys/vm/nr_hugepages", text: "4" });
  const seen = new Set([...walks.values()].flat(2));
  for (const name of ["do_migrate_range", "__add_pages", "acpi_bus_offline", "handle_mm_fault"] as const)
    expect(seen).toContain(name);
  expect([...objections()]).toEqual([]);
});
