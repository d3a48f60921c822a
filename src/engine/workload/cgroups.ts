/**
 * Control groups and their controllers of CPUs, nodes and memory (kernel/cgroup/cgroup.c, kernel/cgroup/cpuset.c, mm/memcontrol.c):
 * which nodes processes may take memory from, which CPUs they run on, and whom their memory is charged to. A process of no group
 * is in the root, which restricts nothing.
 *
 * Pages of users and buffers of pipes keep to the group's nodes (__GFP_HARDWALL); what the kernel takes for itself does as long as it
 * can be had there, and comes from anywhere else (cpuset_current_node_allowed).
 */
import { lineOccasion } from "../chronicle/occasion.ts";
import type { MemoryCgroup, MemoryCgroups } from "../holders/memory-cgroup.ts";
import type { Process } from "../holders/process.ts";
import { Charging } from "../kernel/cgroup-charges.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { tellMemory } from "../kernel/show-memory.ts";
import { since } from "../kernel/profiles/versions.ts";
import type { NodeMask } from "../memory/allocator.ts";
import { ZoneType } from "../memory/kinds.ts";
import { formatList } from "../kernel/boot-layout/ranges.ts";
import { allCpus, nodeFor } from "./affinity.ts";
import { followCpuset } from "./cpuset-migration.ts";

/** In the order in which the kernel names them. */
export const CONTROLLERS = ["cpuset", "memory"] as const;
export type Controller = (typeof CONTROLLERS)[number];

/** One failed allocation in so long is told in the log (mm/page_alloc.c, warn_alloc). */
const TOLD_NS = 10e9;

export class Cgroup {
  readonly name: string;
  readonly parent: Cgroup | null;
  readonly children = new Map<string, Cgroup>();
  /** Processes that are in this group itself. */
  readonly members = new Set<number>();
  /** Controllers that its children have. */
  readonly subtree = new Set<Controller>();
  /** What its memory is charged to, while its parent hands that controller on. */
  memory: MemoryCgroup | null = null;
  /** What was written into cpuset.mems and cpuset.cpus, ascending; nothing: as the parent. */
  mems: readonly number[] = [];
  cpus: readonly number[] = [];
  private readonly tree: CgroupTree;
  /** Nodes that its processes were last told of. */
  told: readonly number[] = [];
  private last: { readonly text: string; readonly mask: NodeMask } = { text: "", mask: null };

  constructor(tree: CgroupTree, name: string, parent: Cgroup | null) {
    this.tree = tree;
    this.name = name;
    this.parent = parent;
    this.told = parent?.effectiveMems ?? [];
    this.chargeOwn();
  }

  /** Has a count of its own as soon as its parent hands the controller on, and none any more when it doesn't. */
  chargeOwn(): void {
    const has = this.parent?.subtree.has("memory") ?? false;
    if (has && !this.memory) this.memory = this.tree.charging.add(this.path, this.parent?.charged ?? null);
    if (!has) this.leaveMemory();
  }

  /** What is charged to it stays so until it is freed. */
  leaveMemory(): void {
    if (this.memory) this.tree.charging.leave(this.memory);
    this.memory = null;
  }

  /** Whom its processes' memory is charged to: this group, or the nearest above that has the controller. */
  get charged(): MemoryCgroup | null {
    return this.memory ?? this.parent?.charged ?? null;
  }

  /** `/x/y`; `/` of the root. */
  get path(): string {
    return this.parent === null ? "/" : `${this.parent.path}/${this.name}`.replace("//", "/");
  }

  /** It has files of cpuset: its parent hands the controller on. */
  get hasCpuset(): boolean {
    return this.parent?.subtree.has("cpuset") ?? false;
  }

  /** The group whose cpuset its processes are in: its own, or the nearest above. */
  get cpuset(): Cgroup {
    return this.parent === null || this.hasCpuset ? this : this.parent.cpuset;
  }

