/** How long a page in use stays in use: whether the end of a process frees it, the shrinking of a cache, or nothing. */
import { PageKind, isMovableKind } from "../memory/kinds.ts";
import { NO_PAGE } from "../memory/page-array.ts";
import type { Lifetime } from "../memory/kinds.ts";
import type { Kernel } from "./kernel.ts";

/** Of the page at a pfn; `null` for one that nobody uses. */
export function lifetimeOf(kernel: Kernel, frame: number): Lifetime | null {
  const kind = kernel.pages.kindAt(frame);
  if (kind <= PageKind.Free) return null;
  const index = kernel.pages.indexOf(frame);
  if (index === NO_PAGE) return "kernel";
  const a = kernel.pages.a[index] as number;
  if (isMovableKind(kind)) {
    const mapping = kernel.mappings.get(a);
    if (mapping?.areas.length) return "process";
    return mapping?.kind === PageKind.PageCache ? "cache" : "kernel";
  }
  if (kind < PageKind.Slab || kind > PageKind.KernelPageTable) return "kernel";
  return kernel.owners.get(a)?.lifetime ?? "kernel";
}
