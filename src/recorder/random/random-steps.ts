/**
 * Random steps for a machine. Whether a step can succeed is left to the kernels: a rough idea of which blocks there are
 * is enough to hit them often. Left out is what ends differently from one run to the next on the same real kernel
 * (docs/check-your-kernel.md says what and why).
 */
import { bytesOf } from "../../conformance/machine.ts";
import type { TraceStep } from "../../protocol/trace.ts";
import type { Chance } from "./chance.ts";
import type { RandomMachine } from "./random-machine.ts";
import { shellLine } from "./shell-lines.ts";

const MEMORY = "/sys/devices/system/memory";
const PARAMETERS = "/sys/module/memory_hotplug/parameters";
const INJECTOR = "/sys/kernel/debug/notifier-error-inject/memory/actions";
const BLOCK = 128 * 2 ** 20;
/** DIMMs lie above boot memory, which leaves a gap below 4 GiB (QEMU, pc_init1), at the next GiB. */
const LOW_MOST = 0xe0000000;
const LOW_ELSE = 0xc0000000;
const HIGH_START = 2 ** 32;
const GIB = 2 ** 30;
/** A retry that never ends is ended after so many seconds. */
const PINNED_TIMEOUT = 6;

const SIZES = ["128M", "256M", "256M", "384M", "512M", "512M", "1G"];
const LARGER = ["128M", "256M", "512M", "640M", "1G", "1536M", "2G"];
const ACPI_DEVICES = "/sys/bus/acpi/devices";
/** An eject goes on after the write that asks for it. */
const EJECT_SECONDS = 3;

type Step = TraceStep;

/** What steps dwell on. */
export interface Liking {
  /** Blocks of boot memory on nodes without CPUs are taken, too. */
  readonly bootBlocks?: boolean;
  /** DIMMs go to node 0, and their blocks to ZONE_MOVABLE. */
  readonly near?: boolean;
  /** Policies change often, and DIMMs are larger. */
  readonly policies?: boolean;
  /** Ejects that the kernel's side asks for, switches of ACPI's hot-plug. */
  readonly firmware?: boolean;
  /** DIMMs are put at addresses with gaps between them. */
  readonly addresses?: boolean;
  /** Lines that act on several blocks, tools, and other files. */
  readonly shell?: boolean;
  /** Loads are so many times as likely, larger, and of more kinds. */
  readonly loads?: number;
}

interface Dimm {
  readonly id: string;
  readonly node: number;
  readonly start: number;
  readonly size: number;
}

export class RandomSteps {
  private readonly chance: Chance;
  private readonly nodes: RandomMachine["machine"]["nodes"];
  private readonly base: number;
  private readonly dimms: Dimm[];
  /** Blocks that were there at some time, with their nodes. */
  private readonly blocks = new Map<number, number>();
  private added = 0;
  private loaded = false;
  private pinned = false;
  /** MiB that loads hold. */
  private held = 0;
  private readonly injecting: boolean;
  private readonly liking: Liking;

  constructor(chance: Chance, { machine, coldplug }: RandomMachine, injecting: boolean, liking: Liking) {
    this.chance = chance;
    this.nodes = machine.nodes;
    this.injecting = injecting;
    this.liking = liking;
    const total = machine.nodes.reduce((sum, { mem }) => sum + bytesOf(mem), 0);
    const low = total >= LOW_MOST ? LOW_ELSE : total;
    this.base = Math.ceil((HIGH_START + total - low) / GIB) * GIB;
    this.dimms = [];
    for (const { id, node, size } of coldplug) this.plug(id, node, bytesOf(size));
    if (liking.bootBlocks) this.knowBootBlocks(low);
  }

  list(count: number): Step[] {
    const steps: Step[] = this.injecting
      ? [{ sh: "insmod /mods/notifier-error-inject.ko; insmod /mods/memory-notifier-error-inject.ko" }]
      : [];
    steps.push(this.hotadd());
    while (steps.length < count) steps.push(this.step());
    return steps;
  }

  private step(): Step {
    const { chance } = this;
    const make = chance.weighted<() => Step>([
      [this.dimms.length < 3 ? 14 : 6, () => this.hotadd()],
      [2, () => this.badHotadd()],
      [this.pinned ? 0 : 8, () => this.hotremove()],
      [30, () => this.online()],
      [24, () => this.offline()],
      [this.liking.policies ? 25 : 4, () => this.policy()],
      [this.liking.firmware ? 12 : 0, () => this.firmware()],
      [this.liking.shell ? 45 : 0, () => ({ sh: shellLine(chance, [...this.blocks.keys()]) })],
      [3, () => this.badWrite()],
      [this.injecting ? 8 : 0, () => this.inject()],
      [(this.loaded ? 3 : 6) * (this.liking.loads ?? 1), () => (this.liking.loads ? this.largeLoad() : this.load())],
      [this.loaded ? 6 : 0, () => this.killall()],
      [1.5, () => this.tool()],
    ]);
    return make();
  }

