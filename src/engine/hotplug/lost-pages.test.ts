/** 6.18 gives back one page of each 2 MiB of a memory map that goes. The recorded answer is lost-memory-maps.json in public/traces. */
import { describe, expect, test } from "vitest";
import { Trial } from "../experiments/trial.ts";
import type { KernelVersion } from "../hardware/description.ts";
import { audit } from "../kernel/audit.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import { PageKind } from "../memory/kinds.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { bytes, GIB, MIB, PAGES_PER_SECTION, sectionOf } from "../units.ts";
import { foreseeOffline } from "./foresight.ts";
import { remedyFor } from "./remedies.ts";

const LOST = 4 * 511;

/** A DIMM in kernel zones, whose first block has held the memory map of another of four blocks. */
function mapGone(kernel: KernelVersion): { readonly trial: Trial; readonly block: MemoryBlock } {
  const trial = new Trial({
    partitions: [
      {
        id: "A",
        name: "A",
        nodes: [
          { onboard: bytes(GIB), cpus: "0-1", slots: [] },
          { onboard: bytes(256 * MIB), cpus: "", slots: [] },
        ],
        sharedSlots: 4,
        maxMemory: bytes(16 * GIB),
        kernel,
        cmdline: "memhp_default_state=offline",
      },
    ],
    shelf: [],
  });
  const add = (id: string, mib: number) => {
    trial.engine.submit({ do: "hotadd", partition: "A", id, node: 1, size: bytes(mib * MIB) });
    trial.engine.settle();
  };
  add("d0", 512);
  const blocks = trial.blocksOf("d0");
  for (const each of blocks) expect(trial.state(each, "online_kernel")).toBe(null);
  add("d1", 512);
  expect(trial.kernel.pages.countIn(sectionOf(blocks[0]?.startPfn ?? 0), PageKind.Vmemmap)).toBe(2048);
  trial.engine.submit({ do: "hotremove", partition: "A", id: "d1" });
  trial.engine.settle();
  expect(trial.blocksOf("d1")).toEqual([]);
  expect(audit(trial.kernel)).toEqual([]);
  return { trial, block: blocks[0] as MemoryBlock };
}

describe("of a memory map that goes", () => {
  test.each(["6.12", "7.3"] as const)("%s gets all pages back", (version) => {
    const { trial, block } = mapGone(version);
    expect(trial.kernel.pages.countIn(sectionOf(block.startPfn), PageKind.Free)).toBe(PAGES_PER_SECTION);
    expect(trial.state(block, "offline")).toBe(null);
  });

  test("6.18 gets one of 512 back; the others are managed, not free, have no flag, and keep their block online", () => {
    const { trial, block } = mapGone("6.18");
    const { kernel, engine } = trial;
    const section = sectionOf(block.startPfn);
    const { zone } = block;
    expect(kernel.pages.countIn(section, PageKind.Lost)).toBe(LOST);
    expect(zone && zone.managed - zone.free).toBe(LOST);
    addFiles(engine.files("A"));
    const flags = engine.files("A").readAt("/proc/kpageflags", (block.startPfn + 1) * 8, 511 * 8);
    expect("text" in flags && flags.text).toBe("\0".repeat(511 * 8));

    expect(foreseeOffline(kernel, block)).toMatchObject({ outlook: "goes-on", code: "lost", pfn: block.startPfn + 1 });
    expect(remedyFor(kernel, [block])).toBe(null);
    const path = `/sys/devices/system/memory/memory${block.number}/state`;
    const { op } = engine.submit({ do: "write", partition: "A", path, text: "offline" });
    engine.runUntil(engine.now + 2e9);
    expect(block.state).toBe("going-offline");
    const attempt = [...engine.attempts.values()].find(({ id }) => id === block.attempt)?.value();
    expect(attempt?.culprit).toMatchObject({ kind: PageKind.Lost, pfn: block.startPfn + 1, others: LOST - 1 });
    expect(attempt?.checks.at(-1)).toMatchObject({ rule: "all-free", verdict: "pending", data: { left: LOST } });

    engine.submit({ do: "signal", op: op ?? -1 });
    engine.settle();
    expect(engine.operation(op ?? -1)?.errno).toBe("EINTR");
    expect(block.state).toBe("online");
    expect(kernel.pages.countIn(section, PageKind.Lost)).toBe(LOST);
    expect(audit(kernel)).toEqual([]);
  });
});
