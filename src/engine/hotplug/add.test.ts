/** Adding and removing memory by its addresses: what is refused leaves all as it was. */
import { describe, expect, test } from "vitest";
import { AttemptLog } from "../chronicle/attempt.ts";
import type { Task } from "../chronicle/task.ts";
import { Trial, twoNodeBox } from "../experiments/trial.ts";
import type { KernelVersion } from "../hardware/description.ts";
import { audit } from "../kernel/audit.ts";
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PageKind } from "../memory/kinds.ts";
import { SectionState } from "../memory/page-array.ts";
import { timed } from "../testing/timed.ts";
import { boxWith } from "../testing/stirred-box.ts";
import { PAGES_PER_SECTION, simNs, VMEMMAP_PAGES_PER_SECTION } from "../units.ts";
import { addMemory, type DriverManaged, dropSection } from "./add.ts";
import { offlineAndRemove } from "./offline-and-remove.ts";
import { blocksIn, removeMemory } from "./remove.ts";

const BLOCK_BYTES = PAGES_PER_SECTION * 4096;
const GIB = 2 ** 30;

function machine(version: KernelVersion = "6.1", words = "memhp_default_state=offline") {
  const trial = new Trial(boxWith(version, words));
  const { kernel } = trial;
  const log = (kind: "add" | "eject") =>
    new AttemptLog({
      id: -1,
      kind,
      partition: "A",
      target: "thing",
      at: simNs(0),
      whole: null,
      cause: "test",
    });
  const task: Task = {
    id: -7,
    signalled: false,
    attempt: (kind, partition, target, whole) =>
      new AttemptLog({ id: -2, kind, partition, target, at: simNs(0), whole, cause: "test" }),
  };
  const add = (start: number, size: number, node = 2, managed: DriverManaged | null = null) => {
    const attempt = log("add");
    const { result, ns } = timed(
      addMemory(kernel, { node, start, size, dimm: null, group: null, managed }, task, attempt),
    );
    return {
      errno: result,
      ns,
      checks: attempt.value().checks.map(({ rule, verdict, data }) => [rule, verdict, data]),
    };
  };
  const remove = (start: number, size: number) => {
    const attempt = log("eject");
    const { result, ns } = timed(removeMemory(kernel, start, size, attempt));
    return {
      errno: result,
      ns,
      checks: attempt.value().checks.map(({ rule, verdict, data }) => [rule, verdict, data]),
    };
  };
  trial.log();
  const said = () => {
    kernel.recorder.commit();
    return trial.log();
  };
  return { trial, kernel, add, remove, task, log, said };
}

/** What adding and removing change. */
const state = (kernel: Kernel) => ({
  blocks: [...kernel.blocks.keys()],
  ram: kernel.resources.ram.map(({ start, end }) => [start, end]),
  firmware: kernel.resources.firmware.length,
  maps: [...kernel.memoryMaps.keys()],
  free: kernel.zones.map(({ free }) => free),
  nodes: kernel.nodes.map(({ online, spanned }) => [online, spanned]),
  online: kernel.allocator.onlineNodes,
  mapped: [kernel.directMap.mapped4k, kernel.directMap.mapped2M, kernel.directMap.mapped1G],
});

