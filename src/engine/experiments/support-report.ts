/**
 * What a kernel supports, found out by trying: small experiments on a simulated machine, each with a verdict and with
 * what was seen. The talk's slides on adding, removing, onlining and offlining are this report for the kernel of their
 * day, and the slide on what changed is the difference of two reports.
 */
import { holdingText } from "../memory/holding.ts";
import type { KernelVersion } from "../hardware/description.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import { profileOf } from "../kernel/profiles/index.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import { bytes, formatBytes, MIB, PAGE_SIZE, PAGES_PER_SECTION } from "../units.ts";
import type { Ability } from "./abilities.ts";
import { Trial, twoNodeBox } from "./trial.ts";

/** In the words of the talk. */
export type Support = "support" | "with limitation" | "not support";

export type { Ability } from "./abilities.ts";

export interface Finding {
  readonly ability: Ability;
  readonly support: Support;
  /** What was tried and what came of it, a line each. */
  readonly seen: readonly string[];
}

export interface SupportReport {
  readonly kernel: KernelVersion;
  readonly findings: readonly Finding[];
}

export interface SupportChange {
  readonly ability: Ability;
  readonly from: Support;
  readonly to: Support;
  readonly seen: readonly string[];
}

type Experiment = (kernel: KernelVersion) => Omit<Finding, "ability">;

const EXPERIMENTS: Readonly<Record<Ability, Experiment>> = {
  add,
  online,
  "online as Movable": onlineMovable,
  offline,
  remove,
  "node of Movable memory only": movableNode,
  "Movable from the SRAT": movableFromSrat,
  "online without a hand": autoOnline,
  "memory map on the memory": ownMemoryMap,
  "page tables on the memory": ownTables,
  "pins leave Movable": pinsLeave,
  "offline kernel memory": offlineKernelMemory,
  "offline vmalloc memory": (kernel) => offlineHolding(kernel, "vmalloc", "vmalloc memory"),
};

/** Runs the experiments on a kernel; some seconds of simulated time, about one of real time. */
export function supportReport(
  kernel: KernelVersion,
  abilities = Object.keys(EXPERIMENTS) as readonly Ability[],
): SupportReport {
  return { kernel, findings: abilities.map((ability) => ({ ability, ...EXPERIMENTS[ability](kernel) })) };
}

/** What a later kernel supports otherwise than an earlier one, in the order of the report. */
export function supportChanges(from: SupportReport, to: SupportReport): SupportChange[] {
  return to.findings.flatMap((now) => {
    const before = from.findings.find(({ ability }) => ability === now.ability);
    if (!before || before.support === now.support) return [];
    return [{ ability: now.ability, from: before.support, to: now.support, seen: now.seen }];
  });
}

/** Memory that is added stays offline until somebody onlines it. */
const BY_HAND = "memhp_default_state=offline";
const SLOT = "A/1/0";
const size = (pages: number): string => formatBytes(pages * PAGE_SIZE);
const outcome = (errno: string | null): string => errno ?? "done";
const names = (blocks: readonly MemoryBlock[]): string => `${blocks.length} memory blocks`;
const sectionOfBlock = (block: MemoryBlock): number => block.startPfn / PAGES_PER_SECTION;
const machine = (kernel: KernelVersion, cmdline = BY_HAND, hotpluggable: readonly number[] = []): Trial =>
  new Trial(twoNodeBox(kernel, cmdline, hotpluggable));
const freePages = (trial: Trial): number => trial.kernel.nodes.reduce((sum, node) => sum + node.free, 0);

function add(kernel: KernelVersion): Omit<Finding, "ability"> {
  const trial = machine(kernel);
  const free = freePages(trial);
  const blocks = trial.insert("d1", SLOT);
  if (blocks.length === 0) return { support: "not support", seen: ["a DIMM was inserted: no memory block appeared"] };
  const zone = blocks[0]?.fixedZone;
  const where = zone ? `offline, in ${zone.name} already` : "offline, in no zone yet";
  return {
    support: "support",
    seen: [
      `a DIMM was inserted: ${names(blocks)}, ${where}`,
      `${size(free - freePages(trial))} of other memory went to its memory map and tables`,
    ],
  };
}

