import { describe, expect, test } from "vitest";
import type { KernelVersion } from "../hardware/description.ts";
import { audit } from "../kernel/audit.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { smallBox } from "../testing/small-box.ts";
import type { Command } from "../time/commands.ts";
import { Engine } from "../time/engine.ts";
import { bytes, GIB, MIB } from "../units.ts";
import { VirtioMemDevice } from "./mem-device.ts";
import { since } from "../kernel/profiles/versions.ts";

const MODULES = ["virtio_ring", "virtio", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci", "virtio_mem"];

class Machine {
  readonly engine: Engine;
  readonly kernel: Kernel;

  /** A machine with a device of 4 GiB on node 1; `null` as parameters leaves its driver out. */
  constructor(cmdline: string, parameters: string | null = "", kernel: KernelVersion = "6.1") {
    const box = smallBox(cmdline);
    const [first] = box.partitions;
    if (!first) throw new Error("the small box has partitions");
    const partition = { ...first, kernel, virtioMem: [{ id: "vm", node: 1, size: bytes(4 * GIB) }] };
    this.engine = new Engine({ seed: 3, box: { partitions: [partition], shelf: box.shelf } });
    this.kernel = this.engine.kernel("A");
    if (parameters !== null) this.loadDriver(parameters);
  }

  loadDriver(parameters = ""): void {
    for (const module of MODULES)
      this.engine.submit({
        do: "write",
        partition: "A",
        path: `/mods/${module}.ko`,
        text: `insmod ${module === "virtio_mem" ? parameters : ""}`,
      });
    this.engine.settle();
  }

  do(command: Command): string | null {
    const { errno, op } = this.engine.submit(command);
    this.engine.settle();
    return errno ?? (op === null ? null : (this.engine.operation(op)?.errno ?? null));
  }

  resize(mib: number): void {
    expect(this.do({ do: "resize", partition: "A", id: "vm", size: bytes(mib * MIB) })).toBe(null);
    this.check();
  }

  state(block: number, word: string): string | null {
    return this.do({
      do: "write",
      partition: "A",
      path: `/sys/devices/system/memory/memory${block}/state`,
      text: word,
    });
  }

  check(): void {
    expect(audit(this.kernel)).toEqual([]);
  }

  /** MiB that the device gives. */
  get size(): number {
    return (this.engine.virtio("A").memory[0]?.size ?? 0) / MIB;
  }

  /** Blocks of the device: number from the first on, state, zone, MiB in the allocator's hands. */
  get blocks(): (readonly [number, string, string | null, number])[] {
    const blocks = this.own;
    return blocks.map(
      (block) =>
        [
          block.number - this.first,
          block.state,
          block.zone?.name ?? null,
          block.zone ? (block.pages - this.kernel.offlinePages(block)) / 256 : 0,
        ] as const,
    );
  }

  /** MiB present and managed in node 1's Normal zone. */
  kernelMib(): number[] {
    const zone = this.kernel.nodes[1]?.zones[2];
    return [zone?.present ?? 0, zone?.managed ?? 0].map((pages) => pages / 256);
  }

  get own() {
    return [...this.kernel.blocks.values()]
      .filter((block) => block.group?.unitPages !== undefined)
      .sort((a, b) => a.number - b.number);
  }

  get first(): number {
    return (this.engine.virtio("A").memory[0]?.address ?? 0) / (128 * MIB);
  }
}

describe("the device", () => {
  const device = () => new VirtioMemDevice("vm", 0, bytes(4 * GIB), bytes(512 * MIB), bytes(2 * MIB));

  test("is asked for multiples of its block size, and no more than it has", () => {
    const vm = device();
    expect(vm.request(3 * MIB)).toMatch("has to be multiples");
    expect(vm.request(514 * MIB)).toMatch("cannot exceed");
    expect(vm.requested).toBe(0);
    expect(vm.request(512 * MIB)).toBe(null);
  });

  test("gives what is requested, once, inside what is usable", () => {
    const vm = device();
    vm.request(64 * MIB);
    expect(vm.usable).toBe(320 * MIB);
    expect(vm.plug(4 * GIB + 320 * MIB, 2 * MIB)).toBe("error");
    expect(vm.plug(4 * GIB, 62 * MIB)).toBe("ack");
    expect(vm.plug(4 * GIB, 2 * MIB)).toBe("error");
    expect(vm.plug(4 * GIB + 62 * MIB, 4 * MIB)).toBe("nack");
    expect(vm.unplug(4 * GIB + 60 * MIB, 4 * MIB)).toBe("error");
    expect(vm.unplug(4 * GIB + 60 * MIB, 2 * MIB)).toBe("ack");
    expect(vm.size).toBe(60 * MIB);
    expect([vm.isPlugged(4 * GIB + 58 * MIB), vm.isPlugged(4 * GIB + 60 * MIB)]).toEqual([true, false]);
  });

  test("never takes back what was usable", () => {
    const vm = device();
    vm.request(128 * MIB);
    vm.request(0);
    expect(vm.usable).toBe(384 * MIB);
  });
});

describe("the driver", () => {
  test("does nothing until it is loaded, then what was requested meanwhile", () => {
    const machine = new Machine("memhp_default_state=online_movable", null);
    machine.resize(256);
    expect([machine.size, machine.blocks]).toEqual([0, []]);
    machine.loadDriver();
    expect(machine.blocks).toEqual([
      [0, "online", "Movable", 128],
      [1, "online", "Movable", 128],
    ]);
    expect(machine.kernel.resources.ram.at(-1)).toMatchObject({
      name: "System RAM (virtio_mem)",
      start: machine.first * 128 * MIB,
      end: (machine.first + 2) * 128 * MIB - 1,
    });
    expect(machine.kernel.resources.firmware.some(({ start }) => start === machine.first * 128 * MIB)).toBe(false);
  });

  test("adds a block of which it has a part; fills it before it adds another", () => {
    const machine = new Machine("memhp_default_state=online_kernel");
    const before = machine.kernelMib();
    machine.resize(140);
    expect(machine.blocks).toEqual([
      [0, "online", "Normal", 128],
      [1, "online", "Normal", 12],
    ]);
    machine.resize(300);
    expect(machine.blocks).toEqual([
      [0, "online", "Normal", 128],
      [1, "online", "Normal", 128],
      [2, "online", "Normal", 44],
    ]);
    // What is missing is present and not managed.
    expect(machine.kernelMib().map((mib, i) => mib - (before[i] ?? 0))).toEqual([384, 300]);
  });

  test("unplugs from above, and removes what is empty", () => {
    const machine = new Machine("memhp_default_state=online_movable");
    machine.resize(384);
    machine.resize(254);
    expect(machine.blocks.map(([, , , mib]) => mib)).toEqual([128, 126]);
    machine.resize(0);
    expect(machine.blocks).toEqual([]);
    expect(machine.kernel.resources.ram.some(({ name }) => name.includes("virtio"))).toBe(false);
  });

  test("leaves kernel memory where it is and takes the rest; tries again after 50 s", () => {
    const machine = new Machine("memhp_default_state=online_kernel");
    machine.resize(256);
    const held = 40;
    // All but the device's memory on node 1 is full of it, and so is a part of that.
    machine.do({
      do: "load",
      partition: "A",
      load: {
        kind: "vmalloc",
        mib: Math.floor(((machine.kernel.nodes[1]?.free ?? 0) * 4) / 1024) - 256 + held,
        node: 1,
        policy: "bind",
      },
    });
    machine.resize(0);
    expect(machine.size).toBeGreaterThanOrEqual(held);
    expect(machine.size).toBeLessThan(256);
    const stuck = machine.size;
    machine.do({ do: "killall", partition: "A" });
    machine.engine.runFor(40e9);
    expect(machine.size).toBe(stuck);
    machine.engine.runFor(15e9);
    expect(machine.size).toBe(0);
    machine.check();
  });

  test("moves what can move to where there is room, the same node first", () => {
    const machine = new Machine("memhp_default_state=online_movable");
    machine.resize(384);
    machine.do({ do: "load", partition: "A", load: { kind: "anon", mib: 100, node: 1, policy: "bind" } });
    machine.resize(256);
    machine.resize(128);
    machine.check();
    expect(machine.size).toBe(128);
    const attempts = [...machine.engine.attempts.values()]
      .map((attempt) => attempt.value())
      .filter(({ kind, target }) => kind === "remove" && target === "vm");
    expect(attempts.map(({ result }) => result)).toEqual(["ok", "ok"]);
    expect(attempts.flatMap(({ movedTo }) => movedTo).every(([node]) => node === 1)).toBe(true);
  });

  test("stops at 1 GiB that nobody onlines, and goes on when somebody does", () => {
    const machine = new Machine("memhp_default_state=offline");
    machine.resize(1536);
    expect(machine.size).toBe(1024);
    expect(machine.blocks.every(([, state]) => state === "offline")).toBe(true);
    // Half of the threshold must be free before more is added.
    for (let block = 0; block < 3; block++) expect(machine.state(machine.first + block, "online_movable")).toBe(null);
    expect(machine.size).toBe(1024);
    expect(machine.state(machine.first + 3, "online_movable")).toBe(null);
    expect(machine.size).toBe(1536);
    // What is offline goes first, wherever it lies.
    machine.state(machine.first, "offline");
    machine.resize(384);
    expect(machine.blocks.map(([at, state]) => `${at} ${state}`)).toEqual(["1 online", "2 online", "3 online"]);
  });

  test("brings a part of a block online, offline and online again", () => {
    const machine = new Machine("memhp_default_state=online_movable");
    machine.resize(100);
    expect(machine.state(machine.first, "offline")).toBe(null);
    machine.check();
    machine.resize(80);
    expect(machine.state(machine.first, "online_kernel")).toBe(null);
    machine.check();
    expect(machine.blocks).toEqual([[0, "online", "Normal", 80]]);
    machine.resize(128);
    expect(machine.blocks).toEqual([[0, "online", "Normal", 128]]);
  });

  test("may be told to leave online memory alone", () => {
    const machine = new Machine("memhp_default_state=online_movable", "unplug_online=0");
    machine.resize(256);
    machine.resize(128);
    expect(machine.size).toBe(256);
    machine.state(machine.first, "offline");
    expect(machine.blocks.map(([at]) => at)).toEqual([1]);
    // And told otherwise while it runs.
    machine.do({ do: "write", partition: "A", path: "/sys/module/virtio_mem/parameters/unplug_online", text: "Y" });
    machine.resize(0);
    expect(machine.size).toBe(0);
  });

  test("keeps an empty block that a notifier will not let go; 6.6 and later try again", () => {
    const sizes = (["6.1", "6.12"] as const).map((version) => {
      const machine = new Machine("memhp_default_state=online_movable", "", version);
      machine.resize(256);
      machine.kernel.injected.set("MEM_GOING_OFFLINE", -12);
      machine.resize(128);
      expect(machine.blocks.map(([, state, , mib]) => [state, mib])).toEqual([
        ["online", 128],
        ["online", 0],
      ]);
      machine.kernel.injected.clear();
      machine.engine.runFor(60e9);
      machine.check();
      return machine.blocks.length;
    });
    expect(sizes).toEqual([2, 1]);
  });

  test("follows a size that changes while it works", () => {
    const machine = new Machine("memhp_default_state=online_movable");
    machine.engine.submit({ do: "resize", partition: "A", id: "vm", size: bytes(2 * GIB) });
    machine.engine.runFor(1_000_000);
    machine.resize(256);
    expect(machine.size).toBe(256);
  });

  test("works in big blocks when told to: whole ones only", () => {
    const machine = new Machine("memhp_default_state=online_movable", "force_bbm=1 bbm_block_size=0x10000000");
    machine.resize(600);
    expect(machine.blocks.map(([, state, , mib]) => [state, mib])).toEqual(
      Array.from({ length: 4 }, () => ["online", 128]),
    );
    machine.do({ do: "load", partition: "A", load: { kind: "pin", mib: 4, node: 1, policy: "bind" } });
    machine.resize(0);
    expect(machine.blocks.map(([at]) => at)).toEqual([0, 1]);
    machine.do({ do: "killall", partition: "A" });
    machine.resize(0);
    expect(machine.blocks).toEqual([]);
  });

  test("is one group to the auto-movable policy: its kernel memory allows for Movable memory of its own", () => {
    const machine = new Machine(
      "memory_hotplug.online_policy=auto-movable memhp_default_state=online memory_hotplug.auto_movable_ratio=100",
    );
    machine.resize(2048);
    const kinds = machine.blocks.map(([, , zone]) => zone);
    expect(kinds).toContain("Normal");
    // Boot's kernel memory of the node allows for the first; then each Normal block for another Movable one.
    const early = kinds.indexOf("Normal");
    expect(kinds.slice(early, early + 6)).toEqual(["Normal", "Movable", "Normal", "Movable", "Normal", "Movable"]);
  });
});

test("releases are compared by number; what has none is older than all", () => {
  expect([
    since("6.12", 6, 6),
    since("6.1", 6, 6),
    since("5.15", 5, 8),
    since("4.14", 5, 8),
    since("what-if", 3, 0),
  ]).toEqual([true, false, true, false, false]);
});