  private hotadd(): Step {
    const { chance } = this;
    const id = `d${this.added++}`;
    const node = this.someNode();
    const size = chance.of(this.liking.policies ? LARGER : SIZES);
    if (this.liking.addresses && chance.percent(50)) {
      const addr = this.base + chance.whole(0, 60) * BLOCK;
      this.note({ id, node, start: addr, size: bytesOf(size) });
      return { hotadd: { id, node, size, addr } };
    }
    this.plug(id, node, bytesOf(size));
    return { hotadd: { id, node, size } };
  }

  /** Nodes follow each other from address 0, around the gap below 4 GiB. */
  private knowBootBlocks(low: number): void {
    let at = 0;
    for (const [node, { mem, cpus }] of this.nodes.entries()) {
      const end = at + bytesOf(mem);
      for (let address = at; cpus === undefined && address < end; address += BLOCK) {
        const block = Math.floor((address < low ? address : address - low + HIGH_START) / BLOCK);
        this.blocks.set(block, node);
      }
      at = end;
    }
  }

  /** Where boot's CPUs are, hot-added kernel memory is used at once by whatever runs; other nodes tell more. */
  private someNode(): number {
    const last = this.nodes.length - 1;
    if (this.liking.near) return 0;
    return last === 0 || this.chance.percent(12) ? 0 : this.chance.whole(1, last);
  }

  /** First fit, as the machine places DIMMs. */
  private plug(id: string, node: number, size: number): void {
    let start = this.base;
    for (const dimm of this.dimms.toSorted((a, b) => a.start - b.start)) {
      if (start + size <= dimm.start) break;
      start = Math.max(start, dimm.start + dimm.size);
    }
    this.note({ id, node, start, size });
  }

  private note(dimm: Dimm): void {
    this.dimms.push(dimm);
    for (let at = dimm.start; at < dimm.start + dimm.size; at += BLOCK)
      this.blocks.set(Math.floor(at / BLOCK), dimm.node);
  }

  private badHotadd(): Step {
    const { chance } = this;
    const id = `x${this.added++}`;
    const node = this.someNode();
    const wrong = chance.of(["node", "size", "overlap", "address", "large"]);
    if (wrong === "node") return { hotadd: { id, node: this.nodes.length + chance.whole(0, 3), size: "256M" } };
    if (wrong === "overlap") return { hotadd: { id, node, size: "256M", addr: this.dimms[0]?.start ?? 2 ** 31 } };
    if (wrong === "address")
      return { hotadd: { id, node, size: "128M", addr: this.base + 2 ** 26 + chance.whole(0, 40) * BLOCK } };
    if (wrong === "large") return { hotadd: { id, node, size: "32G" } };
    return { hotadd: { id, node, size: chance.of(["100M", "64M", "130M"]) } };
  }

  private hotremove(): Step {
    const { chance, dimms } = this;
    if (dimms.length === 0 || chance.percent(4)) return { hotremove: `d${this.added + 3}` };
    const at = chance.whole(0, dimms.length - 1);
    const dimm = dimms[at] as Dimm;
    if (this.usedByAll(dimm.node) && !this.liking.near) return { hotremove: "none" };
    // Half of the time it will be refused; then its place is still taken.
    if (chance.percent(50)) dimms.splice(at, 1);
    return { hotremove: dimm.id };
  }

  /** Whether what runs on the machine takes this node's kernel memory for itself. */
  private usedByAll(node: number): boolean {
    return this.nodes[node]?.cpus !== undefined;
  }

  private block(): number {
    const blocks = [...this.blocks.keys()];
    return this.chance.percent(3) || blocks.length === 0 ? 999 : this.chance.of(blocks);
  }

  private online(): Step {
    const { chance } = this;
    const block = this.block();
    if (!this.liking.near && chance.percent(8)) return { sh: `echo 1 > ${MEMORY}/memory${block}/online` };
    const word = this.usedByAll(this.blocks.get(block) ?? 0)
      ? "online_movable"
      : chance.weighted([
          [30, "online"],
          [35, "online_kernel"],
          [45, "online_movable"],
        ]);
    return { sh: `echo ${word} > ${MEMORY}/memory${block}/state` };
  }

  private offline(): Step {
    const { chance } = this;
    const block = this.block();
    const file = chance.percent(12)
      ? `echo 0 > ${MEMORY}/memory${block}/online`
      : `echo offline > ${MEMORY}/memory${block}/state`;
    return this.pinned ? { sh: file, timeout: PINNED_TIMEOUT } : { sh: file };
  }