function online(kernel: KernelVersion): Omit<Finding, "ability"> {
  const trial = machine(kernel);
  const blocks = trial.insert("d1", SLOT);
  const results = blocks.map((block) => trial.state(block, "online"));
  const zones = [...new Set(blocks.map((block) => block.zone?.name ?? "none"))];
  return {
    support: results.every((errno) => errno === null) ? "support" : "not support",
    seen: [`echo online: ${results.map(outcome).join(", ")}; zone ${zones.join(", ")}`],
  };
}

/** Tried from the lowest block up, and what was refused again from the highest down. */
function onlineMovable(kernel: KernelVersion): Omit<Finding, "ability"> {
  const trial = machine(kernel);
  const blocks = trial.insert("d1", SLOT);
  const upwards = blocks.map((block) => trial.state(block, "online_movable"));
  const downwards = [...blocks]
    .reverse()
    .filter((block) => block.state === "offline")
    .map((block) => trial.state(block, "online_movable"));
  const movable = blocks.filter((block) => block.zone?.name === "Movable");
  const seen = [`echo online_movable, lowest block first: ${upwards.map(outcome).join(", ")}`];
  if (downwards.length > 0)
    seen.push(`what was refused, once the blocks above it were Movable: ${downwards.map(outcome).join(", ")}`);
  seen.push(`${movable.length} of ${blocks.length} blocks are in Movable`);
  if (movable.length === 0) return { support: "not support", seen };
  return { support: upwards.includes("EPERM") ? "with limitation" : "support", seen };
}

/** Blocks with programs' memory, with kernel memory, and with pinned pages. */
function offline(kernel: KernelVersion): Omit<Finding, "ability"> {
  const users = offlineHolding(kernel, "anon", "memory of programs");
  const kernels = offlineKernelMemory(kernel);
  const pinned = offlinePinned(kernel);
  const all = [users, kernels, pinned];
  const support = all.every((each) => each.support === "support")
    ? "support"
    : users.support === "support"
      ? "with limitation"
      : "not support";
  return { support, seen: all.flatMap((each) => each.seen) };
}

/** Slab pages; where a process can't have those on a node of its choice, buffers of pipes. */
function offlineKernelMemory(kernel: KernelVersion): Omit<Finding, "ability"> {
  return profileOf(kernel).slabFollowsPolicy
    ? offlineHolding(kernel, "slab", "kernel memory (slab)")
    : offlineHolding(kernel, "pipes", "kernel memory (pipe buffers)");
}

/** Offlines the block of a DIMM in Normal that holds most of a kind of memory. */
function offlineHolding(
  kernel: KernelVersion,
  load: "anon" | "slab" | "vmalloc" | "pipes",
  what: string,
): Omit<Finding, "ability"> {
  const kind = {
    anon: PageKind.Anon,
    slab: PageKind.SlabReclaimable,
    vmalloc: PageKind.Vmalloc,
    pipes: PageKind.KernelBuffer,
  }[load];
  const trial = machine(kernel);
  for (const block of trial.insert("d1", SLOT))
    trial.state(block, profileOf(kernel).stateWords.includes("online_kernel") ? "online_kernel" : "online");
  if (load !== "anon") trial.load({ kind: "anon", mib: 230, node: 1, policy: "preferred", comm: "filler" });
  const amount = load === "pipes" ? { count: 500 } : { mib: load === "anon" ? 300 : 60 };
  trial.load({ kind: load, ...amount, node: 1, policy: "preferred" });
  const held = (block: MemoryBlock): number => trial.kernel.pages.countIn(sectionOfBlock(block), kind);
  const block = trial.blocksOf("d1").sort((x, y) => held(y) - held(x))[0];
  if (!block || held(block) === 0) throw new Error(`no block of the DIMM holds ${what}`);
  const pages = held(block);
  const errno = trial.state(block, "offline");
  const attempt = [...trial.engine.attempts.values()].find(({ id }) => id === block.attempt)?.value();
  const { directMap } = trial.kernel;
  const seen = [
    `a block with ${size(pages)} of ${what}: offline ${outcome(errno)}${errno === null ? `, ${size(attempt?.pagesMoved ?? 0)} moved` : ""}`,
  ];
  if (attempt?.culprit && errno !== null)
    seen.push(`in the way: ${holdingText(attempt.culprit.owner.what)}, pfn 0x${attempt.culprit.pfn.toString(16)}`);
  if (directMap.splits2M > 0)
    seen.push(`${directMap.splits2M + directMap.splits1G} entries of the direct mapping were split for it`);
  return { support: errno === null ? "support" : "not support", seen };
}

