/**
 * Loads: processes that take memory of a kind, over simulated time. The fixed ones mirror what the recorded kernels
 * were given (the `mem` program of the recordings); the busy server turns memory over until it is ended.
 */
import type { Holding } from "../memory/holding.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { GFP_HIGHUSER_MOVABLE, GFP_RECLAIMABLE, GFP_USER_MOVABLE } from "../memory/allocator.ts";
import { MigrateType, PageFlag, PageKind, ZoneType } from "../memory/kinds.ts";
import { Pte } from "../memory/page-tables.ts";
import { isOnList, isolatePage, migratePages, putBack } from "../migration/migrate.ts";
import type { LoadDescription } from "./load-description.ts";
import { call, spend, type Steps } from "../chronicle/task.ts";
import { Slices } from "../chronicle/slices.ts";
import { MIB, PAGE_SIZE, PAGEBLOCK_ORDER } from "../units.ts";
import { inflateBalloon } from "../virtio/balloon.ts";
import { GIGANTIC_ORDER, GIGANTIC_PAGES } from "../holders/gigantic-pool.ts";
import { HUGE_ORDER, HUGE_PAGES } from "../holders/huge-pool.ts";
import { type Area, HOLE, vpnOf } from "../holders/mappings.ts";
import { outOfMemory } from "./out-of-memory.ts";
import { forKernelZones, forObjects } from "./policy.ts";
import { type Fault, faultIn, fillCharged, ownedBy, whileHeld } from "./processes.ts";
import type { Policy, Process } from "../holders/process.ts";

/** Pages handled between two looks at the clock. */
const STRIDE = 64;
/** A pipe of 16 buffers of one page, and the kernel objects around it: pages of slab for each hundred pipes. */
const PIPE_BUFFERS = 16;
const SLAB_PAGES_PER_100_PIPES = 67;
/** Two descriptors a pipe, 1,024 a process, three taken. */
const MOST_PIPES = 510;
/** What a process that filled pipes leaves behind in the many caches that it used: their allocator keeps empty pages of each. */
const LEFT_IN_CACHES = 0.65;
const HOLDER_STACK_PAGES = 4;
/** However many pipes there were, once or again. */
const MOST_LEFT_IN_CACHES = 120;

/** Every load but the busy server, which never holds all that it wants. */
export type FixedLoad = Omit<LoadDescription, "kind"> & { readonly kind: Exclude<LoadDescription["kind"], "server"> };

export type LoadResult = { readonly errno: ErrnoName | null };

/** Memory policy of a load, as mbind or set_mempolicy would set it, within the process's cpuset as that is at the time. */
export function policyOf(process: Process, load: Pick<LoadDescription, "node" | "policy">): Policy {
  const { mode, node, mask } = ownPolicy(process, load);
  return {
    mode,
    node,
    get mask() {
      return process.cpuset ? process.cpuset.cut(mask) : mask;
    },
  };
}

function ownPolicy(process: Process, load: Pick<LoadDescription, "node" | "policy">): Policy {
  const node = load.node ?? -1;
  if (node < 0 || load.policy === "default") return { mode: "default", node: process.node, mask: null };
  if (load.policy === "preferred") return { mode: "preferred", node, mask: null };
  return { mode: "bind", node, mask: new Set([node]) };
}

/** Errno that a load would end with before it begins: a node that does not exist or has no memory. */
export function refusal(kernel: Kernel, load: LoadDescription): ErrnoName | null {
  const node = load.node ?? -1;
  if (node < 0) return null;
  if (!kernel.nodes[node]?.hasMemory) return "EINVAL";
  // mbind can't cut an area within a huge page (hugetlb_vm_op_split): the length is rounded up by mmap, and by nobody else.
  if (load.kind === "huge" && load.policy !== "default" && ((load.mib ?? 0) * MIB) % (hugeUnit(kernel) * PAGE_SIZE) > 0)
    return "EINVAL";
  return null;
}

