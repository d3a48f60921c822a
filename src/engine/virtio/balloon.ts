/**
 * A balloon: pages that the guest takes for nothing and gives to the hypervisor (drivers/virtio/virtio_balloon.c;
 * mm/balloon_compaction.c). They are marked offline (PageOffline) and not managed while they are in the balloon.
 *
 * With balloon compaction they come from anywhere, Movable included, and move out of the way of an offline: the page that
 * is left is deflated, another inflated. Without it they are like any kernel page, but nobody notices before the end:
 * isolation lets offline pages pass, and the scan finds that they are still referenced.
 */
import type { ErrnoName } from "../chronicle/outcome.ts";
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { GFP_HIGHUSER_MOVABLE, GFP_KERNEL, type Gfp } from "../memory/allocator.ts";
import { PageFlag, PageKind } from "../memory/kinds.ts";
import { spend, type Steps } from "../chronicle/task.ts";
import type { Policy, Process } from "../holders/process.ts";

/** Pages taken and told to the hypervisor together (VIRTIO_BALLOON_ARRAY_PFNS_MAX). */
const ARRAY_PAGES = 256;
/** A balloon never makes others give up memory for it (__GFP_NORETRY). */
const MOVABLE: Gfp = { ...GFP_HIGHUSER_MOVABLE, noReclaim: true };
const FIXED: Gfp = { ...GFP_KERNEL, noReclaim: true };

/** Inflates to this many pages, or to as many as can be had without pressing others. Deflates when its process ends. */
export function* inflateBalloon(
  kernel: Kernel,
  process: Process,
  pages: number,
  policy: Policy,
  compaction: boolean,
): Steps<{ readonly errno: ErrnoName | null }> {
  const balloon = kernel.mappings.add("balloon", PageKind.Offline, pages);
  process.mappings.push(balloon);
  const gfp = compaction ? MOVABLE : FIXED;
  const flags = compaction ? 0 : PageFlag.Pinned;
  for (let offset = 0; offset < pages; offset++) {
    if (!process.alive) return { errno: "EINTR" };
    const page = kernel.mappings.fill(balloon, offset, gfp, policy, flags);
    if (page < 0) break;
    if (offset % ARRAY_PAGES === ARRAY_PAGES - 1) yield spend(ARRAY_PAGES * Cost.kernelPage, "balloon_page_alloc");
  }
  return { errno: null };
}
