/**
 * The engine's state as records. Each `patches()` yields what changed since the last call. Things of the engine count their
 * changes; a projector remembers which count it saw, builds records only where that differs, and leaves no trace: any number
 * of them read the same machine, each at its own pace.
 */
import type { Dimm } from "../engine/hardware/chassis.ts";
import type { MemoryBlock } from "../engine/memory/memory-block.ts";
import { validZones } from "../engine/hotplug/zone-choice.ts";
import { figuresOf } from "../engine/memory/zone.ts";
import type { Kernel } from "../engine/kernel/kernel.ts";
import { ChangedSections } from "../engine/memory/changed-sections.ts";
import { MIGRATE_TYPES, PAGE_KINDS, PageKind } from "../engine/memory/kinds.ts";
import { stayingKinds } from "../engine/migration/leave.ts";
import { deviceOf, usedPages } from "../engine/time/box-operations.ts";
import type { Engine } from "../engine/time/engine.ts";
import { MAX_ORDER, PAGE_SIZE, PAGES_PER_SECTION, sectionOf } from "../engine/units.ts";
import type { Process } from "../engine/holders/process.ts";
import type { BlockRecord, DimmRecord, Led, NodeRecord, Patch, ZoneRecord } from "../protocol/records.ts";

export const blockKey = (partition: string, number: number): string => `${partition}:${number}`;

export class Projector {
  private readonly engine: Engine;
  /** Keys of things that come and go, as last sent. */
  private readonly sent = {
    block: new Set<string>(),
    zone: new Set<string>(),
    process: new Set<string>(),
    dimm: new Set<string>(),
  };
  /** DIMMs of blocks, as last sent: when those go, the DIMM's record changes. */
  private readonly dimmOf = new Map<string, string>();
  /** Revisions as last sent. */
  private readonly seen = new WeakMap<{ readonly revision: number }, number>();
  /** For page maps, and for records: those are asked for more rarely. */
  private readonly pagesForMaps = new WeakMap<Kernel, ChangedSections>();
  private readonly pagesForRecords = new WeakMap<Kernel, ChangedSections>();

  constructor(engine: Engine) {
    this.engine = engine;
  }

  /** Whether a thing is not as it was when this was last asked. */
  private isNew(thing: { readonly revision: number }): boolean {
    const { revision } = thing;
    if (this.seen.get(thing) === revision) return false;
    this.seen.set(thing, revision);
    return true;
  }

  patches(): Patch[] {
    const patches: Patch[] = [];
    const { chassis } = this.engine;
    const touchedDimms = new Set<string>();
    for (const kernel of this.engine.kernels.values()) this.projectKernel(kernel, patches, touchedDimms);
    if (this.isNew(chassis)) {
      for (const slot of chassis.slots.values()) {
        const node = slot.device.pxm === null ? null : `${slot.partition}/${slot.device.pxm}`;
        patches.push([
          "slot",
          slot.key,
          {
            key: slot.key,
            node,
            partition: slot.partition,
            index: Number(slot.key.split("/").at(-1)),
            device: slot.device.name,
            dimm: slot.dimm,
          },
        ]);
      }
      for (const id of chassis.dimms.keys()) touchedDimms.add(id);
    }
    for (const id of touchedDimms) {
      const dimm = chassis.dimms.get(id);
      if (dimm) patches.push(["dimm", id, this.dimmRecord(dimm)]);
    }
    this.retire("dimm", new Set(chassis.dimms.keys()), patches);
    for (const attempt of this.engine.attempts.values()) {
      if (!this.isNew(attempt)) continue;
      const key = String(attempt.id);
      patches.push(["attempt", key, { key, ...attempt.value() }]);
    }
    return patches;
  }

  /** Keys of blocks whose pages changed since the last call; their records may wait for the next `patches`. */
  takeChangedBlocks(): string[] {
    return [...this.engine.kernels.values()].flatMap((kernel) =>
      [...changedBlocks(kernel, sectionsOf(this.pagesForMaps, kernel))].map(({ number }) =>
        blockKey(kernel.id, number),
      ),
    );
  }

