/**
 * A server at work: connections come and go, each with memory of its own, files are read and dropped again, kernel
 * objects come and go. What it leaves is what real machines look like: uses mixed page by page, with holes.
 */
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { GFP_HIGHUSER_MOVABLE } from "../memory/allocator.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import type { LoadDescription } from "./load-description.ts";
import { spend, type Steps } from "../chronicle/task.ts";
import { MIB, PAGE_SIZE } from "../units.ts";
import type { LoadResult } from "./loads.ts";
import { type Fault, faultIn, fillCharged, ownedBy } from "./processes.ts";
import type { Policy, Process } from "../holders/process.ts";

/** Pages that one connection uses: so many of its own memory, so many of files that it reads. */
const OWN_PAGES = 20;
const FILE_PAGES = 12;
const CONNECTION_PAGES = OWN_PAGES + FILE_PAGES;
/** Connections for each page of slab that comes or goes with them. */
const CONNECTIONS_PER_SLAB_PAGE = 8;
/** Share of connections that are closed again while the working set is built up: the holes of a machine that has been up for long. */
const IDLE_SHARE = 0.12;
const NS_PER_SECOND = 1e9;

/** A server: first it builds up its working set, then it turns memory over for as long as it lives. */
export interface BusyServer {
  readonly fill: Steps<LoadResult>;
  readonly work: Steps<void>;
}

export function busyServer(
  kernel: Kernel,
  process: Process,
  load: LoadDescription,
  policy: Policy,
  random: () => number,
): BusyServer {
  process.policy = policy;
  const connections = Math.max(1, Math.floor(((load.mib ?? 64) * MIB) / PAGE_SIZE / CONNECTION_PAGES));
  const heap = kernel.mappings.add(`connections:${process.comm}`, PageKind.Anon, connections * OWN_PAGES);
  const files = kernel.mappings.add(`files:${process.comm}`, PageKind.PageCache, connections * FILE_PAGES);
  process.mappings.push(heap);
  const area = process.attach(heap, 0, heap.length);
  const slab = ownedBy(kernel, process, "slab:sock_inode_cache", PageKind.Slab);

  const fault: Fault = { gfp: GFP_HIGHUSER_MOVABLE, policy, flags: PageFlag.Dirty };

  /** Own memory and file pages in the order in which work needs them. */
  const open = (connection: number): boolean => {
    let own = 0;
    let read = 0;
    while (own + read < CONNECTION_PAGES) {
      const wantsOwn = own < OWN_PAGES && (read >= FILE_PAGES || random() < OWN_PAGES / CONNECTION_PAGES);
      if (wantsOwn) {
        if (!faultIn(kernel, area, connection * OWN_PAGES + own++, fault)) return false;
        continue;
      }
      const offset = connection * FILE_PAGES + read++;
      if (files.at(offset) >= 0) continue;
      if (!fillCharged(kernel, process, files, offset, { gfp: GFP_HIGHUSER_MOVABLE, policy, flags: 0 })) return false;
    }
    return connection % CONNECTIONS_PER_SLAB_PAGE !== 0 || kernel.owners.take(slab, 0, process.node, null) >= 0;
  };
  const close = (connection: number): void => {
    for (let i = 0; i < OWN_PAGES; i++) kernel.mappings.drop(heap, connection * OWN_PAGES + i);
    for (let i = 0; i < FILE_PAGES; i++) kernel.mappings.drop(files, connection * FILE_PAGES + i);
    if (connection % CONNECTIONS_PER_SLAB_PAGE === 0 && slab.count > 0) kernel.owners.giveDownTo(slab, slab.count - 1);
  };

  function* fill(): Steps<LoadResult> {
    for (let connection = 0; connection < connections; connection++) {
      if (!process.alive) return { errno: "EINTR" };
      if (!open(connection)) break;
      yield spend(CONNECTION_PAGES * Cost.fault, "handle_mm_fault");
    }
    for (let connection = 0; connection < connections; connection++) {
      if (!process.alive) return { errno: "EINTR" };
      if (random() >= IDLE_SHARE) continue;
      close(connection);
      yield spend(Cost.call, "tcp_close");
    }
    return { errno: null };
  }
  const bytesPerSecond = Math.max(1, (load.churnMibPerSecond ?? 32) * MIB);
  const pause = Math.round((CONNECTION_PAGES * PAGE_SIZE * NS_PER_SECOND) / bytesPerSecond);
  function* work(): Steps<void> {
    while (process.alive) {
      yield spend(pause, "ep_poll");
      if (!process.alive) return;
      close(Math.floor(random() * connections));
      open(Math.floor(random() * connections));
    }
  }
  return { fill: fill(), work: work() };
}