/** What happens when a program holds references to the pages of a block; after 130 s the writer is interrupted. */
function offlinePinned(kernel: KernelVersion): Omit<Finding, "ability"> {
  const trial = machine(kernel);
  for (const block of trial.insert("d1", SLOT)) trial.state(block, "online");
  trial.load({ kind: "pin", mib: 320, node: 1, policy: "preferred" });
  const block = trial.blocksOf("d1").find((each) => trial.kernel.pages.pinnedIn(sectionOfBlock(each)) > 0);
  if (!block) throw new Error("no block of the DIMM holds pinned pages");
  const begun = trial.engine.now;
  const { op } = trial.engine.submit({
    do: "write",
    partition: "A",
    path: `/sys/devices/system/memory/memory${block.number}/state`,
    text: "offline",
  });
  trial.engine.runFor(130e9);
  const operation = trial.engine.operation(op ?? -1);
  const ended = [...trial.engine.attempts.values()].find(({ id }) => id === block.attempt)?.value().endedAt;
  if (operation?.done)
    return {
      support: "not support",
      seen: [
        `a block with pinned pages: offline gave up after ${Math.round(((ended ?? begun) - begun) / 1e9)} s, ${outcome(operation.errno)}`,
      ],
    };
  trial.engine.signal(op ?? -1);
  trial.engine.runFor(1e9);
  return {
    support: "not support",
    seen: [`a block with pinned pages: offline went on until a signal came, ${outcome(operation?.errno ?? null)}`],
  };
}

function remove(kernel: KernelVersion): Omit<Finding, "ability"> {
  const trial = machine(kernel);
  const mapped = () =>
    trial.kernel.directMap.mapped1G + trial.kernel.directMap.mapped2M + trial.kernel.directMap.mapped4k;
  const blocks = trial.insert("d1", SLOT);
  const before = { mapped: mapped(), maps: trial.kernel.memoryMaps.size };
  const errno = trial.eject("d1");
  const left = trial.blocksOf("d1").length;
  const seen = [`eject request for an offline DIMM: ${outcome(errno)}; ${left} of ${names(blocks)} are left in sysfs`];
  if (errno === null)
    seen.push(
      `${formatBytes(before.mapped - mapped())} of direct mapping and the memory maps of ${before.maps - trial.kernel.memoryMaps.size} sections are gone; the slot is off`,
    );
  return { support: errno === null && left === 0 ? "support" : "not support", seen };
}

/** A node without other memory gets a DIMM, which is onlined as Movable as far as that goes. */
function movableNode(kernel: KernelVersion): Omit<Finding, "ability"> {
  const box = twoNodeBox(kernel, profileOf(kernel).proposal2013 ? "movablecore=acpi" : BY_HAND);
  const [partition] = box.partitions;
  if (!partition) throw new Error("the box has no partition");
  const empty = { onboard: bytes(0), cpus: "", slots: [null] };
  const trial = new Trial({ ...box, partitions: [{ ...partition, nodes: [...partition.nodes, empty] }] });
  const blocks = trial.insert("d1", "A/2/0");
  for (const block of [...blocks].reverse())
    trial.state(block, profileOf(kernel).stateWords.includes("online_movable") ? "online_movable" : "online");
  for (const block of blocks) if (block.state === "offline") trial.state(block, "online");
  const node = trial.kernel.nodes[2];
  const only = node?.hasMemory === true && !node.hasNormalMemory;
  return {
    support: only ? "support" : "not support",
    seen: [
      `node 2: has memory ${node?.hasMemory ? "yes" : "no"}, has normal memory ${node?.hasNormalMemory ? "yes" : "no"}`,
    ],
  };
}