/** Runs a load's process to the point where it holds what it wants. */
export function* runLoad(kernel: Kernel, process: Process, load: FixedLoad): Steps<LoadResult> {
  const policy = policyOf(process, load);
  process.policy = policy;
  const forKernel = forKernelZones(kernel, process, policy);
  const pages = Math.floor(((load.mib ?? 0) * MIB) / PAGE_SIZE);
  switch (load.kind) {
    case "anon":
    case "mlock":
    case "mlockall":
    case "ksm": {
      if (load.kind === "mlockall") lockWhatIsThere(kernel, process);
      const where = map(kernel, process, {
        what: heapOf(load),
        kind: PageKind.Anon,
        pages,
        locked: load.kind.startsWith("mlock"),
      });
      if (load.kind === "ksm") {
        where.merged = { into: new Int32Array(pages).fill(HOLE), count: 0 };
        kernel.ksm?.add(where);
      }
      return yield* touch(kernel, where, policy);
    }
    case "shm":
      return yield* touch(kernel, map(kernel, process, { what: "shared-memory", kind: PageKind.Shmem, pages }), policy);
    case "pin":
    case "longterm":
    case "io_uring":
    case "vfio":
      return yield* pin(kernel, process, pages, policy, REGISTERED[load.kind]);
    case "cache":
      return yield* readFiles(kernel, process, pages, policy);
    case "pipes":
      // Its buffers may lie on none of the nodes that it is confined to.
      if (process.cpuset?.movableOnly) return { errno: "ENOMEM" };
      return yield* fillPipes(kernel, process, load.count ?? 0, forKernel);
    case "slab":
      forkHolder(kernel, process, forKernel);
      return yield* fillCache(
        kernel,
        process,
        `slab:${load.cache ?? "dentry"}`,
        pages || slabPages(load.count ?? 0),
        forObjects(kernel, process, forKernel),
      );
    case "vmalloc":
      return yield* takeVmalloc(kernel, process, pages, forKernel);
    case "balloon":
      return yield* inflateBalloon(
        kernel,
        process,
        pages,
        (load.compaction ?? true) ? policy : forKernel,
        load.compaction ?? true,
      );
    case "thp":
      return yield* touchTransparent(
        kernel,
        map(kernel, process, { what: heapOf(load), kind: PageKind.Anon, pages }),
        policy,
      );
    case "huge":
      return yield* touchHuge(kernel, process, Math.ceil(pages / hugeUnit(kernel)), policy);
  }
}

/** What memory is called that is registered with a device or a ring; pipes have no such thing. */
const REGISTERED = {
  pin: null,
  longterm: "registered-buffers",
  io_uring: "io_uring-buffers",
  vfio: "guest-memory",
} as const;

/** What its own memory is called. */
const heapOf = ({ comm }: FixedLoad): Holding => (comm ? `area:${comm}` : "heap");

/** What a process maps. */
interface NewArea {
  readonly what: Holding;
  readonly kind: PageKind;
  readonly pages: number;
  readonly locked?: boolean;
}

/** Pages of slab that hold this many objects of 192 bytes. */
const slabPages = (objects: number): number => Math.ceil(objects / 21);

/** Maps so many pages (mmap, with MAP_LOCKED where `locked`). */
function map(kernel: Kernel, process: Process, { what, kind, pages, locked = false }: NewArea): Area {
  const mapping = kernel.mappings.add(what, kind, pages);
  process.mappings.push(mapping);
  return process.attach(mapping, 0, pages, locked);
}

/** mlockall(MCL_CURRENT): what the process brought with it is locked, too (mm/mlock.c, apply_mlockall_flags). */
function lockWhatIsThere(kernel: Kernel, process: Process): void {
  for (const where of process.areas) {
    where.locked = true;
    for (const page of where.mapping.present()) kernel.pages.setFlags(page, PageFlag.Mlocked, 0);
  }
}

/** Touches every page of an area once. */
function* touch(kernel: Kernel, where: Area, policy: Policy): Steps<LoadResult> {
  const flags = PageFlag.Dirty | (where.locked ? PageFlag.Mlocked : 0);
  const fault: Fault = { gfp: GFP_HIGHUSER_MOVABLE, policy, flags };
  for (let offset = 0; offset < where.pages; offset++) {
    if (!where.process.alive) return { errno: "EINTR" };
    if (!faultIn(kernel, where, offset, fault)) {
      if (!(yield* outOfMemory(kernel, where.process, policy, "user"))) return { errno: "ENOMEM" };
      offset--;
      continue;
    }
    if (offset % STRIDE === STRIDE - 1) {
      yield spend(STRIDE * Cost.fault, "handle_mm_fault");
      yield* waitAboveHigh(kernel, where.process);
    }
  }
  return { errno: null };
}

/** Who was charged a batch of pages waits on its way back to user space as long as its group has more than it should. */
function* waitAboveHigh(kernel: Kernel, { memoryCgroup }: Process): Steps<void> {
  const ns = memoryCgroup ? (kernel.mappings.cgroups?.waitsAboveHigh(memoryCgroup, STRIDE) ?? 0) : 0;
  if (ns > 0) yield spend(ns, "mem_cgroup_handle_over_high");
}