describe("an add is refused", () => {
  test("where no address of the machine's reaches", () => {
    const { kernel, add, said } = machine();
    const before = state(kernel);
    const limit = kernel.pages.sections * BLOCK_BYTES;
    const answer = add(limit - BLOCK_BYTES, 2 * BLOCK_BYTES);
    expect([answer.errno, answer.checks]).toEqual(["E2BIG", [["addressable", "fail", { end: limit + BLOCK_BYTES }]]]);
    expect(said()).toEqual([
      `Hotplug memory [0x${(limit - BLOCK_BYTES).toString(16)}-0x${(limit + BLOCK_BYTES).toString(16)}] exceeds maximum addressable range [0x0-0x${(limit - 1).toString(16)}]`,
    ]);
    expect(state(kernel)).toEqual(before);
    expect(add(limit - BLOCK_BYTES, BLOCK_BYTES).errno).toBeNull();
  });

  test("where memory is already, in part or whole", () => {
    const { kernel, add } = machine();
    expect(add(6 * GIB, 2 * BLOCK_BYTES).errno).toBeNull();
    const before = state(kernel);
    for (const start of [6 * GIB - BLOCK_BYTES, 6 * GIB, 6 * GIB + BLOCK_BYTES]) {
      const answer = add(start, 2 * BLOCK_BYTES);
      expect(answer.errno).toBe("EEXIST");
      expect(answer.checks).toEqual([["range-free", "fail", { start, size: 2 * BLOCK_BYTES }]]);
    }
    expect(state(kernel)).toEqual(before);
  });

  test.each([
    [6 * GIB + 4096, BLOCK_BYTES],
    [6 * GIB, BLOCK_BYTES + 4096],
    [6 * GIB, BLOCK_BYTES / 2],
    [6 * GIB, 0],
  ])("where it is no whole number of blocks: %i, %i bytes", (start, size) => {
    const { kernel, add, said } = machine();
    const before = state(kernel);
    const answer = add(start, size);
    expect([answer.errno, answer.checks.at(-1)]).toEqual([
      "EINVAL",
      ["range-aligned", "fail", { start, size, block: BLOCK_BYTES }],
    ]);
    expect(said()).toEqual([
      `Block size [0x8000000] unaligned hotplug range: start 0x${start.toString(16)}, size 0x${size.toString(16)}`,
    ]);
    if (size > 0) expect(state(kernel)).toEqual(before);
  });

  test("to a node that can't be", () => {
    const { kernel, add, said } = machine();
    const before = state(kernel);
    const answer = add(6 * GIB, BLOCK_BYTES, 9);
    expect([answer.errno, answer.checks.at(-1)]).toEqual(["EINVAL", ["node-possible", "fail", { node: 9 }]]);
    expect(said()).toEqual(["node 9 was absent from the node_possible_map"]);
    expect(state(kernel)).toEqual(before);
  });

  test.each<[KernelVersion, boolean]>([
    ["3.14", false],
    ["6.1", true],
  ])(
    "%s: where its memory map can't be had: sections before it give theirs back, or leave them behind: %s",
    (version, keeps) => {
      const { kernel, add } = machine(version);
      expect(kernel.profile.failedAddKeepsMaps).toBe(keeps);
      // Two whole chunks and 100 single pages.
      const real = kernel.owners.take.bind(kernel.owners);
      let [chunks, singles] = [2, 100];
      kernel.owners.take = (owner, order, node, mask) => {
        if (owner !== kernel.vmemmap) return real(owner, order, node, mask);
        return (order > 0 ? chunks-- > 0 : singles-- > 0) ? real(owner, order, node, mask) : -1;
      };
      const before = state(kernel);
      const answer = add(6 * GIB, 4 * BLOCK_BYTES);
      expect(answer.errno).toBe("ENOMEM");
      const first = (6 * GIB) / BLOCK_BYTES;
      expect(answer.checks.at(-1)).toEqual([
        "vmemmap",
        "fail",
        {
          section: first + 2,
          pages: VMEMMAP_PAGES_PER_SECTION,
          kept: keeps ? 2 * VMEMMAP_PAGES_PER_SECTION : 0,
        },
      ]);
      expect(answer.ns).toBe(4 * Cost.mapDirect + 2 * Cost.mapSection);
      const after = state(kernel);
      if (keeps) {
        expect(after.maps).toEqual([...before.maps, first, first + 1]);
        expect(after.ram).toEqual(before.ram);
        expect(after.mapped).toEqual(before.mapped);
        expect(add(6 * GIB, BLOCK_BYTES)).toMatchObject({ errno: "EEXIST", ns: 0 });
      } else {
        const { free: _, ...others } = before;
        expect(after).toMatchObject(others);
        kernel.owners.take = real;
        expect(add(6 * GIB, BLOCK_BYTES).errno).toBeNull();
      }
      for (let section = first; section < first + 4; section++)
        expect(kernel.pages.kindAt(section * PAGES_PER_SECTION)).toBe(PageKind.None);
    },
  );
});

