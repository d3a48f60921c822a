/** What groups are charged with: each page and each swap entry of a mapping once, in its group and all above. A part of the audit. */
import { HOLE } from "../holders/mappings.ts";
import { CHARGED, chargedAs, type MemoryCgroup } from "../holders/memory-cgroup.ts";
import type { Kernel } from "./kernel.ts";

export function auditCharges({ mappings, processes }: Kernel, say: (text: string) => void): void {
  const { cgroups } = mappings;
  if (!cgroups) return;
  const counts = new Map<MemoryCgroup, Record<string, number>>();
  const count = (group: MemoryCgroup, what: string): void => {
    for (const each of group.upwards()) {
      const own = counts.get(each) ?? {};
      own[what] = (own[what] ?? 0) + 1;
      counts.set(each, own);
    }
  };
  for (const mapping of mappings) {
    const kind = chargedAs(mapping.kind);
    mapping.charges?.forEach((id, offset) => {
      if (id === 0) return;
      const group = cgroups.get(id);
      const page = mapping.at(offset);
      if (!group || !kind) say(`${mapping.what} has page ${offset} charged to group ${id}, which does not exist`);
      else if (page === HOLE) say(`${mapping.what} has nothing at ${offset}, and ${group.path} is charged with it`);
      else count(group, page < HOLE ? "swap" : kind);
    });
  }
  for (const group of cgroups) {
    const own = counts.get(group) ?? {};
    const held = CHARGED.map((kind) => own[kind] ?? 0);
    CHARGED.forEach((kind, at) => {
      if (group.held[kind] !== held[at])
        say(`${group.path} counts ${group.held[kind]} pages of ${kind}, has ${held[at]}`);
    });
    if (group.usage !== held.reduce((sum, pages) => sum + pages, 0)) say(`${group.path} counts ${group.usage} pages`);
    if (group.swapped !== (own.swap ?? 0)) say(`${group.path} counts ${group.swapped} in swap, has ${own.swap ?? 0}`);
    if (group.gone && group.usage + group.swapped === 0 && ![...cgroups].some(({ parent }) => parent === group))
      say(`${group.path} is gone, empty, and still known`);
  }
  for (const { pid, memoryCgroup } of processes.values())
    if (memoryCgroup && cgroups.get(memoryCgroup.id) !== memoryCgroup)
      say(`process ${pid} is in a group that is not known`);
}