/** Touches an area that asked for transparent huge pages: by 2 MiB where a chunk can be had, else by single pages. */
function* touchTransparent(kernel: Kernel, where: Area, policy: Policy): Steps<LoadResult> {
  const { process, mapping } = where;
  const fault: Fault = { gfp: GFP_HIGHUSER_MOVABLE, policy, flags: PageFlag.Dirty };
  for (let offset = 0; offset < where.pages; ) {
    if (!process.alive) return { errno: "EINTR" };
    const group = process.memoryCgroup;
    // Of a huge page nothing is reclaimed for its charge.
    const fits = offset + HUGE_PAGES <= where.pages && !group?.fullFor(HUGE_PAGES);
    const whole = fits && process.tables.deposit(process.near, null);
    const page = whole
      ? kernel.mappings.fillTransparent(mapping, offset, GFP_HIGHUSER_MOVABLE, policy, PageFlag.Dirty)
      : -1;
    if (page >= 0) {
      const bits = Pte.Present | Pte.Writable | Pte.Dirty | Pte.Young;
      const enter = () => process.tables.mapHuge(vpnOf(where, offset), page, bits, process.near, null);
      if (group) kernel.mappings.cgroups?.charge(mapping, offset, HUGE_PAGES, group);
      if (!whileHeld(kernel, page, enter)) return { errno: "ENOMEM" };
      offset += HUGE_PAGES;
      yield spend(HUGE_PAGES * Cost.zeroPage + Cost.fault, "handle_mm_fault", "do_huge_pmd_anonymous_page");
      continue;
    }
    if (whole) process.tables.withdraw();
    const end = Math.min(where.pages, offset + HUGE_PAGES);
    for (; offset < end; offset++)
      while (!faultIn(kernel, where, offset, fault))
        if (!(yield* outOfMemory(kernel, process, policy, "user"))) return { errno: "ENOMEM" };
    yield spend(HUGE_PAGES * Cost.fault, "handle_mm_fault");
    yield* waitAboveHigh(kernel, process);
  }
  return { errno: null };
}

/** Pages of 4 KiB of a huge page of the default size, which a mapping is of that names no size. */
export const hugeUnit = (kernel: Kernel): number => (kernel.gigantic.isDefault ? GIGANTIC_PAGES : HUGE_PAGES);

/** A mapping of huge pages of the pool: promised when it is made (mmap fails when the pool is too small), taken when touched. */
function* touchHuge(kernel: Kernel, process: Process, count: number, policy: Policy): Steps<LoadResult> {
  const unit = hugeUnit(kernel);
  const gigantic = unit === GIGANTIC_PAGES;
  const pool = gigantic ? kernel.gigantic : kernel.hugePages;
  if (!pool.promise(count, process.node)) return { errno: "ENOMEM" };
  const mapping = kernel.mappings.add("huge-pages", PageKind.Hugetlb, count, gigantic ? GIGANTIC_ORDER : HUGE_ORDER);
  process.mappings.push(mapping);
  const where = process.attach(mapping, 0, count);
  for (let offset = 0; offset < count; offset++) {
    const page = process.alive ? pool.takePromised(policy.node, policy.mask) : -1;
    if (page < 0) {
      // No page can be had where the policy wants it: the process gets a bus error, and its promises lapse.
      pool.release(count - offset);
      return { errno: process.alive ? "EFAULT" : "EINTR" };
    }
    kernel.mappings.fillHuge(where.mapping, offset, page);
    const bits = Pte.Present | Pte.Writable | Pte.Young;
    const { tables } = process;
    const map = gigantic ? tables.mapGigantic.bind(tables) : tables.mapHuge.bind(tables);
    if (!map(vpnOf(where, offset), page, bits, process.node, null)) {
      pool.release(count - offset - 1);
      return { errno: "ENOMEM" };
    }
    yield spend(unit * Cost.zeroPage + Cost.fault, "handle_mm_fault", "hugetlb_fault");
  }
  return { errno: null };
}

/**
 * Pages with extra references. Pipes hold them where they are (`registered` is `null`); a long-term pin of what is registered
 * with a device or a ring (FOLL_LONGTERM) first moves what is in
 * ZONE_MOVABLE or a contiguous area elsewhere (mm/gup.c, check_and_migrate_movable_pages).
 */
