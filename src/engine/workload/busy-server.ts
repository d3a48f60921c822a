/** A server at work: connections come and go, each with memory of its own, files are read, kernel objects come and go. */
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { GFP_HIGHUSER_MOVABLE } from "../memory/allocator.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import type { LoadDescription } from "../time/commands.ts";
import type { Steps } from "../time/task.ts";
import { MIB, PAGE_SIZE } from "../units.ts";
import type { LoadResult } from "./loads.ts";
import { faultIn, ownedBy } from "./processes.ts";
import type { Policy, Process } from "./process.ts";

/** Pages of one connection's buffers, faulted in and given back together. */
const CONNECTION_PAGES = 64;
/** Connections for each page of slab that comes or goes with them. */
const CONNECTIONS_PER_SLAB_PAGE = 4;
const NS_PER_SECOND = 1e9;

/** Fills its working set, then replaces random connections at the given rate until the process ends. */
export function* busyServer(kernel: Kernel, process: Process, load: LoadDescription, policy: Policy, random: () => number): Steps<LoadResult> {
  const connections = Math.max(1, Math.floor(((load.mib ?? 64) * MIB) / PAGE_SIZE / CONNECTION_PAGES));
  const heap = kernel.mappings.add(`${process.comm} connections`, PageKind.Anon, connections * CONNECTION_PAGES);
  process.mappings.push(heap);
  const area = process.attach(heap, 0, heap.pages.length);
  const slab = ownedBy(kernel, process, "slab sock_inode_cache", PageKind.Slab);
  const open = (connection: number): boolean => {
    const first = connection * CONNECTION_PAGES;
    for (let offset = first; offset < first + CONNECTION_PAGES; offset++) {
      if (!faultIn(kernel, area, offset, GFP_HIGHUSER_MOVABLE, policy, PageFlag.Dirty)) return false;
    }
    return connection % CONNECTIONS_PER_SLAB_PAGE !== 0 || kernel.owners.take(slab, 0, policy.node, policy.mask) >= 0;
  };
  for (let connection = 0; connection < connections; connection++) {
    if (!process.alive) return { errno: "EINTR" };
    if (!open(connection)) break;
    yield CONNECTION_PAGES * Cost.fault;
  }
  const bytesPerSecond = Math.max(1, (load.churnMibPerSecond ?? 32) * MIB);
  const pause = Math.round((CONNECTION_PAGES * PAGE_SIZE * NS_PER_SECOND) / bytesPerSecond);
  while (process.alive) {
    yield pause;
    if (!process.alive) break;
    const connection = Math.floor(random() * connections);
    const first = connection * CONNECTION_PAGES;
    for (let offset = first; offset < first + CONNECTION_PAGES; offset++) kernel.mappings.drop(heap, offset);
    if (connection % CONNECTIONS_PER_SLAB_PAGE === 0 && slab.count > 0) kernel.owners.giveDownTo(slab, slab.count - 1);
    open(connection);
  }
  return { errno: "EINTR" };
}