describe("an add", () => {
  test("makes a new node: it is online, and others fall back to it; the firmware's map has an entry more", () => {
    const { kernel, add, remove, said } = machine();
    const before = state(kernel);
    expect(kernel.nodes[2]?.online).toBe(false);
    expect(add(6 * GIB, 2 * BLOCK_BYTES)).toMatchObject({
      errno: null,
      ns: 2 * Cost.mapDirect + 2 * Cost.mapSection + Cost.call,
    });
    expect(said()).toContain("Fallback order for Node 2: 2 1 0 ");
    const first = (6 * GIB) / BLOCK_BYTES;
    const after = state(kernel);
    expect(after.blocks.slice(-2)).toEqual([first, first + 1]);
    expect([after.firmware, after.online]).toEqual([before.firmware + 1, before.online + 1]);
    expect(after.nodes[2]).toEqual([true, 0]);
    for (const section of [first, first + 1]) {
      expect(kernel.pages.state[section]).toBe(SectionState.Offline);
      expect(kernel.memoryMaps.get(section)).toHaveLength(1);
    }
    expect([...kernel.blocks.values()].at(-1)).toMatchObject({
      startPfn: (first + 1) * PAGES_PER_SECTION,
      pages: PAGES_PER_SECTION,
      state: "offline",
      nodes: [2],
      zone: null,
      early: false,
      selfMemmapPages: 0,
    });
    expect(remove(6 * GIB, 2 * BLOCK_BYTES)).toMatchObject({
      errno: null,
      ns: 2 * Cost.mapSection + 2 * Cost.mapDirect,
      checks: [["all-blocks-offline", "pass", { blocks: 2 }]],
    });
    const { free: _, ...others } = before;
    expect(state(kernel)).toMatchObject(others);
    expect(kernel.nodes[2]?.daemons).toBe(false);
    expect(audit(kernel)).toEqual([]);
  });

  test("takes 513 single pages for a memory map where no chunk is to be had, and says so once", () => {
    const { kernel, add, said } = machine();
    const real = kernel.owners.take.bind(kernel.owners);
    kernel.owners.take = (owner, order, node, mask) =>
      owner === kernel.vmemmap && order > 0 ? -1 : real(owner, order, node, mask);
    expect(add(6 * GIB, 2 * BLOCK_BYTES).errno).toBeNull();
    const first = (6 * GIB) / BLOCK_BYTES;
    for (const section of [first, first + 1])
      expect(kernel.memoryMaps.get(section)).toHaveLength(VMEMMAP_PAGES_PER_SECTION + 1);
    expect(said().filter((line) => line.includes("vmemmap alloc failure: order:9"))).toHaveLength(1);
    kernel.owners.take = real;
    dropSection(kernel, first);
    expect(kernel.memoryMaps.has(first)).toBe(false);
    expect(kernel.pages.state[first]).toBe(SectionState.Absent);
    // A second time nothing is given back twice.
    const free = kernel.zones.map((zone) => zone.free);
    dropSection(kernel, first);
    expect(kernel.zones.map((zone) => zone.free)).toEqual(free);
  });

  test("that a driver manages has a name of its own, and no entry in the firmware's map", () => {
    const { kernel, add } = machine("6.12", "memhp_default_state=offline memory_hotplug.memmap_on_memory=1");
    const { firmware } = state(kernel);
    expect(add(6 * GIB, BLOCK_BYTES, 2, { resource: "System RAM (thing)", device: "thing0" }).errno).toBeNull();
    expect(
      add(6 * GIB + BLOCK_BYTES, BLOCK_BYTES, 2, { resource: "System RAM (thing)", device: "thing0" }).errno,
    ).toBeNull();
    expect(state(kernel).firmware).toBe(firmware);
    expect(kernel.resources.ram.at(-1)).toMatchObject({
      start: 6 * GIB,
      end: 6 * GIB + 2 * BLOCK_BYTES - 1,
      name: "System RAM (thing)",
    });
    expect([...kernel.blocks.values()].at(-1)?.selfMemmapPages).toBe(0);
    // Others lie their memory map on themselves here.
    expect(add(7 * GIB, BLOCK_BYTES).checks.at(-1)).toEqual(["vmemmap", "pass", { sections: 1, pages: 0, self: 1 }]);
    expect([...kernel.blocks.values()].at(-1)?.selfMemmapPages).toBe(VMEMMAP_PAGES_PER_SECTION);
  });
});

