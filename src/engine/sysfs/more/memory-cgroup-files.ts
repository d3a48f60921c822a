/**
 * The files of a group's memory (mm/memcontrol.c, memory_files, swap_files): what it is charged with, what it may have, and what
 * came of that. Of memory.stat there are the lines that the machine knows; kernel memory is charged to nobody here.
 */
import { lineOccasion } from "../../chronicle/occasion.ts";
import { spend, type Steps } from "../../chronicle/task.ts";
import {
  CHARGED,
  chargedAs,
  type ChargedKind,
  type GroupEvents,
  type MemoryCgroup,
} from "../../holders/memory-cgroup.ts";
import { memparse } from "../../kernel/boot-layout/memparse.ts";
import { Cost } from "../../kernel/costs.ts";
import { reclaimGroup } from "../../kernel/cgroup-charges.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { since } from "../../kernel/profiles/versions.ts";
import { PAGE_SIZE } from "../../units.ts";
import { outOfMemory } from "../../workload/out-of-memory.ts";
import { DONE, type Entry, failed, type WriteResult, type Writer, writable } from "../tree.ts";

type Limit = "max" | "high" | "low" | "min" | "swapMax";

/** How often a group that was just given less than it has is asked for more (MAX_RECLAIM_RETRIES). */
const TRIES = 16;

/** A file of a group that root may open for writing all the same, and that takes nothing (cgroup_file_write). */
export const unwritable = (read: () => string): Entry => writable(read, () => failed("EINVAL"), 0o444, 0);

export function memoryFiles(kernel: Kernel, group: MemoryCgroup): Readonly<Record<string, () => Entry>> {
  const { version } = kernel.profile;
  const text = (read: () => string) => () => unwritable(() => `${read()}\n`);
  const bytes = (read: () => number) => text(() => String(read() * PAGE_SIZE));
  const limit =
    (name: Limit, then: (by?: Writer) => WriteResult = () => DONE) =>
    () =>
      writable(
        () => `${Number.isFinite(group[name]) ? group[name] * PAGE_SIZE : "max"}\n`,
        (written, by) => {
          const pages = pagesOf(written);
          if (pages === null) return failed("EINVAL");
          group[name] = pages;
          kernel.revision++;
          return then(by);
        },
        0o644,
        0,
      );
  return {
    "memory.current": bytes(() => group.usage),
    "memory.events": text(() => events(kernel, group.events)),
    "memory.events.local": text(() => events(kernel, group.own)),
    "memory.high": limit("high", (by) => lower(kernel, group, "high", by)),
    "memory.low": limit("low"),
    "memory.max": limit("max", (by) => lower(kernel, group, "max", by)),
    "memory.min": limit("min"),
    "memory.numa_stat": text(() => byNode(kernel, group)),
    "memory.oom.group": () =>
      writable(
        () => `${group.killsAll ? 1 : 0}\n`,
        (written) => {
          if (!/^[01]$/.test(written.trim())) return failed("EINVAL");
          group.killsAll = written.trim() === "1";
          return DONE;
        },
        0o644,
        0,
      ),
    ...(since(version, 5, 19) ? { "memory.peak": bytes(() => group.peak) } : {}),
    "memory.stat": text(() => CHARGED.map((kind) => `${kind} ${group.held[kind] * PAGE_SIZE}`).join("\n")),
    "memory.swap.current": bytes(() => group.swapped),
    "memory.swap.events": text(() => `high 0\nmax ${group.swapRefused}\nfail 0`),
    "memory.swap.max": limit("swapMax"),
  };
}

/** Bytes with a unit, as whole pages, or `max` (page_counter_memparse); `null` for what is neither. Nothing at all is 0. */
function pagesOf(written: string): number | null {
  const word = written.trim();
  if (word === "max") return Number.POSITIVE_INFINITY;
  if (word === "") return 0;
  const { value, rest } = memparse(word);
  if (rest !== "") return null;
  const pages = Math.floor(value / PAGE_SIZE);
  return pages >= 2 ** 51 - 1 ? Number.POSITIVE_INFINITY : pages;
}

function events(kernel: Kernel, counts: GroupEvents): string {
  const { version } = kernel.profile;
  return [
    ["low", counts.low],
    ["high", counts.high],
    ["max", counts.max],
    ["oom", counts.oom],
    ["oom_kill", counts.oomKill],
    ...(since(version, 5, 17) ? [["oom_group_kill", counts.oomGroupKill]] : []),
    ...(since(version, 6, 18) ? [["sock_throttled", 0]] : []),
  ]
    .map((line) => line.join(" "))
    .join("\n");
}

/** Bytes on each node with memory, by what they are: `anon N0=… N1=…`. */
function byNode(kernel: Kernel, group: MemoryCgroup): string {
  const nodes = kernel.memoryNodes;
  const counts = new Map<ChargedKind, Map<number, number>>(CHARGED.map((kind) => [kind, new Map()]));
  for (const mapping of kernel.mappings) {
    const kind = chargedAs(mapping.kind);
    const of = kind && counts.get(kind);
    if (!mapping.charges || !of) continue;
    for (let offset = 0; offset < mapping.length; offset++) {
      const page = mapping.at(offset);
      if (page < 0 || !kernel.mappings.cgroups?.at(mapping, offset)?.isWithin(group)) continue;
      const { node } = kernel.zoneOfIndex(page);
      of.set(node, (of.get(node) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([kind, of]) => `${kind} ${nodes.map((node) => `N${node}=${(of.get(node) ?? 0) * PAGE_SIZE}`).join(" ")}`)
    .join("\n");
}

/**
 * A group was given less than it may have: what is too much is taken from it, and above memory.max somebody is killed where
 * nothing can be taken (memory_max_write, memory_high_write).
 */
function lower(kernel: Kernel, group: MemoryCgroup, limit: "max" | "high", by?: Writer): WriteResult {
  if (group.usage <= group[limit]) return DONE;
  const op = kernel.start(lineOccasion(`memory.${limit} of ${group.path}`), () => lowering(kernel, group, limit, by));
  return { errno: null, op };
}

function* lowering(kernel: Kernel, group: MemoryCgroup, limit: "max" | "high", by?: Writer): Steps<null> {
  let tries = TRIES;
  while (group.usage > group[limit]) {
    const freed = reclaimGroup(kernel, group, group.usage - group[limit]);
    yield spend(Math.max(freed, 1) * Cost.freePage, "try_to_free_mem_cgroup_pages");
    if (freed > 0 || tries-- > 0) continue;
    if (limit === "high") break;
    const asker = kernel.processes.get(by?.pid ?? -1) ?? null;
    if (!(yield* outOfMemory(kernel, asker, { mask: null }, "kernel", group))) break;
  }
  return null;
}
