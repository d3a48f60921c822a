/**
 * What firmware tells the kernel about NUMA: the SRAT (which memory and CPUs belong to which proximity domain) and
 * the SLIT (how far the domains are apart), and what the kernel makes of them: node numbers and distances.
 * Mirrors drivers/acpi/numa/srat.c and arch/x86/mm/srat.c.
 */
import { KIB, MIB } from "../units.ts";
import type { PartitionDescription } from "./description.ts";
import { type AddressRange, addressRange, type FirmwareMap } from "./memory-map.ts";

/** A memory affinity entry. */
export interface SratMemory extends AddressRange {
  readonly pxm: number;
  /** Node number that the kernel gives the domain. */
  readonly node: number;
  /** Flag bit 1: firmware may add or remove memory here while the machine runs. */
  readonly hotpluggable: boolean;
}
/** A processor affinity entry. */
export interface SratCpu {
  readonly pxm: number;
  readonly node: number;
  readonly apicId: number;
}
export interface Srat {
  readonly cpus: readonly SratCpu[];
  readonly memory: readonly SratMemory[];
}

/** Distances between nodes, as the kernel holds them after reading the SLIT. */
export interface Slit {
  /** False when no table is given: the kernel assumes 10 on the diagonal and 20 elsewhere. */
  readonly given: boolean;
  /** False when the given table breaks the rules: the kernel logs `SLIT table looks invalid. Not used.` */
  readonly valid: boolean;
  /** `distances[from][to]` by node number, for all possible nodes. */
  readonly distances: readonly (readonly number[])[];
}

export const LOCAL_DISTANCE = 10;
export const REMOTE_DISTANCE = 20;

/** CPU numbers of a list as sysfs prints it (`0-3,8`); malformed parts are left out. */
export function parseCpuList(list: string): number[] {
  return list.split(",").flatMap((part) => {
    const match = /^(\d+)(?:-(\d+))?$/.exec(part.trim());
    if (!match) return [];
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
  });
}

/**
 * The SRAT in table order: processors by APIC id, then memory by address, the hot-plug window last (its domain is the
 * description's last node, as on QEMU). Node numbers are given to domains as they first appear
 * (acpi_map_pxm_to_node): a domain without CPUs and memory has no entry and so no node.
 */
export function sratOf(partition: PartitionDescription, map: FirmwareMap): Srat {
  const nodeOf = new Map<number, number>();
  const nodeFor = (pxm: number): number => {
    const known = nodeOf.get(pxm);
    if (known !== undefined) return known;
    nodeOf.set(pxm, nodeOf.size);
    return nodeOf.size - 1;
  };
  const cpus = partition.nodes
    .flatMap((node, pxm) => parseCpuList(node.cpus).map((apicId) => ({ pxm, apicId })))
    .sort((a, b) => a.apicId - b.apicId)
    .map((cpu) => ({ ...cpu, node: nodeFor(cpu.pxm) }));

  const marked = new Set(partition.hotpluggable ?? []);
  const memory: SratMemory[] = [];
  const add = (start: number, end: number, pxm: number, hotpluggable: boolean) => {
    if (start < end) memory.push({ ...addressRange(start, end), pxm, node: nodeFor(pxm), hotpluggable });
  };
  for (const piece of map.pieces) {
    const hotpluggable = piece.slot !== null || marked.has(piece.pxm);
    if (piece.start === 0) {
      add(0, Math.min(640 * KIB, piece.end), piece.pxm, hotpluggable);
      add(MIB, piece.end, piece.pxm, hotpluggable);
    } else {
      add(piece.start, piece.end, piece.pxm, hotpluggable);
    }
  }
  if (map.window.size > 0) add(map.window.base, map.window.base + map.window.size, partition.nodes.length - 1, true);
  return { cpus, memory };
}

/** Node number of each proximity domain that has one. */
export function nodesByPxm(srat: Srat): ReadonlyMap<number, number> {
  return new Map([...srat.cpus, ...srat.memory].map((entry) => [entry.pxm, entry.node]));
}

/**
 * Distances by node. A pair given in one direction holds in both unless the other direction is given too; what is
 * missing is 10 on the diagonal and 20 elsewhere. The table is refused when a node is not at 10 from itself or
 * another is at 10 or less (slit_valid).
 */
export function slitOf(partition: PartitionDescription, srat: Srat): Slit {
  const domains = partition.nodes.length;
  const given = (partition.distances?.length ?? 0) > 0;
  const table = Array.from({ length: domains }, (_, from) =>
    Array.from({ length: domains }, (_, to): number => (from === to ? LOCAL_DISTANCE : REMOTE_DISTANCE)),
  );
  const set = (from: number, to: number, distance: number) => {
    const row = table[from];
    if (row && to < domains) row[to] = distance;
  };
  for (const [from, to, distance] of partition.distances ?? []) set(to, from, distance);
  for (const [from, to, distance] of partition.distances ?? []) set(from, to, distance);
  const valid = table.every((row, from) =>
    row.every((distance, to) => (from === to ? distance === LOCAL_DISTANCE : distance > LOCAL_DISTANCE)),
  );

  const nodes = nodesByPxm(srat);
  const distances = Array.from({ length: nodes.size }, (_, from) =>
    Array.from({ length: nodes.size }, (_, to): number => (from === to ? LOCAL_DISTANCE : REMOTE_DISTANCE)),
  );
  if (given && valid) {
    for (const [fromPxm, from] of nodes) {
      for (const [toPxm, to] of nodes) {
        const row = distances[from];
        const distance = table[fromPxm]?.[toPxm];
        if (row && distance !== undefined) row[to] = distance;
      }
    }
  }
  return { given, valid, distances };
}

/** Bytes of the SRAT as QEMU builds it: header, 16 a processor, 40 a memory range, padded with empty entries to two more than nodes. */
export function sratBytes(partition: PartitionDescription, map: FirmwareMap): number {
  const srat = sratOf(partition, map);
  const window = map.window.size > 0 ? 1 : 0;
  const entries = Math.max(srat.memory.length - window, partition.nodes.length + 2) + window;
  return 48 + srat.cpus.length * 16 + entries * 40;
}
