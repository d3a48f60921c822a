/** Pointing: what a person says is the cause of something, by selecting it. No command; the machine never hears of it. */
import { kindWords, ownerInEnglish } from "../client/owners.ts";
import type { PageOwner } from "../engine/memory/holding.ts";
import type { RecordTables, Selection } from "../client/playground.ts";
import type { PageInfo } from "../protocol/records.ts";

/** Kinds of things that can be pointed at. */
export type PointedKind = "page" | "block" | "dimm" | "node";

/** How a lesson file says where to point: at the page for which the newest attempt was refused, or at a thing by name. */
export interface Point {
  readonly do: "point";
  readonly at?: "culprit";
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
  { at, block, dimm, node }: Point,
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
  return pointAtThing(
    block === undefined
      ? { dimm: dimm ?? null, node: node ?? null }
      : { block: `${partition}:${block.replace(/^memory/, "")}` },
    records,
  );
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