function* pin(
  kernel: Kernel,
  process: Process,
  pages: number,
  policy: Policy,
  registered: Holding | null,
): Steps<LoadResult> {
  const longTerm = registered !== null;
  const where = map(kernel, process, { what: registered ?? "spliced-buffers", kind: PageKind.Anon, pages });
  const touched = yield* touch(kernel, where, policy);
  if (touched.errno !== null) return touched;
  // It may have been ended as it touched the last page.
  if (!process.alive) return { errno: "EINTR" };
  const leaves = longTerm && kernel.profile.pinsLeaveMovable;
  if (leaves) {
    const errno = yield* call("pin_user_pages_fast", leaveMovable(kernel, process, where, policy));
    if (errno !== null) return { errno };
  } else if (!longTerm) {
    const pipes = ownedBy(kernel, process, "slab:pipe_inode_info", PageKind.Slab);
    kernel.owners.takePages(pipes, Math.ceil(pages / 256), process.node, null);
  }
  const slices = new Slices(kernel.slicePages, Cost.scanPage);
  const swapIn: Fault = { gfp: GFP_USER_MOVABLE, policy, flags: PageFlag.Dirty };
  for (let offset = 0; offset < where.pages; offset++) {
    // An offline may have moved it back while others were pinned.
    while (leaves && mustLeave(kernel, where.mapping.at(offset))) {
      const errno = yield* call("pin_user_pages_fast", leaveMovable(kernel, process, where, policy));
      if (errno !== null) return { errno };
    }
    // It may have been swapped out since it was touched: a pin brings it back.
    while (where.mapping.at(offset) < HOLE)
      if (!faultIn(kernel, where, offset, swapIn))
        if (!(yield* outOfMemory(kernel, process, policy, "user"))) return { errno: "ENOMEM" };
    const page = where.mapping.at(offset);
    if (page >= 0) kernel.pages.setFlags(page, PageFlag.Pinned, 0);
    if (page >= 0 && longTerm) kernel.vmstat.pins++;
    if (!slices.full(1 / 4)) continue;
    yield spend(slices.cost, longTerm ? "pin_user_pages_fast" : "vmsplice_to_pipe");
    if (!process.alive) return { errno: "EINTR" };
  }
  return { errno: null };
}

/** Whether a page may not be pinned for long where it is. */
function mustLeave(kernel: Kernel, page: number): boolean {
  if (page < 0) return false;
  const type = kernel.pages.pageblockType[page >> PAGEBLOCK_ORDER];
  return kernel.zoneOfIndex(page).type === ZoneType.Movable || type === MigrateType.Cma;
}

/** How often pages that somebody else has isolated are looked at again, and the pause between. */
const PIN_TRIES = 1_000;
const PIN_PAUSE_NS = 100_000;

/**
 * Moves an area's pages out of ZONE_MOVABLE and CMA pageblocks, as often as needed: pages that an offline has isolated
 * are waited for (__gup_longterm_locked). Returns the errno or null.
 */
function* leaveMovable(kernel: Kernel, process: Process, where: Area, policy: Policy): Steps<ErrnoName | null> {
  const slices = new Slices(kernel.slicePages, Cost.scanPage);
  for (let tries = 0; tries < PIN_TRIES; tries++) {
    let wanted = 0;
    const list: number[] = [];
    for (let offset = 0; offset < where.pages && process.alive; offset++) {
      const page = where.mapping.at(offset);
      const leaves = mustLeave(kernel, page);
      if (leaves) wanted++;
      if (leaves && isOnList(kernel, page)) {
        isolatePage(kernel, page);
        list.push(page);
      }
      if (slices.full(leaves ? 1 : 1 / 8)) yield spend(slices.cost, "check_and_migrate_movable_pages");
    }
    if (!process.alive) {
      putBack(kernel, list);
      return "EINTR";
    }
    if (wanted === 0) return null;
    const gfp = { ...GFP_USER_MOVABLE, staysForLong: true };
    const mask = process.cpuset?.cut(null) ?? null;
    const moving = migratePages(kernel, list, { node: policy.node, mask, gfp }, () => {});
    const report = yield* call("check_and_migrate_movable_pages", call("migrate_pages", moving));
    putBack(kernel, report.left);
    // All were pinned to be looked at, and let go of again.
    kernel.vmstat.pins += where.pages;
    // No memory but Movable is left: as for any other request, somebody is killed for it.
    const starved = report.result === -12 && !process.cpuset?.movableOnly;
    if (report.left.length > 0 && !(starved && (yield* outOfMemory(kernel, process, { mask: null }, "pin"))))
      return "ENOMEM";
    if (list.length < wanted) yield spend(PIN_PAUSE_NS, "check_and_migrate_movable_pages");
  }
  return "EBUSY";
}

