/**
 * From the firmware's memory map to memory by node: the kernel's own changes to the e820 map, the page frames that
 * are RAM, and which node each belongs to. Mirrors arch/x86/kernel/e820.c, arch/x86/mm/numa.c and mm/memblock.c.
 */
import { type AddressRange, addressRange, type FirmwareMap } from "../../hardware/memory-map.ts";
import { nodesByPxm, type Srat } from "../../hardware/numa-tables.ts";
import { MIB, PAGE_SIZE, type Pfn, pfn } from "../../units.ts";
import type { KernelCmdline } from "./cmdline.ts";
import { userMap } from "./user-map.ts";
import { clip, normalise, type PfnRange, pfnRange } from "./ranges.ts";

export interface NodeMemory {
  readonly id: number;
  /** Proximity domains that became this node (one, or none when NUMA is off). */
  readonly pxms: readonly number[];
  /** APIC ids of its CPUs, as far as the kernel knows of them. */
  readonly cpus: readonly number[];
  /** Page frames that are RAM, sorted. */
  readonly ranges: readonly PfnRange[];
  /** The part of `ranges` that the SRAT marks hot-pluggable. */
  readonly hotpluggable: readonly PfnRange[];
}

export interface BootMemory {
  /** RAM to the byte, as the kernel's e820 table has it. */
  readonly ram: readonly AddressRange[];
  /** One past the last page frame of RAM. */
  readonly maxPfn: Pfn;
  /** All possible nodes, by number. */
  readonly nodes: readonly NodeMemory[];
  /** False with `numa=off` or without a SRAT: one node holds everything. */
  readonly numa: boolean;
}

/** RAM of the kernel's e820 table, as the command line leaves it, without page 0 and the legacy hole. */
export function kernelRam(map: FirmwareMap, cmdline: KernelCmdline): AddressRange[] {
  const keep = (from: number, to: number): AddressRange[] => (from < to ? [addressRange(from, to)] : []);
  return userMap(map.e820, cmdline.map)
    .filter((entry) => entry.type === "usable")
    .flatMap(({ start, end }) => [
      ...keep(Math.max(start, PAGE_SIZE), Math.min(end, 0xa0000)),
      ...keep(Math.max(start, MIB), end),
    ]);
}

/** Splits RAM by node as numa_init does. */
export function bootMemory(map: FirmwareMap, srat: Srat, cmdline: KernelCmdline): BootMemory {
  const ram = kernelRam(map, cmdline);
  const pages = normalise(
    ram.map((range) => pfnRange(Math.ceil(range.start / PAGE_SIZE), Math.floor(range.end / PAGE_SIZE))),
  );
  const maxPfn = pfn(pages.at(-1)?.end ?? 0);
  const known = srat.cpus.filter(({ apicId }) => apicId < cmdline.cpus.known);
  if (cmdline.numaOff || cmdline.noSrat || srat.memory.length === 0) {
    const cpus = known.map((cpu) => cpu.apicId);
    return { ram, maxPfn, numa: false, nodes: [{ id: 0, pxms: [], cpus, ranges: pages, hotpluggable: [] }] };
  }
  const domains = [...nodesByPxm(srat)];
  const ids = [...new Set(domains.map(([, node]) => node))].sort((a, b) => a - b);
  const nodes = ids.map((id): NodeMemory => {
    const entries = srat.memory.filter((entry) => entry.node === id);
    const within = (wanted: typeof entries) =>
      normalise(
        wanted.flatMap((entry) => clip(pages, Math.floor(entry.start / PAGE_SIZE), Math.ceil(entry.end / PAGE_SIZE))),
      );
    return {
      id,
      pxms: domains.filter(([, node]) => node === id).map(([pxm]) => pxm),
      cpus: known.filter((cpu) => cpu.node === id).map((cpu) => cpu.apicId),
      ranges: within(entries),
      hotpluggable: within(entries.filter((entry) => entry.hotpluggable)),
    };
  });
  return { ram, maxPfn, numa: true, nodes };
}