describe("removing", () => {
  test("is refused while a block is online, and nothing changes", () => {
    const { trial, kernel, add, remove, said } = machine();
    add(6 * GIB, 2 * BLOCK_BYTES);
    const blocks = blocksIn(kernel, 6 * GIB, 2 * BLOCK_BYTES);
    expect(trial.state(blocks[1] as never, "online")).toBeNull();
    said();
    const before = state(kernel);
    expect(remove(6 * GIB, 2 * BLOCK_BYTES)).toMatchObject({
      errno: "EBUSY",
      ns: 0,
      checks: [["all-blocks-offline", "fail", { block: blocks[1]?.number }]],
    });
    expect(said()).toEqual([
      "removing memory fails, because memory [0x0000000180000000-0x000000018fffffff] is onlined",
    ]);
    expect(state(kernel)).toEqual(before);
  });

  test("a part of what a node has leaves the node", () => {
    const { kernel, add, remove } = machine();
    add(6 * GIB, 2 * BLOCK_BYTES);
    expect(remove(6 * GIB, BLOCK_BYTES).errno).toBeNull();
    expect(kernel.nodes[2]?.online).toBe(true);
    expect(blocksIn(kernel, 0, 8 * GIB).at(-1)?.number).toBe((6 * GIB) / BLOCK_BYTES + 1);
    expect(blocksIn(kernel, 6 * GIB + 1, BLOCK_BYTES).length).toBe(1);
    expect(remove(6 * GIB + BLOCK_BYTES, BLOCK_BYTES).errno).toBeNull();
    expect(kernel.nodes[2]?.online).toBe(false);
  });

  test.each([false, true])("by a driver: all goes, or all comes back where it was (kept by a page: %s)", (kept) => {
    const { trial, kernel, add, task, log } = machine();
    add(6 * GIB, 3 * BLOCK_BYTES);
    const blocks = blocksIn(kernel, 6 * GIB, 3 * BLOCK_BYTES);
    const words = ["online_movable", null, "online_kernel"] as const;
    for (const [i, word] of words.entries()) if (word) expect(trial.state(blocks[i] as never, word)).toBeNull();
    const last = blocks[2];
    if (!last?.zone) throw new Error("no zone");
    if (kept) {
      kernel.buddy.touch(last.zone, last.startPfn / PAGES_PER_SECTION);
      const page = kernel.pages.indexOf(last.startPfn);
      kernel.buddy.takeChunk(last.zone, page);
      kernel.pages.setKind(page, 1024, PageKind.Reserved, 0);
    }
    const attempt = log("eject");
    const { result } = timed(offlineAndRemove(kernel, 6 * GIB, 3 * BLOCK_BYTES, task, attempt));
    expect(result).toBe(kept ? "EBUSY" : null);
    expect(kernel.hotplugLock).toBeNull();
    expect(blocksIn(kernel, 6 * GIB, 3 * BLOCK_BYTES).length).toBe(kept ? 3 : 0);
    if (kept) expect(blocks.map(({ zone }) => zone?.name ?? null)).toEqual(["Movable", null, "Normal"]);
  });
});