  private projectKernel(kernel: Kernel, patches: Patch[], dimms: Set<string>): void {
    const structure = this.isNew(kernel);
    const changed = changedBlocks(kernel, sectionsOf(this.pagesForRecords, kernel));
    // What an offline block may become depends on every zone's span, so structure touches all of them.
    if (structure)
      for (const block of kernel.blocks.values()) if (this.isNew(block) || block.state !== "online") changed.add(block);
    for (const block of changed) {
      const key = blockKey(kernel.id, block.number);
      patches.push(["block", key, this.blockRecord(kernel, block)]);
      if (block.dimm === null) continue;
      dimms.add(block.dimm);
      this.dimmOf.set(key, block.dimm);
    }
    let zonesChanged = false;
    for (const zone of kernel.zones) {
      if (!this.isNew(zone)) continue;
      zonesChanged = true;
      if (zone.populated) {
        const record = zoneRecord(kernel, zone);
        patches.push(["zone", record.key, record]);
      }
    }
    for (const process of kernel.processes.values()) {
      if (!this.isNew(process)) continue;
      patches.push(["process", processKey(kernel, process), processRecord(kernel, process)]);
    }
    if (structure) {
      const live = new Set([...kernel.blocks.keys()].map((number) => blockKey(kernel.id, number)));
      for (const key of this.retire("block", live, patches, `${kernel.id}:`)) {
        const dimm = this.dimmOf.get(key);
        if (dimm !== undefined) dimms.add(dimm);
        this.dimmOf.delete(key);
      }
      this.retire(
        "process",
        new Set([...kernel.processes.values()].map((process) => processKey(kernel, process))),
        patches,
        `${kernel.id}!`,
      );
      patches.push(["partition", kernel.id, this.partitionRecord(kernel)]);
    }
    if (structure || zonesChanged) {
      const live = new Set(
        kernel.zones.filter((zone) => zone.populated).map((zone) => `${kernel.id}/${zone.node}/${zone.name}`),
      );
      this.retire("zone", live, patches, `${kernel.id}/`);
      for (const record of nodeRecords(this.engine, kernel)) patches.push(["node", record.key, record]);
    }
  }

  /** Sends the end of what is no longer there, and remembers what is. Returns the keys of what is gone. */
  private retire(
    kind: "block" | "zone" | "process" | "dimm",
    live: ReadonlySet<string>,
    patches: Patch[],
    prefix = "",
  ): string[] {
    const sent = this.sent[kind];
    const gone: string[] = [];
    for (const key of sent) {
      if (!key.startsWith(prefix) || live.has(key)) continue;
      sent.delete(key);
      patches.push([kind, key, null] as Patch);
      gone.push(key);
    }
    for (const key of live) sent.add(key);
    return gone;
  }

  private partitionRecord(kernel: Kernel) {
    const { parameters } = kernel;
    return {
      key: kernel.id,
      name: this.engine.description(kernel.id).name,
      kernel: kernel.profile.version,
      cmdline: kernel.cmdline,
      notSimulated: this.engine.layouts.get(kernel.id)?.notSimulated ?? [],
      blockBytes: kernel.blockPages * PAGE_SIZE,
      nodes: kernel.nodes.map((node) => `${kernel.id}/${node.id}`),
      processes: [...kernel.processes.values()].map((process) => processKey(kernel, process)),
      autoOnline: parameters.autoOnline,
      onlinePolicy: parameters.onlinePolicy,
      ...(kernel.stopped && { stopped: kernel.stopped }),
    };
  }

  private blockRecord(kernel: Kernel, block: MemoryBlock): BlockRecord {
    const kinds = new Array<number>(PAGE_KINDS).fill(0);
    let pinned = 0;
    const first = sectionOf(block.startPfn);
    for (let section = first; section < first + block.pages / PAGES_PER_SECTION; section++) {
      for (let kind = 0; kind < PAGE_KINDS; kind++)
        kinds[kind] = (kinds[kind] as number) + kernel.pages.countIn(section, kind);
      pinned += kernel.pages.pinnedIn(section);
    }
    return {
      key: blockKey(kernel.id, block.number),
      partition: kernel.id,
      number: block.number,
      nodes: block.nodes,
      state: block.state,
      zone: block.zone?.name ?? null,
      validZones: validZones(kernel, block),
      dimm: block.dimm,
      startPfn: block.startPfn,
      pages: block.pages,
      kinds,
      pinned,
      onliner: block.onliner,
      staying: stayingKinds(kernel, block.zone?.type ?? null),
      attempt: block.attempt === null ? null : String(block.attempt),
    };
  }

  private dimmRecord(dimm: Dimm): DimmRecord {
    const inSlot = dimm.slot !== null ? deviceOf(this.engine, dimm) : undefined;
    const blocks: string[] = [];
    if (inSlot) {
      const { kernel } = inSlot;
      for (const block of kernel.blocks.values())
        if (block.dimm === dimm.id) blocks.push(blockKey(kernel.id, block.number));
      blocks.sort((x, y) => Number(x.split(":")[1]) - Number(y.split(":")[1]));
    }
    return {
      key: dimm.id,
      bytes: dimm.size,
      health: dimm.health,
      slot: dimm.slot,
      phase: dimm.phase,
      led: ledOf(dimm),
      destination: dimm.destination,
      blocks,
      attempt: dimm.attempt === null ? null : String(dimm.attempt),
      usedPages: inSlot ? usedPages(inSlot.kernel, dimm) : 0,
      usedPagesAtStart: dimm.usedPagesAtStart,
    };
  }
}

