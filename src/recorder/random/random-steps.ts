/**
 * Random steps for a machine. Whether a step can succeed is left to the kernels: a rough idea of which blocks there are
 * is enough to hit them often. Left out is what ends differently from one run to the next on the same real kernel
 * (docs/check-your-kernel.md says what and why).
 */
import { bytesOf } from "../../playback/machine.ts";
import type { TraceStep } from "../../protocol/trace.ts";
import type { Chance } from "./chance.ts";
import {
  INSERT_INJECTOR,
  autoOnlineLine,
  badLine,
  firmwareLine,
  injectLine,
  onlineLine,
  poisonLine,
  poolLine,
  policyLine,
  stateLine,
  toolLine,
} from "./file-writes.ts";
import { RandomLoads } from "./random-loads.ts";
import type { RandomMachine } from "./random-machine.ts";
import { shellLine } from "./shell-lines.ts";

const BLOCK = 128 * 2 ** 20;
/** DIMMs lie above boot memory, which leaves a gap below 4 GiB (QEMU, pc_init1), at the next GiB. */
const LOW_MOST = 0xe0000000;
const LOW_ELSE = 0xc0000000;
const HIGH_START = 2 ** 32;
const MIB = 2 ** 20;
const GIB = 2 ** 30;
/** A retry that never ends is ended after so many seconds. */
const PINNED_TIMEOUT = 6;

const SIZES = ["128M", "256M", "256M", "384M", "512M", "512M", "1G"];
const LARGER = ["128M", "256M", "512M", "640M", "1G", "1536M", "2G"];

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
  /** Huge pages in pools and without. */
  readonly huge?: boolean;
  /** With huge pages: pages that break, too. */
  readonly breaks?: boolean;
  /** Loads are so many times as likely, larger, and of more kinds. */
  readonly loads?: number;
  /** virtio-mem devices are asked for another size. */
  readonly resizes?: boolean;
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
  private readonly loads: RandomLoads;
  private readonly injecting: boolean;
  private readonly liking: Liking;
  private readonly devices: NonNullable<RandomMachine["virtio_mem"]>;

  constructor(
    chance: Chance,
    { machine, coldplug, virtio_mem: devices = [] }: RandomMachine,
    injecting: boolean,
    liking: Liking,
  ) {
    this.chance = chance;
    this.nodes = machine.nodes;
    this.loads = new RandomLoads(chance, machine.nodes);
    this.injecting = injecting;
    this.liking = liking;
    const total = machine.nodes.reduce((sum, { mem }) => sum + bytesOf(mem), 0);
    const low = total >= LOW_MOST ? LOW_ELSE : total;
    this.base = Math.ceil((HIGH_START + total - low) / GIB) * GIB;
    this.dimms = [];
    this.devices = devices;
    for (const { id, node, size } of devices) this.plug(id, node, bytesOf(size));
    for (const { id, node, size } of coldplug) this.plug(id, node, bytesOf(size));
    if (liking.bootBlocks) this.knowBootBlocks(low);
  }

  list(count: number): Step[] {
    const steps: Step[] = this.injecting ? [{ sh: INSERT_INJECTOR }] : [];
    steps.push(this.liking.resizes ? this.resize() : this.hotadd());
    while (steps.length < count) steps.push(this.step());
    return steps;
  }

  private step(): Step {
    const { chance, loads } = this;
    const make = chance.weighted<() => Step>([
      [this.dimms.length < 3 ? 14 : 6, () => this.hotadd()],
      [2, () => this.badHotadd()],
      [loads.pinned ? 0 : 8, () => this.hotremove()],
      [30, () => this.online()],
      [24, () => this.offline()],
      [this.liking.policies ? 25 : 4, () => ({ sh: this.policy() })],
      [this.liking.firmware ? 12 : 0, () => ({ sh: firmwareLine(chance, this.added) })],
      [this.liking.resizes ? 60 : 0, () => this.resize()],
      [this.liking.huge ? 14 : 0, () => ({ sh: poolLine(chance, this.nodes.length) })],
      [this.liking.huge ? 10 : 0, () => loads.huge()],
      // Hard, a page that is in use takes its process with it.
      [
        this.liking.huge && this.liking.breaks ? 6 : 0,
        () => ({ sh: poisonLine(chance, this.block(), loads.alive || chance.percent(50)) }),
      ],
      [this.liking.shell ? 45 : 0, () => ({ sh: shellLine(chance, [...this.blocks.keys()]) })],
      [3, () => ({ sh: badLine(chance, this.block()) })],
      [this.injecting ? 8 : 0, () => ({ sh: injectLine(chance) })],
      [(loads.alive ? 3 : 6) * (this.liking.loads ?? 1), () => this.load()],
      [loads.alive ? 6 : 0, () => loads.end()],
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

  /** Up to its whole region, in device blocks or not. */
  private resize(): Step {
    const { chance } = this;
    const device = chance.of(this.devices);
    const most = bytesOf(device.size) / MIB;
    const mib = chance.weighted<number>([
      [4, chance.whole(0, Math.floor(most / 128)) * 128],
      [4, chance.whole(0, most / 2) * 2],
      [2, 0],
      [2, most],
      [1, chance.whole(0, most)],
    ]);
    return { resize: { id: device.id, size: `${Math.min(mib, most)}M` } };
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
    if (!this.liking.near && chance.percent(8)) return { sh: onlineLine(block, 1) };
    const word = this.usedByAll(this.blocks.get(block) ?? 0)
      ? "online_movable"
      : chance.weighted([
          [30, "online"],
          [35, "online_kernel"],
          [45, "online_movable"],
        ]);
    return { sh: stateLine(block, word) };
  }

  private offline(): Step {
    const { chance } = this;
    const block = this.block();
    const sh = chance.percent(12) ? onlineLine(block, 0) : stateLine(block, "offline");
    return this.loads.pinned ? { sh, timeout: PINNED_TIMEOUT } : { sh };
  }

  private policy(): string {
    const { chance } = this;
    return this.liking.near ? autoOnlineLine(chance.of(["online_movable", "offline"])) : policyLine(chance);
  }

  private load(): Step {
    return this.liking.loads ? this.loads.large() : (this.loads.modest() ?? this.online());
  }

  private tool(): Step {
    if (this.loads.pinned || this.liking.near) return this.online();
    return { sh: toolLine(this.chance, this.block()) };
  }
}
