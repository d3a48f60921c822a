/** A process of the simulated machine: an address space, kernel memory held on its behalf, a memory policy. */
import type { Area, Mapping } from "./mappings.ts";
import type { NodeMask } from "../memory/allocator.ts";
import type { PageTableStore, PageTables } from "../memory/page-tables.ts";
import { HUGE_PAGES } from "./huge-pool.ts";
import type { MemoryCgroup } from "./memory-cgroup.ts";
import type { Owner } from "./owners.ts";
import type { Slices } from "../chronicle/slices.ts";
import type { Steps } from "../chronicle/task.ts";

export interface Policy {
  readonly mode: "default" | "bind" | "preferred";
  /** Node where its pages should come from. */
  readonly node: number;
  /** Nodes that its pages may come from. */
  readonly mask: NodeMask;
}

/** The cpuset of a group of processes that it is in (../workload/cgroups.ts). */
export interface Cpuset {
  /** Nodes that users' pages may come from, of those that a policy allows. */
  cut(mask: NodeMask): NodeMask;
  /** Where the kernel's memory for a process that runs on a node comes from. */
  near(node: number): number;
  /** None of its nodes has a zone for the kernel's memory. */
  readonly movableOnly: boolean;
  readonly name: string;
  readonly path: string;
  readonly effectiveMems: readonly number[];
  readonly effectiveCpus: readonly number[];
}

/** Which groups processes are in. */
export interface Cgroups {
  forked(parent: number | undefined, child: Process): void;
  left(pid: number): void;
  /** A node has memory now, or has none any more. */
  nodesChanged(): void;
}

/** Merging of equal pages, as those see it whose pages are merged (./ksm.ts). */
export interface Merging {
  /** Looks at an area, too, from now on. */
  add(area: Area): void;
  /** A process ends: it shares nothing any more. */
  leaving(process: Process, slices: Slices): Steps<void>;
  /** Sharers that one page may have. */
  readonly mostSharers: number;
  /** Sharers that were given a page of their own again. */
  readonly broken: number;
}

export class Process {
  readonly pid: number;
  readonly comm: string;
  /** What it was called with, its program first. */
  args: readonly string[];
  /** Kind of load it runs, as in commands. */
  readonly load: string;
  /** CPUs that it may run on; `null`: on all. */
  cpus: ReadonlySet<number> | null = null;
  /** CPUs that it, or who started it, asked for (user_cpus_ptr); `null`: nobody did. A group may leave it fewer. */
  asked: ReadonlySet<number> | null = null;
  /** Node of the CPU that it runs on. */
  node: number;
  readonly store: PageTableStore;
  readonly tables: PageTables;
  readonly areas: Area[] = [];
  /** Kernel memory taken on its behalf. */
  readonly owners: Owner[] = [];
  /** Mappings that nobody else has. */
  readonly mappings: Mapping[] = [];
  /** Next free virtual page number for a new area: areas grow upwards from here. */
  private nextVpn = 0x7f0000000; // a multiple of HUGE_PAGES, so that huge pages fit
  /** How often it was told where to run. */
  private moves = 0;
  alive = true;
  /** Is killed before all others when memory runs out: what it does needs it (set_current_oom_origin). */
  goesFirst = false;
  /** Whose nodes it is confined to, unless it may use all. */
  cpuset: Cpuset | null = null;
  /** Whom its pages are charged to; nobody in the root. */
  memoryCgroup: MemoryCgroup | null = null;
  /** Memory policy of the areas that its load maps. */
  policy: Policy | null = null;

  constructor(
    { pid, comm, load, node }: Pick<Process, "pid" | "comm" | "load" | "node">,
    store: PageTableStore,
    tables: PageTables,
  ) {
    this.pid = pid;
    this.comm = comm;
    this.args = [comm];
    this.load = load;
    this.node = node;
    this.store = store;
    this.tables = tables;
  }

  /** Node near which the kernel's memory for it lies. */
  get near(): number {
    return this.cpuset?.near(this.node) ?? this.node;
  }

  /** Makes a mapping visible (mmap). */
  attach(mapping: Mapping, offset: number, pages: number, locked = false): Area {
    // A page of 1 GiB is mapped by one entry: its address is a multiple of its size.
    const unit = 2 ** mapping.order;
    if (unit > HUGE_PAGES) this.nextVpn = Math.ceil(this.nextVpn / unit) * unit;
    const area: Area = { process: this, start: this.nextVpn, pages, mapping, offset, locked, merged: null };
    // An empty leaf table's worth of room between areas, as address-space randomisation leaves.
    this.nextVpn += (Math.ceil((pages * unit) / HUGE_PAGES) + 1) * HUGE_PAGES;
    this.areas.push(area);
    mapping.areas.push(area);
    return area;
  }

  /** Goes up with every change to where it runs and to what its mappings hold. */
  get revision(): number {
    let sum = this.moves + this.merged;
    for (const mapping of this.mappings) sum += mapping.revision;
    return sum;
  }

  /** Says on which CPUs it may run, and on which node's it does. */
  moveTo(node: number, cpus: ReadonlySet<number> | null): void {
    this.cpus = cpus;
    this.node = node;
    this.moves++;
  }

  /** Pages of its memory that are in swap. */
  get swapped(): number {
    let sum = 0;
    for (const mapping of this.mappings) sum += mapping.swapped;
    return sum;
  }

  /** Pages that it shares with others, or will: those that are merged. */
  get merged(): number {
    let sum = 0;
    for (const { merged } of this.areas) sum += merged?.count ?? 0;
    return sum;
  }

  /** Resident pages of user memory. */
  get resident(): number {
    let sum = this.merged;
    for (const mapping of this.mappings) sum += mapping.resident;
    return sum;
  }
}
