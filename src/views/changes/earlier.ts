/**
 * A moment that somebody chose, to which every view compares what it shows: the machine as it was earlier. There is one of a
 * playground, and it stays when another view is opened; a scenario that starts anew ends it.
 */
import { applyPatches, NO_RECORDS } from "../../client/apply-frame.ts";
import type { Playground, RecordTables } from "../../client/playground.ts";
import type { KernelTables, LeafTable, Running, ZoneLists } from "../../engine/inspect/index.ts";
import type { Snapshot } from "../../protocol/messages.ts";

export interface Earlier {
  /** Simulated ns. */
  readonly at: number;
  readonly records: RecordTables;
  readonly partitions: ReadonlyMap<string, PartitionEarlier>;
  /** By block (key): one byte a page, or the kind of them all. */
  readonly pages: ReadonlyMap<string, Uint8Array | number>;
}

/** What is `null` was not kept. */
export interface PartitionEarlier {
  readonly tables: KernelTables | null;
  /** Populated zones of each node (id) of which they were kept. */
  readonly zones: ReadonlyMap<number, readonly ZoneLists[]>;
  readonly processes: readonly Running[] | null;
  /** Leaf tables of the processes (number) of which they were kept. */
  readonly leaves: ReadonlyMap<number, readonly LeafTable[]>;
}

/** What is compared with; `coming`: it has been asked for. */
export interface Chosen {
  readonly earlier: Earlier | null;
  readonly coming: boolean;
}

const NOTHING: Chosen = { earlier: null, coming: false };

class Choice {
  readonly #playground: Playground;
  readonly #listeners = new Set<() => void>();
  #chosen = NOTHING;
  /** Questions so far: the answer to one that was taken back comes too late. */
  #asked = 0;

  constructor(playground: Playground) {
    this.#playground = playground;
    playground.store.subscribe((state, before) => {
      if (state.status === "starting" && before.status !== "starting") this.#set(NOTHING);
    });
  }

  get chosen(): Chosen {
    return this.#chosen;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** From now on, or no more. */
  readonly toggle = async (): Promise<void> => {
    if (this.#chosen !== NOTHING) {
      this.#set(NOTHING);
      return;
    }
    this.#set({ earlier: null, coming: true });
    const asked = this.#asked;
    const { selection } = this.#playground.store.getState();
    const snapshot = await this.#playground.snapshot(selection.block);
    if (asked !== this.#asked) return;
    this.#set({ earlier: snapshot ? earlierOf(snapshot) : shownNow(this.#playground), coming: false });
  };

  #set(chosen: Chosen): void {
    this.#asked++;
    this.#chosen = chosen;
    for (const listener of [...this.#listeners]) listener();
  }
}

const choices = new WeakMap<Playground, Choice>();

export function choiceOf(playground: Playground): Choice {
  let choice = choices.get(playground);
  if (!choice) {
    choice = new Choice(playground);
    choices.set(playground, choice);
  }
  return choice;
}

export function earlierOf({ at, patches, partitions, pages }: Snapshot): Earlier {
  const records = applyPatches(NO_RECORDS, patches);
  const nodes = Object.values(records.node);
  return {
    at,
    records,
    partitions: new Map(
      partitions.map(({ partition, tables, zones, processes, leaves }) => {
        const own = nodes.filter((node) => node.partition === partition);
        return [
          partition,
          {
            ...{ tables, processes, leaves: new Map(leaves) },
            zones: new Map(own.map(({ id }) => [id, zones.filter(({ node }) => node === id)])),
          },
        ];
      }),
    ),
    pages: new Map(pages),
  };
}

/** Where the machine does not answer, for the past is shown or it is gone: what the page shows, and no more. */
function shownNow(playground: Playground): Earlier {
  const { records, now, cursor, looked } = playground.store.getState();
  const pages = playground.pageMap();
  const look = looked?.look;
  const partitions = new Map<string, PartitionEarlier>();
  if (look)
    partitions.set(look.partition, {
      tables: look.of === "kernel" ? look.tables : null,
      zones: new Map(look.of === "zones" ? [[look.node, look.zones]] : []),
      processes: look.of === "running" ? look.processes : null,
      leaves: new Map(look.of === "process" && look.tables ? [[look.pid, look.tables.leaves]] : []),
    });
  return {
    at: cursor?.at ?? now,
    records,
    partitions,
    pages: new Map(pages ? [[pages.block, pages.bytes.slice()]] : []),
  };
}