  /** cpuset.mems.effective: of the nodes written those that have memory and the parent has; the parent's where none is left. */
  get effectiveMems(): readonly number[] {
    if (this.parent === null) return this.tree.kernel.memoryNodes;
    const above = this.parent.effectiveMems;
    const own = this.hasCpuset ? this.mems.filter((id) => above.includes(id)) : [];
    return own.length > 0 ? own : above;
  }

  get effectiveCpus(): readonly number[] {
    if (this.parent === null) return allCpus(this.tree.kernel);
    const above = this.parent.effectiveCpus;
    const own = this.hasCpuset ? this.cpus.filter((cpu) => above.includes(cpu)) : [];
    return own.length > 0 ? own : above;
  }

  /** Nodes that its processes may have users' pages from; `null` where it restricts nothing. */
  get mask(): NodeMask {
    const nodes = this.effectiveMems;
    const text = nodes.join();
    if (text !== this.last.text)
      this.last = { text, mask: nodes.length === this.tree.root.effectiveMems.length ? null : new Set(nodes) };
    return this.last.mask;
  }

  /** Of the nodes that a policy allows those that the group allows, too; all of the group's where that is none. */
  cut(mask: NodeMask): NodeMask {
    const own = this.mask;
    if (own === null || mask === null) return own ?? mask;
    const both = [...mask].filter((id) => own.has(id));
    return both.length > 0 ? new Set(both) : own;
  }

  /** Where the kernel takes memory for a process that runs on a node: there, or from a node of the group that has some for it. */
  near(node: number): number {
    const own = this.mask;
    if (own === null || own.has(node)) return node;
    const { kernel } = this.tree;
    const usable = kernel.nodes.filter(({ id, hasNormalMemory }) => hasNormalMemory && own.has(id));
    const zone = kernel.nodes[node]?.zonelist.find((each) => usable.some(({ id }) => id === each.node));
    return zone?.node ?? node;
  }

  /** None of its nodes has a zone for the kernel's memory (cpusets_insane_config). */
  get movableOnly(): boolean {
    const own = this.mask;
    return own !== null && !this.tree.kernel.nodes.some(({ id, hasNormalMemory }) => hasNormalMemory && own.has(id));
  }

  /** A child of it has cpusets of its own, so processes are in children alone; such a child of a group with processes takes none. */
  get invalid(): boolean {
    return (
      this.parent !== null &&
      this.parent.parent !== null &&
      this.parent.subtree.size > 0 &&
      this.parent.members.size > 0
    );
  }

  /** Its processes, and those of all groups below. */
  *all(): IterableIterator<number> {
    yield* this.members;
    for (const child of this.children.values()) yield* child.all();
  }
}

