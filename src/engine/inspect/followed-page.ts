/** One page on its way: which function did what to it, and what its page-table entry says now. */
import type { PageOwner } from "../memory/holding.ts";
import { Cost } from "../kernel/costs.ts";
import { ownerOf } from "../migration/describe.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { PageFlag } from "../memory/kinds.ts";
import { Pte } from "../memory/page-tables.ts";
import { PAGE_SIZE, type Pfn, pfn, simNs, TABLE_ENTRIES } from "../units.ts";
import { HUGE_ORDER } from "../holders/huge-pool.ts";
import { entryOf, type Mapping, vpnOf } from "../holders/mappings.ts";
import type { Followed, Step } from "./migration-state.ts";

/** How things stand after a step, where that is not as before it. */
type After = Partial<Omit<Step, "name" | "at">>;

export class FollowedPage {
  private readonly kernel: Kernel;
  /** Node of the block that is being emptied: distances are counted from it. */
  private readonly from: number;
  private readonly frame: Pfn;
  /** Index while the story goes on; -1 after its end, when the index may be another page's. */
  private index: number;
  private readonly kind: number;
  private readonly order: number;
  private readonly owner: PageOwner;
  private readonly mapping: Mapping | undefined;
  private readonly offset: number;
  private copy: Pfn | null = null;
  private distance: number | null = null;
  private outcome: Followed["outcome"] = "waiting";
  private tries = 0;
  private steps: Step[] = [];

  /** `isolatedAt`, `unmappedAt`: when that happened to it, if it has. */
  constructor(kernel: Kernel, index: number, from: number, isolatedAt: number, unmappedAt: number) {
    const { pages } = kernel;
    this.kernel = kernel;
    this.from = from;
    this.index = index;
    this.frame = pages.pfnOf(index);
    this.kind = pages.kind[index] as number;
    this.order = pages.order[index] === HUGE_ORDER ? HUGE_ORDER : 0;
    this.owner = ownerOf(kernel, this.frame).owner;
    this.mapping = kernel.mappings.get(pages.a[index] as number);
    this.offset = pages.b[index] as number;
    if (!((pages.flags[index] as number) & PageFlag.Isolated)) return;
    this.isolated(isolatedAt);
    if (this.mapping && this.mapper(this.mapping)?.entry === "migration")
      this.step("try_to_migrate", unmappedAt, { entry: "migration" });
  }

  is(page: number): boolean {
    return page === this.index;
  }

  /** Its number. */
  get pfn(): Pfn {
    return this.frame;
  }

  isolated(at: number): void {
    this.steps = [];
    this.outcome = "moving";
    this.step("isolate_lru_page", at, { content: "old", entry: "old", freed: false });
  }

  unmapped(copy: number): void {
    const { kernel } = this;
    this.again();
    this.copy = kernel.pages.pfnOf(copy);
    this.distance = kernel.distance(this.from, kernel.zoneOfIndex(copy).node);
    this.step("try_to_migrate", kernel.now, { entry: "migration" });
  }

  moved(copy: number): void {
    const { kernel } = this;
    this.copy = kernel.pages.pfnOf(copy);
    this.step("migrate_folio", kernel.now, { content: "both" });
    this.step("remove_migration_ptes", kernel.now, { entry: "new" });
    this.step("free_one_page", kernel.now, { content: "new", freed: true });
    this.end("moved");
  }

  freed(): void {
    this.step("free_one_page", this.kernel.now, { freed: true });
    this.end("ended");
  }

  stayed(errno: "EAGAIN" | "ENOMEM"): void {
    const { now } = this.kernel;
    const unmapped = this.steps.at(-1)?.name === "try_to_migrate";
    if (!unmapped) this.again();
    this.copy = null;
    if (errno === "ENOMEM") this.step("migrate_pages", now, { errno });
    else {
      // Pinned from the start: the engine unmaps it, finds the references and maps it again in one step.
      if (!unmapped) this.step("try_to_migrate", now, { entry: "migration" });
      this.step("migrate_folio", now, { errno });
      this.step("remove_migration_ptes", now, { entry: "old" });
    }
  }

  putBack(): void {
    this.step("putback_movable_pages", this.kernel.now, {});
    this.outcome = "stayed";
  }

  /** What is known of it at this instant. */
  state(): Followed {
    const { kernel, mapping, offset } = this;
    const lives = mapping !== undefined && kernel.mappings.get(mapping.id) === mapping;
    const where = lives ? mapping.at(offset) : -1;
    if (where < 0 && this.index >= 0 && this.outcome === "waiting") this.end("ended");
    return {
      pfn: this.frame,
      kind: this.kind,
      order: this.order,
      copy: this.copy,
      distance: this.distance,
      copyNs: this.distance === null ? null : Math.round((Cost.copyPage * this.distance * 2 ** this.order) / 10),
      outcome: this.outcome,
      tries: this.tries,
      steps: [...this.steps],
      mapper: where < 0 ? null : this.mapper(mapping as Mapping),
      owner: this.owner,
    };
  }

  private mapper(mapping: Mapping): Followed["mapper"] {
    const { pages } = this.kernel;
    for (const area of mapping.areas) {
      const entry = entryOf(area, this.offset);
      const { process } = area;
      const { store } = process;
      const page = entry < 0 ? -1 : (store.entries[entry] as number);
      if (page < 0) continue;
      const bits = store.bits[entry] as number;
      return {
        pid: process.pid,
        comm: process.comm,
        address: (vpnOf(area, this.offset) * PAGE_SIZE).toString(16),
        level: bits & Pte.Huge ? "PMD" : "PTE",
        index: entry % TABLE_ENTRIES,
        table: pages.pfnOf(store.pageOf[Math.floor(entry / TABLE_ENTRIES)] as number),
        entry: bits & Pte.Migration ? "migration" : "present",
        leadsTo: pfn(pages.pfnOf(page)),
      };
    }
    return null;
  }

  /** Another try: what the last one did was undone. */
  private again(): void {
    this.tries++;
    this.steps = this.steps.slice(0, 1);
  }

  private step(name: Step["name"], at: number, after: After): void {
    const { content = "old", entry = "old", freed = false } = this.steps.at(-1) ?? {};
    this.steps.push({ name, at: simNs(at), errno: null, content, entry, freed, ...after });
  }

  private end(outcome: Followed["outcome"]): void {
    this.outcome = outcome;
    this.index = -1;
  }
}
