/**
 * What a view looks into beyond records and page maps: page tables, free lists, what runs, what is being migrated, all of memory.
 * Its code is fetched with the first look; then a frame brings what is looked at whenever that has changed, of the same instant as the frame's
 * records.
 */
import type { MigrationWatcher } from "../engine/inspect/index.ts";
import type { Kernel } from "../engine/kernel/kernel.ts";
import { PAGE_SIZE } from "../engine/units.ts";
import type { Engine } from "../engine/time/engine.ts";
import type { Look, Looked } from "../protocol/messages.ts";

type MigrationLook = Extract<Look, { of: "migration" }>;
type Inspect = typeof import("../engine/inspect/index.ts");
type Scale = InstanceType<typeof import("../engine/inspect/scale/index.ts").Scale>;

export class Looks {
  readonly #engine: Engine;
  #inspect: Inspect | null = null;
  #fetching = false;
  /** What the page has been sent, in short. */
  #sent: string | null = null;
  #scale: Scale | null = null;
  #scaleToCome: Promise<Scale> | null = null;
  /** Of partitions where migrations were looked at. */
  readonly #watchers = new Map<string, MigrationWatcher>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Another thing is looked at, or the same by somebody who has not seen it. */
  begin(): void {
    this.#sent = null;
  }

  /** What is looked at, when it is not what was sent last. */
  take(look: Look | null): Looked | null {
    for (const [partition, watcher] of this.#watchers)
      if (look?.of !== "migration" || look.partition !== partition) watcher.rest();
    if (!look) return null;
    if (look.of === "scale") return this.#all(look);
    if (!this.#inspect) {
      this.#fetch();
      return null;
    }
    const kernel = this.#engine.kernels.get(look.partition);
    if (!kernel) return null;
    if (look.of === "process") {
      const tables = this.#inspect.processTables(kernel, look.pid) ?? null;
      const entries = look.table === null ? null : (this.#inspect.tableEntries(kernel, look.pid, look.table) ?? null);
      const digest = [tables?.columns, entries?.frames, entries?.bits].map((values) => (values ? sumOf(values) : 0));
      const inShort = JSON.stringify([look, { ...tables, columns: null }, digest]);
      return this.#isNew(inShort) ? { ...look, tables, entries } : null;
    }
    if (look.of === "zones") {
      const zones = this.#inspect.zoneLists(kernel, look.node);
      const placement = this.#inspect.placementOf(kernel, look.ask) ?? null;
      return this.#isNew(JSON.stringify([look, zones, placement])) ? { ...look, zones, placement } : null;
    }
    if (look.of === "running") {
      const processes = this.#inspect.running(kernel);
      return this.#isNew(JSON.stringify([look, processes])) ? { ...look, processes } : null;
    }
    if (look.of === "migration") return this.#migration(kernel, look, this.#inspect);
    const { directMap, memoryMaps, blocks } = kernel;
    const { mapped4k, mapped2M, mapped1G, splits1G, splits2M, lent } = directMap;
    const inShort = [look, blocks.size, memoryMaps.size, mapped4k, mapped2M, mapped1G, splits1G, splits2M, lent];
    if (!this.#isNew(JSON.stringify(inShort))) return null;
    const { kernelRegions, kernelTables, pinsOf } = this.#inspect;
    const { slots, dimms } = this.#engine.chassis;
    const pins = [...dimms.values()]
      .filter(({ slot }) => slot !== null && slots.get(slot)?.partition === look.partition)
      .map(({ id, ranges }) => ({
        dimm: id,
        pins: ranges.flatMap(({ start, end }) => pinsOf(kernel, start, end)),
        frames: ranges.map(({ start, end }) => ({ first: start / PAGE_SIZE, end: end / PAGE_SIZE })),
      }));
    const pinsHold = !kernel.parameters.whatIf.movableKernel;
    return { ...look, regions: kernelRegions(kernel), tables: kernelTables(kernel), pins, pinsHold };
  }

  async search(partition: string, text: string, begin: boolean, budget: { expired(): boolean }) {
    const scale = await this.#fetchScale();
    const kernel = this.#engine.kernels.get(partition);
    return kernel ? scale.search(kernel, this.#engine.now, text, begin, budget) : null;
  }

  hit(partition: string, from: number, step: 1 | -1) {
    const kernel = this.#engine.kernels.get(partition);
    return (kernel && this.#scale?.hit(kernel, from, step)) ?? null;
  }

  #all({ partition, blocks, pageblocks }: Extract<Look, { of: "scale" }>): Looked | null {
    const kernel = this.#engine.kernels.get(partition);
    // Fetched with the first look; asked for again with the next frame where that failed.
    if (!this.#scale) this.#fetchScale().catch(() => {});
    const details = kernel && this.#scale?.details(kernel, blocks, pageblocks, this.#sent === null);
    if (!details) return null;
    this.#sent = "";
    return { of: "scale", partition, details };
  }

  #fetchScale(): Promise<Scale> {
    this.#scaleToCome ??= import("../engine/inspect/scale/index.ts").then(
      ({ Scale }) => {
        this.#scale = new Scale();
        return this.#scale;
      },
      (error: unknown) => {
        this.#scaleToCome = null;
        throw error;
      },
    );
    return this.#scaleToCome;
  }

  #migration(kernel: Kernel, look: MigrationLook, inspect: Inspect): Looked | null {
    let watcher = this.#watchers.get(look.partition);
    if (!watcher) {
      watcher = new inspect.MigrationWatcher(kernel);
      this.#watchers.set(look.partition, watcher);
    }
    watcher.look();
    watcher.catchUp(this.#engine.attempts.values());
    watcher.follow(look);
    const { kept, running, version } = watcher;
    // While something is moved, its surroundings change with every instant.
    const inShort = JSON.stringify([look, kept, version, running && [this.#engine.now, kernel.epoch]]);
    return this.#isNew(inShort) ? { ...look, kept, state: watcher.state(look.attempt), page: watcher.page } : null;
  }

  #isNew(inShort: string): boolean {
    const isNew = inShort !== this.#sent;
    this.#sent = inShort;
    return isNew;
  }

  #fetch(): void {
    if (this.#fetching) return;
    this.#fetching = true;
    import("../engine/inspect/index.ts").then(
      (inspect) => {
        this.#inspect = inspect;
      },
      () => {
        // Asked for again with the next frame.
        this.#fetching = false;
      },
    );
  }
}

/** Tells arrays apart that differ anywhere, as well as 53 bits can. */
function sumOf(values: ArrayLike<number>): number {
  let sum = 7;
  for (let i = 0; i < values.length; i++) sum = (sum * 31 + (values[i] as number)) % 9_007_199_254_740_881;
  return sum;
}
