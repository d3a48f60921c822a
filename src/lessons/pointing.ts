/** Pointing: what a person says is the cause of something, by selecting it. No command; the machine never hears of it. */
import { kindWords, ownerInEnglish } from "../client/owners.ts";
import type { PageOwner } from "../engine/memory/holding.ts";
import { PAGE_KIND_NAMES } from "../engine/memory/kind-names.ts";
import { PAGE_SIZE } from "../engine/units.ts";
import type { RecordTables, Selection } from "../client/playground.ts";
import type { PageInfo } from "../protocol/records.ts";

/** Kinds of things that can be pointed at; `followed`: a page that Migration followed to where it went. */
export type PointedKind = "page" | "block" | "dimm" | "node" | "followed";

/**
 * How a lesson file says where to point: at the page for which the newest attempt was refused, at a page of a kind (on a node), or
 * at a thing by name. `followed`: follow the next page that moves, of a DIMM if one is named.
 */
export interface Point {
  readonly do: "point";
  readonly at?: "culprit" | "followed";
  /** A kind of pages. */
  readonly page?: string;
  readonly block?: string;
  readonly dimm?: string;
  readonly node?: string;
}

/** What was pointed at, with what it is part of. `block` is `memoryN`; `page` a PageKind. */
export interface Pointing {
  readonly do: "point";
  readonly at: PointedKind;
  readonly partition: string | null;
  readonly block: string | null;
  readonly dimm: string | null;
  readonly node: string | null;
  readonly zone: string | null;
  readonly page: number | null;
  readonly pfn: number | null;
  /** In English, as predicates name it. */
  readonly owner: string | null;
  readonly whose: PageOwner | null;
  readonly comm: string | null;
}

export const isPoint = (move: unknown): move is Point =>
  typeof move === "object" && move !== null && "do" in move && move.do === "point";

const NOTHING = {
  partition: null,
  block: null,
  dimm: null,
  node: null,
  zone: null,
  page: null,
  pfn: null,
  owner: null,
  whose: null,
  comm: null,
};

/** What nothing is known of yet but the partition. */
export const pointingAtNothing = (partition: string): Pointing => ({ do: "point", ...NOTHING, at: "page", partition });

/** A page, as the machine describes it. */
export function pointAtPage(info: PageInfo, { block, process }: RecordTables): Pointing {
  const { partition, pfn, pid, owner, kind, node, zone } = info;
  const of = Object.values(process).find((one) => one.partition === partition && one.pid === pid);
  return {
    do: "point",
    at: "page",
    partition,
    block: `memory${info.block}`,
    dimm: block[`${partition}:${info.block}`]?.dimm ?? null,
    node: `${partition}/${node}`,
    zone,
    page: kind,
    pfn,
    owner: ownerInEnglish(owner),
    whose: owner,
    comm: of?.comm ?? null,
  };
}

/** A page that was followed from a frame to its copy: what it left is named, and it is where it is now. */
export function followedTo(
  partition: string,
  { pfn, copy, kind }: { readonly pfn: number; readonly copy: number; readonly kind: number },
  { block, partition: partitions }: RecordTables,
): Pointing {
  const number = Math.floor(pfn / ((partitions[partition]?.blockBytes ?? PAGE_SIZE) / PAGE_SIZE));
  const left = block[`${partition}:${number}`];
  const node = left?.nodes[0];
  return {
    do: "point",
    ...NOTHING,
    at: "followed",
    partition,
    block: `memory${number}`,
    dimm: left?.dimm ?? null,
    node: node === undefined ? null : `${partition}/${node}`,
    zone: left?.zone ?? null,
    page: kind,
    pfn: copy,
  };
}

/** A memory block (its key), a DIMM or a node, whichever is given; `null` where there is no such thing. */
export function pointAtThing(
  { block, dimm, node }: Partial<Pick<Selection, "block" | "dimm" | "node">>,
  records: RecordTables,
): Pointing | null {
  const one = { do: "point", ...NOTHING } as const;
  if (block != null) {
    const record = records.block[block];
    if (!record) return null;
    const { partition, number, nodes, zone } = record;
    const where = nodes[0] === undefined ? null : `${partition}/${nodes[0]}`;
    return { ...one, at: "block", partition, block: `memory${number}`, dimm: record.dimm, node: where, zone };
  }
  if (dimm != null) {
    const record = records.dimm[dimm];
    if (!record) return null;
    const on = record.slot?.split("/") ?? [];
    return {
      ...one,
      at: "dimm",
      dimm,
      partition: on[0] ?? null,
      node: on.length > 2 ? on.slice(0, -1).join("/") : null,
    };
  }
  const record = node == null ? undefined : records.node[node];
  return record ? { ...one, at: "node", node: record.key, partition: record.partition } : null;
}

/** What a lesson file's move points at, in a machine; `inspect` asks it about a page. */
export function pointed(
  { at, page, block, dimm, node }: Point,
  partition: string,
  records: RecordTables,
  inspect: (partition: string, pfn: number) => PageInfo | null,
): Pointing | null {
  if (at === "culprit") {
    const refused = Object.values(records.attempt)
      .filter(({ culprit }) => culprit !== null)
      .sort((a, b) => b.id - a.id)[0];
    const info = refused?.culprit ? inspect(refused.partition, refused.culprit.pfn) : null;
    return info && pointAtPage(info, records);
  }
  if (page !== undefined) {
    const info = pageOfKind(page, node ?? null, partition, records, inspect);
    return info && pointAtPage(info, records);
  }
  return pointAtThing(
    block === undefined
      ? { dimm: dimm ?? null, node: node ?? null }
      : { block: `${partition}:${block.replace(/^memory/, "")}` },
    records,
  );
}

/** The first page of a kind, by its number; on a node (its key), if one is given. */
function pageOfKind(
  name: string,
  node: string | null,
  partition: string,
  { block, partition: partitions }: RecordTables,
  inspect: (partition: string, pfn: number) => PageInfo | null,
): PageInfo | null {
  const kind = PAGE_KIND_NAMES.indexOf(name);
  const perBlock = (partitions[partition]?.blockBytes ?? 0) / PAGE_SIZE;
  const blocks = Object.values(block)
    .filter((one) => one.partition === partition && (one.kinds[kind] ?? 0) > 0)
    .filter(({ nodes }) => node === null || nodes.some((own) => `${partition}/${own}` === node))
    .sort((a, b) => a.number - b.number);
  for (const { number } of blocks)
    for (let pfn = number * perBlock; pfn < (number + 1) * perBlock; pfn++) {
      const info = inspect(partition, pfn);
      if (info?.kind === kind && (node === null || `${partition}/${info.node}` === node)) return info;
    }
  return null;
}

/** As predicates over what was done name it. */
export const valuesOfPointing = (
  pointing: Pointing,
  kindNames: (kind: number) => string[],
): Readonly<Record<string, string | readonly string[] | null>> => ({
  do: "point",
  errno: null,
  at: pointing.at,
  partition: pointing.partition,
  block: pointing.block,
  dimm: pointing.dimm,
  node: pointing.node,
  zone: pointing.zone,
  page: pointing.page === null ? null : kindNames(pointing.page),
  owner: pointing.owner,
  comm: pointing.comm,
});

/** A kind's name, as words say it. */
export const kindName = (kind: number): string => kindWords(kind);