  private policy(): Step {
    const { chance } = this;
    if (this.liking.near)
      return { sh: `echo ${chance.of(["online_movable", "offline"])} > ${MEMORY}/auto_online_blocks` };
    const write = chance.of([
      `echo ${chance.of(["online", "online_kernel", "online_movable", "offline"])} > ${MEMORY}/auto_online_blocks`,
      `echo ${chance.of(["contig-zones", "auto-movable"])} > ${PARAMETERS}/online_policy`,
      `echo ${chance.of([0, 50, 100, 301, 500])} > ${PARAMETERS}/auto_movable_ratio`,
      `echo ${chance.of(["Y", "N"])} > ${PARAMETERS}/auto_movable_numa_aware`,
    ]);
    return { sh: write };
  }

  private firmware(): Step {
    const { chance } = this;
    if (chance.percent(30)) return { sh: `echo ${chance.of([0, 1, 1])} > /sys/firmware/acpi/hotplug/memory/enabled` };
    const slot = chance.whole(0, Math.max(1, this.added));
    return { sh: `echo 1 > ${ACPI_DEVICES}/PNP0C80:0${Math.min(slot, 7)}/eject; sleep ${EJECT_SECONDS}` };
  }

  private badWrite(): Step {
    const { chance } = this;
    const block = this.block();
    return {
      sh: chance.of([
        `echo bogus > ${MEMORY}/memory${block}/state`,
        `echo ONLINE > ${MEMORY}/memory${block}/state`,
        `echo "" > ${MEMORY}/memory${block}/state`,
        `echo " online" > ${MEMORY}/memory${block}/state`,
        `printf online_movable > ${MEMORY}/memory${block}/state`,
        `echo 2 > ${MEMORY}/memory${block}/online`,
        `echo on > ${MEMORY}/memory${block}/online`,
        `echo x > ${MEMORY}/memory${block}/valid_zones`,
        `echo bogus > ${MEMORY}/auto_online_blocks`,
        `echo bogus > ${PARAMETERS}/online_policy`,
        `echo -1 > ${PARAMETERS}/auto_movable_ratio`,
        `echo Y > ${PARAMETERS}/memmap_on_memory`,
        `echo offline > ${MEMORY}/memory0/state`,
        `echo online > ${MEMORY}/memory0/state`,
        `echo 0 > ${MEMORY}/memory0/online`,
      ]),
    };
  }

  private inject(): Step {
    const { chance } = this;
    const error = chance.of([-1, -12, -16, -22, 0, 0, 0]);
    return { sh: `echo ${error} > ${INJECTOR}/MEM_GOING_${chance.of(["ONLINE", "OFFLINE"])}/error` };
  }

  /** Well within what a node has from boot: what happens when memory runs out depends on what else runs. */
  private load(): Step {
    const { chance } = this;
    const candidates = this.nodes.flatMap(({ mem, cpus }, i) =>
      bytesOf(mem) >= 512 * 2 ** 20 && cpus === undefined ? [i] : [],
    );
    if (candidates.length === 0) return this.online();
    const node = chance.of(candidates);
    const room = bytesOf(this.nodes[node]?.mem ?? "0M") / 2 ** 20;
    const kind = chance.weighted<"anon" | "mlock" | "shm" | "pipes" | "pin">([
      [40, "anon"],
      [20, "mlock"],
      [20, "shm"],
      [15, "pipes"],
      [5, "pin"],
    ]);
    this.loaded = true;
    if (kind === "pipes") return { load: { kind, count: chance.of([50, 200, 400]), node } };
    if (kind === "pin") {
      this.pinned = true;
      return { load: { kind, mib: chance.of([8, 16]), node } };
    }
    return { load: { kind, mib: Math.round((room * chance.whole(5, 35)) / 100), node } };
  }

  /** Up to two thirds of the machine with what is loaded already; anywhere, or on a node as far as it reaches. */
  private largeLoad(): Step {
    const { chance } = this;
    const total = this.nodes.reduce((sum, { mem }) => sum + bytesOf(mem), 0) / 2 ** 20;
    const mib = Math.min(Math.round((total * chance.whole(5, 25)) / 100), Math.floor((total * 2) / 3 - this.held));
    if (mib < 16) return this.killall();
    this.held += mib;
    this.loaded = true;
    const kind = chance.of(["anon", "anon", "shm", "mlock"] as const);
    const node = chance.percent(25) ? -1 : chance.whole(0, this.nodes.length - 1);
    return { load: { kind, mib, node, ...(node < 0 ? {} : { policy: "pref" as const }) } };
  }

  private killall(): Step {
    this.held = 0;
    this.loaded = false;
    this.pinned = false;
    return { killall: 1 };
  }

  private tool(): Step {
    const { chance } = this;
    if (this.pinned || this.liking.near) return this.online();
    const block = this.block();
    return {
      sh: chance.of([
        `chmem -e -b ${block}`,
        `chmem -d -b ${block}`,
        `chmem -e -z Movable -b ${block}`,
        `lsmem -a -o RANGE,SIZE,STATE,REMOVABLE,BLOCK,NODE,ZONES`,
      ]),
    };
  }
}
