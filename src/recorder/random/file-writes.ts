/** Lines that write to one file of memory hot-plug: what it takes, and what it doesn't. */
import type { Chance } from "./chance.ts";

const MEMORY = "/sys/devices/system/memory";
const PARAMETERS = "/sys/module/memory_hotplug/parameters";
const INJECTOR = "/sys/kernel/debug/notifier-error-inject/memory/actions";
const NODE = "/sys/devices/system/node";
const PAGE = 4096;
const BLOCK = 128 * 2 ** 20;
const PAGES_OF_BLOCK = BLOCK / PAGE;
const ACPI_DEVICES = "/sys/bus/acpi/devices";
/** An eject goes on after the write that asks for it. */
const EJECT_SECONDS = 3;
/** Most slots that have a name of one digit. */
const LAST_SLOT = 7;

export const stateLine = (block: number, word: string): string => `echo ${word} > ${MEMORY}/memory${block}/state`;

export const onlineLine = (block: number, value: 0 | 1): string => `echo ${value} > ${MEMORY}/memory${block}/online`;

/** What the kernel does with memory that is added from now on. */
export const autoOnlineLine = (word: string): string => `echo ${word} > ${MEMORY}/auto_online_blocks`;

export function policyLine(chance: Chance): string {
  return chance.of([
    autoOnlineLine(chance.of(["online", "online_kernel", "online_movable", "offline"])),
    `echo ${chance.of(["contig-zones", "auto-movable"])} > ${PARAMETERS}/online_policy`,
    `echo ${chance.of([0, 50, 100, 301, 500])} > ${PARAMETERS}/auto_movable_ratio`,
    `echo ${chance.of(["Y", "N"])} > ${PARAMETERS}/auto_movable_numa_aware`,
  ]);
}

/** An eject that the kernel's side begins, of one of so many slots, or the switch for all ejects. */
export function firmwareLine(chance: Chance, slots: number): string {
  if (chance.percent(30)) return `echo ${chance.of([0, 1, 1])} > /sys/firmware/acpi/hotplug/memory/enabled`;
  const slot = Math.min(chance.whole(0, Math.max(1, slots)), LAST_SLOT);
  return `echo 1 > ${ACPI_DEVICES}/PNP0C80:0${slot}/eject; sleep ${EJECT_SECONDS}`;
}

/** What is no word, no number, not allowed, or never possible. */
export function badLine(chance: Chance, block: number): string {
  return chance.of([
    stateLine(block, "bogus"),
    stateLine(block, "ONLINE"),
    stateLine(block, '""'),
    stateLine(block, '" online"'),
    `printf online_movable > ${MEMORY}/memory${block}/state`,
    `echo 2 > ${MEMORY}/memory${block}/online`,
    `echo on > ${MEMORY}/memory${block}/online`,
    `echo x > ${MEMORY}/memory${block}/valid_zones`,
    autoOnlineLine("bogus"),
    `echo bogus > ${PARAMETERS}/online_policy`,
    `echo -1 > ${PARAMETERS}/auto_movable_ratio`,
    `echo Y > ${PARAMETERS}/memmap_on_memory`,
    stateLine(0, "offline"),
    stateLine(0, "online"),
    onlineLine(0, 0),
  ]);
}

export const INSERT_INJECTOR = "insmod /mods/notifier-error-inject.ko; insmod /mods/memory-notifier-error-inject.ko";

/** An error that listeners to memory events shall return; 0 is none. */
export function injectLine(chance: Chance): string {
  const error = chance.of([-1, -12, -16, -22, 0, 0, 0]);
  return `echo ${error} > ${INJECTOR}/MEM_GOING_${chance.of(["ONLINE", "OFFLINE"])}/error`;
}

/** Pools of huge pages, of one node or of all. */
export function poolLine(chance: Chance, nodes: number): string {
  const pages = chance.of([0, 8, 16, 40, 64, 100]);
  const pool = `${NODE}/node${chance.whole(0, nodes - 1)}/hugepages/hugepages-2048kB/nr_hugepages`;
  return chance.weighted([
    [6, `echo ${pages} > ${pool}`],
    [2, `echo ${pages} > /proc/sys/vm/nr_hugepages`],
    [1, `echo ${chance.of([0, 20, 60])} > /proc/sys/vm/nr_overcommit_hugepages`],
  ]);
}

/** A page of a block that is said to be broken: softly, its content goes elsewhere; or hard. */
export function poisonLine(chance: Chance, block: number, softly: boolean): string {
  const address = block * BLOCK + chance.whole(0, PAGES_OF_BLOCK - 1) * PAGE;
  return `echo 0x${address.toString(16)} > ${MEMORY}/${softly ? "soft" : "hard"}_offline_page`;
}

export function toolLine(chance: Chance, block: number): string {
  return chance.of([
    `chmem -e -b ${block}`,
    `chmem -d -b ${block}`,
    `chmem -e -z Movable -b ${block}`,
    "lsmem -a -o RANGE,SIZE,STATE,REMOVABLE,BLOCK,NODE,ZONES",
  ]);
}
