/** The client's records as predicates see them: for each collection its items, each with named values. */
import { ownerInEnglish } from "../client/owners.ts";
import { PAGE_KIND_NAMES } from "../engine/memory/kind-names.ts";
import { PageKind } from "../engine/memory/kinds.ts";
import { PAGE_SIZE } from "../engine/units.ts";
import type { RecordTables } from "../client/playground.ts";
import type { Act } from "../protocol/messages.ts";
import type { BlockRecord } from "../protocol/records.ts";
import type { Collection, Expectation, Expectations } from "./format.ts";
import { type Pointing, valuesOfPointing } from "./pointing.ts";

export type Value = string | number | boolean | null | readonly string[];

export interface Item {
  /** Key of the record that it stands for. */
  readonly key: string;
  /** How many things it stands for: pages of one kind are one item. */
  readonly weight: number;
  readonly values: Readonly<Record<string, Value>>;
}

type Kind = "text" | "number" | "boolean";

/** Names of what was done; `block` and `file` are those of the path. */
export const LAST_FIELDS: Readonly<Record<string, Kind>> = {
  do: "text",
  text: "text",
  path: "text",
  file: "text",
  block: "text",
  partition: "text",
  dimm: "text",
  to: "text",
  kind: "text",
  comm: "text",
  errno: "text",
  // Of what was pointed at: what kind of thing, and what it is part of.
  at: "text",
  node: "text",
  zone: "text",
  page: "text",
  owner: "text",
};

/** Something that a person did: a command, or pointing at something. */
export type Deed = Omit<Act, "command"> & { readonly command: Act["command"] | Pointing };

/** Names that `where` and `is` may use, and what they hold. */
export const FIELDS: Readonly<Record<Collection, Readonly<Record<string, Kind>>>> = {
  blocks: {
    block: "text",
    number: "number",
    partition: "text",
    node: "text",
    dimm: "text",
    state: "text",
    zone: "text",
    valid: "text",
    pages: "number",
    used: "number",
    free: "number",
    pinned: "number",
  },
  nodes: { node: "text", partition: "text", online: "boolean", memory: "boolean", total: "number", free: "number" },
  zones: {
    zone: "text",
    node: "text",
    partition: "text",
    pages: "number",
    present: "number",
    spanned: "number",
    free: "number",
    start: "number",
  },
  dimms: {
    dimm: "text",
    in: "text",
    node: "text",
    partition: "text",
    phase: "text",
    health: "text",
    blocks: "number",
    used: "number",
    size: "number",
  },
  partitions: { partition: "text", name: "text", kernel: "text", cmdline: "text", blocks: "number" },
  processes: {
    process: "text",
    comm: "text",
    partition: "text",
    pid: "number",
    load: "text",
    alive: "boolean",
    node: "text",
    pages: "number",
    distance: "number",
  },
  attempts: {
    kind: "text",
    partition: "text",
    target: "text",
    block: "text",
    dimm: "text",
    result: "text",
    errno: "text",
    check: "text",
    culprit: "text",
    reason: "text",
    moved: "number",
    failed: "number",
    // What it cost that kernel memory moved (what-if): stops of all CPUs, how long in ms, large entries split.
    stops: "number",
    stopped: "number",
    splits: "number",
  },
  pages: {
    kind: "text",
    block: "text",
    partition: "text",
    node: "text",
    dimm: "text",
    state: "text",
    zone: "text",
    pages: "number",
  },
  acts: LAST_FIELDS,
};

const usedIn = ({ kinds, pages, state }: BlockRecord): number =>
  state === "offline" ? 0 : pages - (kinds[PageKind.Free] ?? 0) - (kinds[PageKind.None] ?? 0);
const nodesOf = ({ partition, nodes }: BlockRecord): string[] => nodes.map((node) => `${partition}/${node}`);
const MIB_PAGES = (1024 * 1024) / PAGE_SIZE;
const mib = (bytes: number): number => Math.round(bytes / PAGE_SIZE / MIB_PAGES);