export class CgroupTree {
  readonly kernel: Kernel;
  readonly charging: MemoryCgroups;
  readonly root: Cgroup;
  private readonly groups = new Map<number, Cgroup>();
  private readonly failures = { told: Number.NEGATIVE_INFINITY, missed: 0 };
  private warned = false;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.charging = kernel.mappings.cgroups = new Charging(kernel);
    this.root = new Cgroup(this, "", null);
  }

  of(pid: number): Cgroup {
    return this.groups.get(pid) ?? this.root;
  }

  /** A process comes into a group. */
  enter(pid: number, group: Cgroup): void {
    this.left(pid);
    if (group.parent !== null) {
      this.groups.set(pid, group);
      group.members.add(pid);
    }
    this.settle(pid);
  }

  /** A child is where its parent is (cgroup_post_fork). */
  forked(parent: number | undefined, child: Process): void {
    const group = this.groups.get(parent ?? -1);
    if (group) this.enter(child.pid, group);
  }

  left(pid: number): void {
    this.groups.get(pid)?.members.delete(pid);
    this.groups.delete(pid);
  }

  /** Tells a process of its cpuset. */
  private settle(pid: number): void {
    const process = this.kernel.processes.get(pid);
    if (!process) return;
    const { cpuset, charged } = this.of(pid);
    process.memoryCgroup = charged;
    if (process.cpuset !== null || cpuset.parent !== null) {
      // Before 6.2 what it asked for is forgotten (kernel/sched/core.c, user_cpus_ptr).
      if (!since(this.kernel.profile.version, 6, 2)) process.asked = null;
      const cpus = this.cpusIn(cpuset, process);
      process.cpuset = cpuset.parent === null ? null : cpuset;
      process.moveTo(nodeFor(this.kernel, cpus), cpus);
      this.kernel.revision++;
    }
  }

  /** Those of its group that it asked for, and all of them where that is none; `null`: all of the machine. */
  private cpusIn(cpuset: Cgroup, process: Process): ReadonlySet<number> | null {
    const group = cpuset.effectiveCpus;
    const asked = group.filter((cpu) => process.asked?.has(cpu));
    const left = asked.length > 0 ? asked : group;
    return left.length === allCpus(this.kernel).length ? null : new Set(left);
  }

  /** Tells all processes below a group of what changed above them. */
  changed(group: Cgroup): void {
    for (const each of this.below(group)) each.told = each.effectiveMems;
    for (const pid of group.all()) this.settle(pid);
  }

  /**
   * cpuset_handle_hotplug: what is effective follows nodes that come and go by itself; pages go back to a node that a group names
   * when it has memory again, by a worker of the kernel.
   */
  nodesChanged(): void {
    for (const group of this.below(this.root)) {
      const [from, to] = [group.told, group.effectiveMems];
      group.told = to;
      this.check(to);
      const processes = [...group.members].flatMap((pid) => this.kernel.processes.get(pid) ?? []);
      if (from.join() === to.join() || processes.length === 0) continue;
      this.kernel.revision++;
      const { kernel } = this;
      kernel.start(lineOccasion(`cpuset ${group.path}`), function* () {
        yield* followCpuset(kernel, processes, from, to);
        return null;
      });
    }
  }

  private *below(group: Cgroup): IterableIterator<Cgroup> {
    yield group;
    for (const child of group.children.values()) yield* this.below(child);
  }

  /** Warns once of nodes for a group of which none has a zone for the kernel (check_insane_mems_config). */
  check(nodes: readonly number[]): void {
    const { kernel } = this;
    if (this.warned || nodes.length === 0 || nodes.some((id) => kernel.nodes[id]?.hasNormalMemory)) return;
    this.warned = true;
    kernel.log("warn", `Unsupported (movable nodes only) cpuset configuration detected (nmask=${formatList(nodes)})!`);
    kernel.log("warn", "Cpuset allocations might fail even with a lot of memory available.");
  }

  /**
   * A process writes into a pipe, whose buffer is a page that is not movable and that must lie on the group's nodes
   * (fs/pipe.c; mm/page_alloc.c, __alloc_pages_slowpath). False with a report in the log where they have no zone for it (-ENOMEM).
   */
  hasBufferFor(pid: number, comm: string): boolean {
    const { cpuset } = this.of(pid);
    if (!cpuset.movableOnly) return true;
    const { kernel, failures } = this;
    if (kernel.now - failures.told <= TOLD_NS) {
      failures.missed++;
      return false;
    }
    if (failures.missed > 0) kernel.log("warn", `warn_alloc: ${failures.missed} callbacks suppressed`);
    Object.assign(failures, { told: kernel.now, missed: 0 });
    kernel.log(
      "warn",
      `${comm}: page allocation failure: order:0, mode:0x500cc2(GFP_HIGHUSER|__GFP_ACCOUNT), nodemask=(null),cpuset=${cpuset.name},mems_allowed=${formatList(cpuset.effectiveMems)}`,
    );
    tellMemory(kernel, cpuset.mask, ZoneType.Normal);
    return false;
  }
}