/** Reads a file once: its pages stay in the page cache, and outlive the process. */
function* readFiles(kernel: Kernel, process: Process, pages: number, policy: Policy): Steps<LoadResult> {
  const file = kernel.mappings.add(`files:${process.comm}`, PageKind.PageCache, pages);
  for (let offset = 0; offset < pages; offset++) {
    if (!process.alive) return { errno: "EINTR" };
    if (!fillCharged(kernel, process, file, offset, { gfp: GFP_HIGHUSER_MOVABLE, policy, flags: 0 })) {
      if (!process.memoryCgroup?.fullFor(1)) return { errno: "ENOMEM" };
      if (!(yield* outOfMemory(kernel, process, policy, "user"))) return { errno: "ENOMEM" };
      offset--;
      continue;
    }
    if (offset % STRIDE === STRIDE - 1) yield spend(STRIDE * Cost.fault, "filemap_read");
  }
  return { errno: null };
}

/** Who sets a policy for its own kernel memory then forks the one that holds it: the stack of that lies where the policy says. */
function forkHolder(kernel: Kernel, process: Process, policy: Policy): void {
  const stack = ownedBy(kernel, process, "kernel-stack", PageKind.KernelStack);
  kernel.owners.takePages(stack, HOLDER_STACK_PAGES, policy.node, policy.mask);
}

/** Pipes full of data: kernel memory from where the process's policy says. Some of it stays in caches afterwards. */
function* fillPipes(kernel: Kernel, process: Process, wanted: number, policy: Policy): Steps<LoadResult> {
  const count = Math.min(wanted, MOST_PIPES);
  const slab = Math.ceil((count * SLAB_PAGES_PER_100_PIPES) / 100);
  forkHolder(kernel, process, policy);
  const from = forObjects(kernel, process, policy);
  const caches = kernel.slabs.keptEmpty("slab:pipe_inode_info", from.node);
  const kept = Math.max(0, Math.min(MOST_LEFT_IN_CACHES, Math.ceil(slab * LEFT_IN_CACHES)) - caches.count);
  const own = slab - kept;
  const objects = ownedBy(kernel, process, "slab:pipe_inode_info", PageKind.Slab);
  const buffers = ownedBy(kernel, process, "pipe-buffers", PageKind.KernelBuffer);
  for (const [owner, pages] of [
    [caches, kept],
    [objects, own],
  ] as const)
    for (let left = pages; left > 0; ) {
      left -= kernel.owners.takePages(owner, left, from.node, from.mask);
      if (left > 0 && !(yield* outOfMemory(kernel, process, from, "kernel"))) return { errno: "ENOMEM" };
    }
  for (let i = 0; i < count * PIPE_BUFFERS; i++) {
    if (!process.alive) return { errno: "EINTR" };
    while (kernel.owners.take(buffers, 0, policy.node, policy.mask) < 0)
      if (!(yield* outOfMemory(kernel, process, policy, "pipe"))) return { errno: "ENOMEM" };
    if (i % STRIDE === STRIDE - 1) yield spend(STRIDE * Cost.kernelPage, "pipe_write");
  }
  return { errno: null };
}

/** Fills a cache of the kernel's with objects that nobody needs for long: walks a file system. They outlive the process. */
function* fillCache(kernel: Kernel, process: Process, what: Holding, pages: number, policy: Policy): Steps<LoadResult> {
  const owner = ownedBy(kernel, process, what, PageKind.SlabReclaimable, {
    gfp: GFP_RECLAIMABLE,
    lifetime: "cache",
  });
  for (let i = 0; i < pages; i++) {
    if (!process.alive) return { errno: "EINTR" };
    while (!kernel.slabs.take(owner, i, pages, policy.node, policy.mask))
      if (!(yield* outOfMemory(kernel, process, policy, "kernel"))) return { errno: "ENOMEM" };
    if (i % STRIDE === STRIDE - 1) yield spend(STRIDE * Cost.kernelPage, "kmem_cache_alloc");
  }
  return { errno: null };
}

/** Maps pages into the kernel's own space for a process, until it ends. */
function* takeVmalloc(kernel: Kernel, process: Process, pages: number, policy: Policy): Steps<LoadResult> {
  const owner = ownedBy(kernel, process, "vmalloc", PageKind.Vmalloc);
  for (let i = 0; i < pages; i++) {
    if (!process.alive) return { errno: "EINTR" };
    while (kernel.owners.take(owner, 0, policy.node, policy.mask) < 0)
      if (!(yield* outOfMemory(kernel, process, policy, "kernel"))) return { errno: "ENOMEM" };
    if (i % STRIDE === STRIDE - 1) yield spend(STRIDE * Cost.kernelPage, "vmalloc");
  }
  return { errno: null };
}