/** Who reads a kernel's pages for some purpose; all is new of a kernel that was not there before. */
function sectionsOf(readers: WeakMap<Kernel, ChangedSections>, kernel: Kernel): ChangedSections {
  const known = readers.get(kernel) ?? new ChangedSections(kernel.pages);
  readers.set(kernel, known);
  return known;
}

/** Blocks with pages that changed since those sections were last read. */
function changedBlocks(kernel: Kernel, sections: ChangedSections): Set<MemoryBlock> {
  const perBlock = kernel.blockPages / PAGES_PER_SECTION;
  const changed = new Set<MemoryBlock>();
  for (const section of sections.read()) {
    const block = kernel.blocks.get(Math.floor(section / perBlock));
    if (block) changed.add(block);
  }
  return changed;
}

function ledOf(dimm: Dimm): Led {
  if (dimm.slot === null) return dimm.health === "ok" ? "off" : "fault";
  if (dimm.phase === "inserting" || dimm.phase === "ejecting") return "blinking";
  return dimm.phase === "inert" ? "fault" : "on";
}

const processKey = (kernel: Kernel, process: Process): string => `${kernel.id}!${process.pid}`;

function zoneRecord(kernel: Kernel, zone: Kernel["zones"][number]): ZoneRecord {
  const freeByOrder: number[] = [];
  for (let order = 0; order <= MAX_ORDER; order++) freeByOrder.push(zone.chunksOfOrder(order));
  const freeByType: number[] = [];
  for (let type = 0; type < MIGRATE_TYPES; type++) freeByType.push(zone.freeOfType(type as never));
  return {
    key: `${kernel.id}/${zone.node}/${zone.name}`,
    partition: kernel.id,
    ...figuresOf(zone),
    freeByOrder,
    freeByType,
  };
}

function* nodeRecords(engine: Engine, kernel: Kernel): Iterable<NodeRecord> {
  const blocksOf = new Map<number, string[]>();
  for (const number of [...kernel.blocks.keys()].sort((x, y) => x - y)) {
    for (const node of kernel.blocks.get(number)?.nodes ?? []) {
      const known = blocksOf.get(node);
      if (known) known.push(blockKey(kernel.id, number));
      else blocksOf.set(node, [blockKey(kernel.id, number)]);
    }
  }
  const described = engine.description(kernel.id).nodes;
  for (const node of kernel.nodes) {
    const slots = [...engine.chassis.slots.values()].filter(
      (slot) => slot.partition === kernel.id && slot.device.pxm === node.id,
    );
    yield {
      key: `${kernel.id}/${node.id}`,
      partition: kernel.id,
      id: node.id,
      cpus: node.cpus,
      online: node.online,
      hasMemory: node.hasMemory,
      slots: slots.map((slot) => slot.key),
      blocks: blocksOf.get(node.id) ?? [],
      zones: node.zones.filter((zone) => zone.populated).map((zone) => `${kernel.id}/${node.id}/${zone.name}`),
      totalBytes: node.managed * PAGE_SIZE,
      freeBytes: node.free * PAGE_SIZE,
      onboardBytes: described[node.id]?.onboard ?? 0,
      distances: kernel.nodes.map((other) => [`${kernel.id}/${other.id}`, kernel.distance(node.id, other.id)] as const),
    };
  }
}

/** Pages looked at to say where a process's memory is: enough for a figure, however large it is. */
const SAMPLE = 512;

function processRecord(kernel: Kernel, process: Process) {
  const byNode = new Map<number, number>();
  let pages = process.merged;
  let weighted = 0;
  for (const mapping of process.mappings) {
    pages += mapping.resident;
    const step = Math.max(1, Math.floor(mapping.length / SAMPLE));
    for (let offset = 0; offset < mapping.length; offset += step) {
      const page = mapping.at(offset);
      if (page < 0 || kernel.pages.kind[page] === PageKind.Free) continue;
      const { node } = kernel.zoneOfIndex(page);
      byNode.set(node, (byNode.get(node) ?? 0) + step);
    }
  }
  let counted = 0;
  for (const [node, count] of byNode) {
    counted += count;
    weighted += (count * kernel.distance(process.node, node)) / 10;
  }
  return {
    key: processKey(kernel, process),
    partition: kernel.id,
    pid: process.pid,
    comm: process.comm,
    load: process.load,
    pages,
    byNode: [...byNode].map(([node, count]) => [node, Math.min(pages, count)] as const),
    meanDistance: counted > 0 ? weighted / counted : 1,
  };
}
