/** Merged pages: each is shown by those who say that they share it, and by somebody. A part of ./audit.ts. */
import { entryOf, HOLE, Mappings } from "../holders/mappings.ts";
import { PageKind } from "../memory/kinds.ts";
import type { Kernel } from "./kernel.ts";

export function auditKsm(kernel: Kernel, say: (text: string) => void): void {
  const { mappings, pages, tables } = kernel;
  let sharers = 0;
  for (const mapping of mappings) {
    if (mapping.kind !== PageKind.Ksm) continue;
    for (const page of mapping.present()) {
      const mapped = Mappings.mapCount(mappings, pages, page);
      if (mapped === 0) say(`nobody shows the merged page at pfn ${pages.pfnOf(page)}`);
      if (mapped > (kernel.ksm?.mostSharers ?? 0)) say(`${mapped} share the merged page at pfn ${pages.pfnOf(page)}`);
      sharers += mapped;
    }
    for (const area of mapping.areas)
      for (let offset = 0; offset < area.pages; offset++) {
        if (area.merged?.into[offset] !== mapping.id) continue;
        const entry = entryOf(area, offset);
        if (entry < 0 || tables.entries[entry] !== mapping.at(offset))
          say(`${area.process.comm} does not lead to its merged page ${offset}`);
      }
  }
  let shown = 0;
  for (const { areas } of kernel.processes.values())
    for (const { merged, mapping } of areas) {
      if (!merged) continue;
      let count = 0;
      for (const [offset, id] of merged.into.entries()) {
        if (id === HOLE) continue;
        count++;
        if (mapping.at(offset) >= 0) say(`page ${offset} of ${mapping.what} is merged and its own`);
      }
      if (count !== merged.count) say(`${mapping.what} counts ${merged.count} merged pages, has ${count}`);
      shown += count;
    }
  if (shown !== sharers) say(`${sharers} entries lead to merged pages, processes show ${shown}`);
}
