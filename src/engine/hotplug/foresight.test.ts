/** Foresight where random machines seldom get: vetoes, balloons that can't move, huge pages that are promised. */
import { expect, test } from "vitest";
import { smallBox } from "../testing/small-box.ts";
import type { Command } from "../time/commands.ts";
import { Engine } from "../time/engine.ts";
import { foreseeOffline } from "./foresight.ts";

const write = (path: string, text: string): Command => ({ do: "write", partition: "B", path, text });
const DEBUG = "/sys/kernel/debug/notifier-error-inject/memory/actions";

/** Partition B with DIMM d3, one Movable block. */
function machine(...before: Command[]) {
  const engine = new Engine({ seed: 1, box: smallBox() });
  for (const command of [{ do: "move", dimm: "d3", to: { slot: "B/0/0" } } as const, ...before]) {
    engine.submit(command);
    engine.settle();
  }
  const kernel = engine.kernel("B");
  const block = [...kernel.blocks.values()].find(({ dimm }) => dimm === "d3");
  if (!block) throw new Error("d3 has no block");
  const offline = (): string | null => {
    const { op, errno } = engine.submit(write(`/sys/devices/system/memory/memory${block.number}/state`, "offline"));
    if (op === null) return errno;
    return engine.runOperation(op, engine.now + 5e9) ? (engine.operation(op)?.errno ?? null) : "goes on";
  };
  return { kernel, block, offline };
}

test("a veto is foreseen with its errno", () => {
  const { kernel, block, offline } = machine(
    write("/mods/notifier-error-inject.ko", "insmod"),
    write("/mods/memory-notifier-error-inject.ko", "insmod"),
    write(`${DEBUG}/MEM_GOING_OFFLINE/error`, "-12"),
  );
  expect(foreseeOffline(kernel, block)).toMatchObject({ outlook: "refused", code: "veto", errno: "ENOMEM" });
  expect(foreseeOffline(kernel, block, { noVeto: true }).outlook).toBe("leaves");
  expect(offline()).toBe("ENOMEM");
});

test("free huge pages that are promised keep their block", () => {
  const { kernel, block, offline } = machine(write("/proc/sys/vm/nr_hugepages", "20"));
  expect(foreseeOffline(kernel, block)).toMatchObject({ outlook: "leaves", code: null });
  expect(kernel.hugePages.promise(20, 0)).toBe(true);
  expect(foreseeOffline(kernel, block)).toMatchObject({ outlook: "refused", code: "huge-promised", errno: "EBUSY" });
  expect(offline()).toBe("EBUSY");
});

test("pins hold a block for as long as they last; what would be without them can be asked", () => {
  const { kernel, block, offline } = machine({
    do: "load",
    partition: "B",
    load: { kind: "pin", mib: 4, node: 0, policy: "bind" },
  });
  const foresight = foreseeOffline(kernel, block);
  expect(foresight).toMatchObject({ outlook: "goes-on", code: "pinned" });
  expect(kernel.blockNumberOf(foresight.pfn)).toBe(block.number);
  expect(foreseeOffline(kernel, block, { gone: () => true }).outlook).toBe("leaves");
  expect(offline()).toBe("goes on");
});