const READERS: { readonly [C in Exclude<Collection, "acts">]: (tables: RecordTables) => Item[] } = {
  blocks: ({ block }) =>
    Object.values(block).map((record) => ({
      key: record.key,
      weight: 1,
      values: {
        block: `memory${record.number}`,
        number: record.number,
        partition: record.partition,
        node: nodesOf(record),
        dimm: record.dimm,
        state: record.state,
        zone: record.zone,
        valid: record.validZones.join(" "),
        pages: record.pages,
        used: usedIn(record),
        free: record.state === "offline" ? 0 : (record.kinds[PageKind.Free] ?? 0),
        pinned: record.pinned,
      },
    })),
  nodes: ({ node }) =>
    Object.values(node).map((record) => ({
      key: record.key,
      weight: 1,
      values: {
        node: record.key,
        partition: record.partition,
        online: record.online,
        memory: record.hasMemory,
        total: mib(record.totalBytes),
        free: mib(record.freeBytes),
      },
    })),
  zones: ({ zone }) =>
    Object.values(zone).map((record) => ({
      key: record.key,
      weight: 1,
      values: {
        zone: record.zone,
        node: `${record.partition}/${record.node}`,
        partition: record.partition,
        pages: record.managed,
        present: record.present,
        spanned: record.spanned,
        free: record.free,
        start: record.startPfn,
      },
    })),
  dimms: ({ dimm }) =>
    Object.values(dimm).map((record) => {
      const [partition = null, node] = record.slot?.split("/") ?? [];
      const on = record.slot !== null && node !== undefined ? record.slot.split("/").slice(0, -1).join("/") : null;
      return {
        key: record.key,
        weight: 1,
        values: {
          dimm: record.key,
          in: record.slot === null ? "shelf" : ["slot", record.slot, ...(on ? [on] : []), partition ?? ""],
          node: on,
          partition,
          phase: record.phase,
          health: record.health,
          blocks: record.blocks.length,
          used: record.usedPages,
          size: mib(record.bytes),
        },
      };
    }),
  partitions: ({ partition, block }) =>
    Object.values(partition).map((record) => ({
      key: record.key,
      weight: 1,
      values: {
        partition: record.key,
        name: record.name,
        kernel: record.kernel,
        cmdline: record.cmdline.split(" "),
        blocks: Object.values(block).filter((one) => one.partition === record.key).length,
      },
    })),
  processes: ({ process }) =>
    Object.values(process).map((record) => ({
      key: record.key,
      weight: 1,
      values: {
        process: record.comm,
        comm: record.comm,
        partition: record.partition,
        pid: record.pid,
        load: record.load,
        alive: true,
        node: record.byNode.map(([node]) => `${record.partition}/${node}`),
        pages: record.pages,
        distance: record.meanDistance,
      },
    })),
  attempts: ({ attempt }) =>
    Object.values(attempt).map((record) => ({
      key: record.key,
      weight: 1,
      values: {
        kind: record.kind,
        partition: record.partition,
        target: record.target,
        block: record.target.startsWith("memory") ? record.target : null,
        dimm: record.target.startsWith("memory") ? null : record.target,
        result: record.result,
        errno: record.errno,
        check: record.checks.filter(({ verdict }) => verdict === "fail").map(({ rule }) => rule),
        culprit: record.culprit && ownerInEnglish(record.culprit.owner),
        reason: record.culprit?.reason ?? null,
        moved: record.pagesMoved,
        failed: record.pagesFailed,
        ...billOf(record.checks),
      },
    })),
  pages: ({ block }) =>
    Object.values(block).flatMap((record) =>
      record.kinds.flatMap((count, kind) =>
        count === 0
          ? []
          : [
              {
                key: record.key,
                weight: count,
                values: {
                  kind: kindNames(kind),
                  block: `memory${record.number}`,
                  partition: record.partition,
                  node: nodesOf(record),
                  dimm: record.dimm,
                  state: record.state,
                  zone: record.zone,
                  pages: count,
                },
              },
            ],
      ),
    ),
};

/** Figures of the check that tells what moving kernel memory cost. */
function billOf(
  checks: RecordTables["attempt"][string]["checks"],
): Record<"stops" | "stopped" | "splits", number | null> {
  const { stops, stoppedMs, splits } = checks.find(({ rule }) => rule === "kernel-memory")?.data ?? {};
  const number = (value: unknown): number | null => (typeof value === "number" ? value : null);
  return { stops: number(stops), stopped: number(stoppedMs), splits: number(splits) };
}

/** A kind's name, and what it is one of: reclaimable slab is slab. */
function kindNames(kind: number): string[] {
  const name = PAGE_KIND_NAMES[kind] ?? "";
  return name === "reclaimable slab" ? [name, "slab"] : name === "anonymous" ? [name, "anon"] : [name];
}

export function itemsOf(collection: Collection, tables: RecordTables, acts: readonly Deed[] = []): readonly Item[] {
  if (collection === "acts") return acts.map((act, i) => ({ key: `act ${i}`, weight: 1, values: valuesOfAct(act) }));
  return READERS[collection](tables);
}

/** What was done, as the fields of `last` and `acts` name it. */
export function valuesOfAct({ command, errno }: Deed): Item["values"] {
  if (command.do === "point") return valuesOfPointing(command, kindNames);
  const values: Record<string, string | null> = { do: command.do, errno };
  if ("partition" in command) values.partition = command.partition;
  if ("path" in command) {
    values.path = command.path;
    values.file = command.path.split("/").at(-1) ?? "";
    values.block = /\/(memory\d+)\/\w+$/.exec(command.path)?.[1] ?? null;
  }
  if ("text" in command) values.text = command.text.trim();
  if ("dimm" in command) values.dimm = command.dimm;
  if (command.do === "move") values.to = "slot" in command.to ? command.to.slot : "shelf";
  if (command.do === "load") {
    values.kind = command.load.kind;
    values.comm = command.load.comm ?? null;
  }
  return values;
}

const COMPARISON = /^\s*(>=|<=|!=|=|>|<)\s*(-?\d+(?:\.\d+)?)\s*$/;

export const isComparison = (text: string): boolean => COMPARISON.test(text);

export function compares(value: number, to: string | number): boolean {
  if (typeof to === "number") return value === to;
  const [, sign, figure] = COMPARISON.exec(to) ?? [];
  const limit = Number(figure);
  if (sign === ">=") return value >= limit;
  if (sign === "<=") return value <= limit;
  if (sign === "!=") return value !== limit;
  if (sign === ">") return value > limit;
  return sign === "<" ? value < limit : value === limit;
}

function meets(value: Value | undefined, expectation: Expectation): boolean {
  if (value === undefined || value === null) return expectation === "none";
  if (Array.isArray(expectation)) return expectation.some((one: string | number) => meets(value, one));
  if (Array.isArray(value)) return value.some((one: string) => one === expectation);
  if (typeof value === "number" && typeof expectation !== "boolean")
    return compares(value, expectation as string | number);
  return value === expectation;
}

/** Every named value meets what is expected of it. */
export const meetsAll = (values: Item["values"], expectations: Expectations): boolean =>
  Object.entries(expectations).every(([name, expectation]) => meets(values[name], expectation));