test("a DIMM that is taken out with care comes back whole when a block stays, and a signal ends the wait for the lock", () => {
  const trial = new Trial(twoNodeBox("6.1", "memhp_default_state=offline"));
  const { kernel, engine } = trial;
  const [low, high] = trial.insert("d1", "A/1/0");
  if (!low || !high) throw new Error("no blocks");
  trial.state(low, "online_movable");
  trial.state(high, "online_movable");
  trial.load({ kind: "pin", mib: 1, node: 1, policy: "bind" });
  kernel.injected.set("MEM_GOING_OFFLINE", 0);
  // Somebody else has the lock.
  kernel.hotplugLock = 12345;
  const { op } = engine.submit({ do: "move", dimm: "d1", to: { shelf: true } });
  engine.runFor(12e6);
  expect(engine.operation(op ?? -1)?.done).toBe(false);
  expect([low.state, high.state]).toEqual(["online", "online"]);
  engine.submit({ do: "signal", op: op ?? -1 });
  engine.runFor(12e6);
  expect(engine.operation(op ?? -1)).toMatchObject({ done: true, errno: "EINTR" });
  kernel.hotplugLock = null;
  const [attempt] = [...engine.attempts.values()].map((log) => log.value()).filter(({ kind }) => kind === "eject");
  expect(attempt?.checks.at(-1)).toMatchObject({ rule: "all-blocks-offline", verdict: "fail", data: { done: 0 } });
});

test.each<[KernelVersion, string | null]>([
  ["3.14", null],
  ["5.10", "WARNING: CPU: 1 PID: 62 at arch/x86/mm/init_64.c:854 add_pages+0x60/0x70"],
  ["6.1", "WARNING: CPU: 1 PID: 29 at arch/x86/mm/init_64.c:978 add_pages+0x8c/0x90"],
  ["6.12", "WARNING: CPU: 1 PID: 11 at arch/x86/mm/init_64.c:986 add_pages+0x90/0xa0"],
  ["7.3", "WARNING: arch/x86/mm/init_64.c:973 at add_pages+0x77/0x80, CPU#1: kworker/u8:1/38"],
])("%s says where it warns of an add that failed, once: %s", (version, line) => {
  const { kernel, add, said } = machine(version);
  const real = kernel.owners.take.bind(kernel.owners);
  kernel.owners.take = (owner, order, node, mask) => (owner === kernel.vmemmap ? -1 : real(owner, order, node, mask));
  expect(add(6 * GIB, BLOCK_BYTES).errno).toBe("ENOMEM");
  const lines = said();
  const worker = version === "6.12" || version === "7.3" ? "kworker/u8:1" : "kworker/u4:1";
  expect(lines.filter((each) => each.includes("alloc failure"))).toEqual([
    `${worker}: vmemmap alloc failure: order:9, mode:0x4cc0(GFP_KERNEL|__GFP_RETRY_MAYFAIL), nodemask=(null),cpuset=/,mems_allowed=0-1`,
  ]);
  const cut = lines.indexOf("------------[ cut here ]------------");
  expect(lines.slice(cut, cut + 3)).toEqual(
    line === null ? [] : ["------------[ cut here ]------------", line, "---[ end trace 0000000000000000 ]---"],
  );
  add(7 * GIB, BLOCK_BYTES);
  expect(said().filter((each) => each.includes("alloc failure") || each.includes("add_pages"))).toEqual([]);
});

test("an add is made for nobody where memory hotplug is switched off for ACPI: firmware is told of success", () => {
  const trial = new Trial(twoNodeBox("6.1", "memhp_default_state=offline"));
  Object.assign(trial.kernel.parameters, { acpiMemoryHotplug: false });
  const before = trial.engine.now;
  expect(trial.insert("d1", "A/1/0")).toEqual([]);
  expect(trial.engine.now - before).toBe(Cost.acpi);
  expect(trial.kernel.hotplugLock).toBeNull();
  expect(trial.eject("d1")).toBeNull();
});

