/** Files of counters: of the whole machine, its zones and their free lists in /proc, and of each node in its folder. */
import type { Kernel } from "../../kernel/kernel.ts";
import { proc } from "../proc-files.ts";
import { kindCounts, memoryInUse, mlockedPages } from "../statistics.ts";
import { type Directory, type Entry, directory, readable } from "../tree.ts";
import { meminfo, nodeMeminfo } from "./meminfo.ts";
import { nodeCounters, numaCounters, vmstat, zoneCounters } from "./vmstat.ts";
import { buddyinfo, pagetypeinfo, zoneinfo } from "./zoneinfo.ts";

const NUMASTAT_NAMES: Readonly<Record<string, string>> = {
  numa_interleave: "interleave_hit",
  numa_local: "local_node",
  numa_other: "other_node",
};

export const counterFiles = (kernel: Kernel): Record<string, Entry> => ({
  meminfo: proc(() => meminfo(kernel)),
  buddyinfo: proc(() => buddyinfo(kernel)),
  pagetypeinfo: proc(() => pagetypeinfo(kernel), 0o400),
  vmstat: proc(() => vmstat(kernel)),
  zoneinfo: proc(() => zoneinfo(kernel)),
});

/** What counts something in the folders of online nodes. */
export function nodeCounterFiles(kernel: Kernel): Directory {
  const online = () => kernel.nodes.filter((node) => node.online);
  return {
    ...directory({}),
    names: () => online().map(({ id }) => `node${id}`),
    entry: (name) => {
      const node = online().find(({ id }) => name === `node${id}`);
      if (!node) return undefined;
      return directory({
        meminfo: readable(() => nodeMeminfo(kernel, node)),
        numastat: readable(() =>
          // The same figures under older names.
          numaCounters(node.zones)
            .map(([name, value]) => `${NUMASTAT_NAMES[name] ?? name} ${value}\n`)
            .join(""),
        ),
        vmstat: readable(() =>
          [
            ...zoneCounters(
              kernel,
              node.zones,
              memoryInUse(kindCounts(kernel, node.id), mlockedPages(kernel, node.id)),
            ),
            ...numaCounters(node.zones),
            ...nodeCounters(kernel, node.id),
          ]
            .map(([name, value]) => `${name} ${value}\n`)
            .join(""),
        ),
      });
    },
  };
}