/** Firmware marks node 1; the option that the kernel of the day has for it is given. */
function movableFromSrat(kernel: KernelVersion): Omit<Finding, "ability"> {
  const option = profileOf(kernel).proposal2013 ? "movablecore=acpi" : "movable_node";
  const trial = machine(kernel, `${option} ${BY_HAND}`, [1]);
  const movable = trial.kernel.nodes[1]?.zones.find(({ name }) => name === "Movable")?.present ?? 0;
  return {
    support: movable > 0 ? "support" : "not support",
    seen: [`${option}: ${size(movable)} of node 1 are Movable from boot`],
  };
}

function autoOnline(kernel: KernelVersion): Omit<Finding, "ability"> {
  const results = (["online", "online_movable"] as const).map((word) => {
    const [block] = machine(kernel, `memhp_default_state=${word}`).insert("d1", SLOT);
    return { word, zone: block?.zone?.name ?? null };
  });
  const done = results.filter(({ word, zone }) => zone !== null && (word === "online" || zone === "Movable"));
  const seen = results.map(
    ({ word, zone }) =>
      `memhp_default_state=${word}: ${zone === null ? "the block stays offline" : `the block is online in ${zone}`}`,
  );
  return { support: done.length === 2 ? "support" : done.length === 1 ? "with limitation" : "not support", seen };
}

function ownMemoryMap(kernel: KernelVersion): Omit<Finding, "ability"> {
  const results = [128, 256].map((mib) => {
    const box = twoNodeBox(kernel, `${BY_HAND} memory_hotplug.memmap_on_memory=1 playground.tables_on_memory=0`);
    const trial = new Trial({ ...box, shelf: [{ id: "d1", size: bytes(mib * MIB) }] });
    const [block] = trial.insert("d1", SLOT);
    return { mib, own: (block?.selfMemmapPages ?? 0) > 0 };
  });
  const own = results.filter((result) => result.own);
  const seen = results.map(
    (result) => `a DIMM of ${result.mib} MiB: its memory map is ${result.own ? "on it" : "in other memory"}`,
  );
  return {
    support: own.length === results.length ? "support" : own.length > 0 ? "with limitation" : "not support",
    seen,
  };
}

function ownTables(kernel: KernelVersion): Omit<Finding, "ability"> {
  const trial = machine(kernel);
  const before = trial.kernel.directMap.tablePages;
  trial.insert("d1", SLOT);
  const elsewhere = trial.kernel.directMap.tablePages - before;
  return {
    support: elsewhere === 0 ? "support" : "not support",
    seen: [`page-table pages of the direct mapping taken in other memory: ${elsewhere}`],
  };
}

function pinsLeave(kernel: KernelVersion): Omit<Finding, "ability"> {
  const trial = machine(kernel);
  const words = profileOf(kernel).stateWords;
  const blocks = trial.insert("d1", "A/0/0");
  for (const block of [...blocks].reverse())
    trial.state(block, words.includes("online_movable") ? "online_movable" : "online");
  trial.load({ kind: "longterm", mib: 32 });
  const pinned = blocks.reduce((sum, block) => sum + pinnedMovable(trial, block), 0);
  const movable = blocks.some((block) => block.zone?.name === "Movable");
  return {
    support: pinned === 0 && movable ? "support" : "not support",
    seen: [movable ? `pages of a long-term pin that lie in Movable: ${pinned}` : "nothing that was added is Movable"],
  };
}

function pinnedMovable(trial: Trial, block: MemoryBlock): number {
  if (block.zone?.name !== "Movable") return 0;
  const { pages } = trial.kernel;
  let sum = 0;
  for (let frame: number = block.startPfn; frame < block.startPfn + block.pages; frame++) {
    const index = pages.indexOf(frame);
    if (index >= 0 && (pages.flags[index] as number) & PageFlag.Pinned) sum++;
  }
  return sum;
}