test("what is left of a block that holds its own memory map is free in the largest chunks, from the map on", () => {
  const { trial, kernel, add } = machine("6.12", "memhp_default_state=online_kernel memory_hotplug.memmap_on_memory=1");
  expect(add(6 * GIB, BLOCK_BYTES).errno).toBeNull();
  const block = [...kernel.blocks.values()].at(-1);
  if (!block?.zone) throw new Error("it is not online");
  const { pages } = kernel;
  const first = pages.indexOf(block.startPfn);
  expect([0, 511].map((at) => pages.kind[first + at])).toEqual([PageKind.SelfMemmap, PageKind.SelfMemmap]);
  expect([512, 1024, 2048, 32768 - 1024].map((at) => [pages.kind[first + at], pages.order[first + at]])).toEqual([
    [PageKind.Free, 9],
    [PageKind.Free, 10],
    [PageKind.Free, 10],
    [PageKind.Free, 10],
  ]);
  expect([block.zone.managed, block.zone.present]).toEqual([32768 - 512, 32768]);
  expect(trial.kernel.nodes[2]?.present).toBe(32768);
});

test("an add is refused where virtual addresses of its range were lent to pages that moved elsewhere", () => {
  const { kernel, add, said } = machine("what-if");
  const before = state(kernel);
  const asked: [number, number][] = [];
  kernel.directMap.lentIn = (from, to) => {
    asked.push([from, to]);
    return 3;
  };
  const answer = add(6 * GIB, BLOCK_BYTES);
  expect([answer.errno, answer.checks.at(-1)]).toEqual(["EBUSY", ["address-free", "fail", { lent: 3 }]]);
  expect(said()).toEqual(["direct mapping of [mem 0x180000000-0x187ffffff]: 3 virtual pages lead elsewhere"]);
  expect(asked).toEqual([[6 * GIB, 6 * GIB + BLOCK_BYTES]]);
  expect(state(kernel)).toEqual(before);
});

test("a node that comes and goes with its memory is told of each time", () => {
  const trial = new Trial(boxWith("6.1", "memhp_default_state=offline"));
  const reader = trial.engine.transactions.reader();
  const nodes = () =>
    reader.read().flatMap(({ changes }) => changes.flatMap((change) => (change.c === "node" ? [change] : [])));
  trial.insert("d4", "A/2/0");
  expect(nodes()).toEqual([{ c: "node", partition: "A", node: 2, online: true, hasMemory: false }]);
  expect(trial.eject("d4")).toBeNull();
  expect(nodes()).toEqual([{ c: "node", partition: "A", node: 2, online: false, hasMemory: false }]);
});

test("an insertion whose memory can't be added is told to the log range by range, and its errno is the DIMM's", () => {
  const trial = new Trial(boxWith("6.1", "memhp_default_state=offline"));
  const { kernel } = trial;
  const real = kernel.owners.take.bind(kernel.owners);
  kernel.owners.take = (owner, order, node, mask) => (owner === kernel.vmemmap ? -1 : real(owner, order, node, mask));
  trial.log();
  expect(trial.insert("d4", "A/2/0")).toEqual([]);
  const said = trial.log().filter((line) => line.startsWith("acpi"));
  expect(said.map((line) => line.replace(/PNP0C80:\d\d/, "DEVICE"))).toEqual([
    "acpi DEVICE: add_memory failed",
    "acpi DEVICE: acpi_memory_enable_device() error",
  ]);
  expect(kernel.hotplugLock).toBeNull();
  const [attempt] = [...trial.engine.attempts.values()].map((log) => log.value()).filter(({ kind }) => kind === "add");
  expect(attempt?.errno).toBe("ENOMEM");
});
