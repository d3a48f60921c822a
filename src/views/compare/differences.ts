/**
 * What differs between two machines at one instant, found by comparing their records, and weighed: how an attempt ended
 * weighs more than a zone, that more than where the kernel's memory lies, and so on.
 */
import type { RecordTables } from "../../client/playground.ts";
import { PAGEBLOCK_PAGES } from "../../engine/units.ts";
import type { Records } from "../../protocol/records.ts";
import { type DisplayGroup, type DisplayGroupId, displayGroups, pagesOfGroup } from "../kinds.ts";
import { natural } from "../reading.ts";

export type Attempted = Records["attempt"];

/** `left` and `right` are `null` where that side has nothing of the kind. */
export type Difference = {
  /** Two differences at other instants with one key are the same one. */
  readonly key: string;
  readonly weight: number;
  /** Keys of blocks and zones to look at, on each side. */
  readonly places: readonly [readonly string[], readonly string[]];
} & (
  | { readonly of: "outcome"; readonly target: string; readonly sides: Sides<Attempted | null> }
  | { readonly of: "zone"; readonly blocks: readonly number[]; readonly sides: Sides<string | null> }
  | { readonly of: "state"; readonly blocks: readonly number[]; readonly sides: Sides<string | null> }
  | {
      readonly of: "kernel-memory";
      readonly group: DisplayGroupId;
      readonly pages: number;
      readonly sides: Sides<readonly number[]>;
    }
  | {
      readonly of: "moved" | "user-pages" | "took" | "node-bytes" | "distance";
      readonly what: string;
      readonly sides: Sides<number>;
    }
  | { readonly of: "kernel"; readonly what: string; readonly sides: Sides<string | null> }
);
export type Sides<T> = readonly [T, T];

/** Fewer pages at another place are the noise of two boots. */
const FEW_PAGES = 64;
const WEIGHTS = {
  outcome: 900,
  kernel: 50,
  zone: 800,
  state: 700,
  "kernel-memory": 600,
  "node-bytes": 550,
  moved: 500,
  took: 400,
  distance: 300,
  "user-pages": 200,
} as const;
/** Groups whose pages stay where they are, of those that are drawn. */
const STAYING = groupsOf("kernel", "reclaimable", "pagetable");
const USER = groupsOf("anon", "file", "shmem", "thp", "hugetlb");

type Tables = Sides<RecordTables>;

/** The weightiest first. */
export function differences(left: RecordTables, right: RecordTables): Difference[] {
  const tables: Tables = [left, right];
  return [
    ...outcomes(tables),
    ...blocksThatDiffer(tables, "zone"),
    ...blocksThatDiffer(tables, "state"),
    ...kernelMemory(tables),
    ...nodeFigures(tables),
    ...moved(tables),
    ...distances(tables),
  ].sort((one, other) => other.weight - one.weight);
}

const both = <T>(tables: Tables, of: (side: RecordTables) => T): Sides<T> => [of(tables[0]), of(tables[1])];

/** The attempts that somebody asked for, by what they were on and the how-manieth of those they were. */
function asked({ attempt }: RecordTables): Map<string, Attempted> {
  const found = new Map<string, Attempted>();
  const times = new Map<string, number>();
  for (const one of Object.values(attempt).sort((a, b) => a.id - b.id)) {
    if (one.parent !== null) continue;
    const what = `${one.partition} ${one.kind} ${one.target}`;
    const time = times.get(what) ?? 0;
    times.set(what, time + 1);
    found.set(`${what} ${time}`, one);
  }
  return found;
}

function outcomes(tables: Tables): Difference[] {
  const [left, right] = both(tables, asked);
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key): Difference[] => {
    const sides: Sides<Attempted | null> = [left.get(key) ?? null, right.get(key) ?? null];
    const [one, other] = sides;
    const places = both(tables, (side) => blocksOf(side, one ?? other));
    const target = (one ?? other)?.target ?? "";
    if (one?.result !== other?.result || one?.errno !== other?.errno)
      return [{ key: `outcome ${key}`, weight: WEIGHTS.outcome, places, of: "outcome", target, sides }];
    const took = sides.map((side) => (side?.endedAt ? side.endedAt - side.startedAt : null));
    const [a = null, b = null] = took;
    if (a === null || b === null || Math.abs(a - b) < Math.max(a, b) * 0.02) return [];
    return [{ key: `took ${key}`, weight: WEIGHTS.took, places, of: "took", what: target, sides: [a, b] }];
  });
}

function blocksOf({ dimm, block }: RecordTables, attempt: Attempted | null): readonly string[] {
  if (!attempt) return [];
  const found = dimm[attempt.target]?.blocks;
  if (found && found.length > 0) return found;
  const key = `${attempt.partition}:${attempt.target.replace(/^memory/, "")}`;
  return block[key] ? [key] : [];
}

/** Blocks of one partition that differ alike are one difference. */
function blocksThatDiffer(tables: Tables, of: "zone" | "state"): Difference[] {
  const groups = new Map<string, { sides: Sides<string | null>; keys: string[] }>();
  const keys = new Set([...Object.keys(tables[0].block), ...Object.keys(tables[1].block)]);
  for (const key of [...keys].sort(natural)) {
    const [left, right] = both(tables, ({ block }) => block[key]);
    const sides: Sides<string | null> =
      of === "state" ? [left?.state ?? null, right?.state ?? null] : [left?.zone ?? null, right?.zone ?? null];
    if (sides[0] === sides[1]) continue;
    // A zone is of what is online on both sides.
    if (of === "zone" && (left?.state !== "online" || right?.state !== "online")) continue;
    const group = `${key.split(":")[0]} ${sides.join(" ")}`;
    const known = groups.get(group) ?? { sides, keys: [] };
    known.keys.push(key);
    groups.set(group, known);
  }
  return [...groups].map(([group, { sides, keys: found }]) => ({
    key: `${of} ${group}`,
    weight: WEIGHTS[of] + Math.min(90, found.length),
    places: both(tables, ({ block }) => found.filter((key) => block[key])),
    of,
    blocks: found.map((key) => Number(key.split(":")[1])),
    sides,
  }));
}

function groupsOf(...ids: readonly DisplayGroupId[]): readonly DisplayGroup[] {
  return displayGroups.filter(({ id }) => ids.includes(id));
}

/** Kernel pages of a sort that lie in other blocks. */
function kernelMemory(tables: Tables): Difference[] {
  return STAYING.flatMap((group): Difference[] => {
    const here: [string[], string[]] = [[], []];
    let pages = 0;
    for (const key of new Set([...Object.keys(tables[0].block), ...Object.keys(tables[1].block)])) {
      const [left, right] = both(tables, ({ block }) => (block[key] ? pagesOfGroup(group, [block[key]]) : 0));
      if (Math.abs(left - right) < FEW_PAGES) continue;
      pages = Math.max(pages, Math.abs(left - right));
      here[left > right ? 0 : 1].push(key);
    }
    if (pages === 0) return [];
    const numbers = (keys: readonly string[]) => keys.map((key) => Number(key.split(":")[1])).sort((a, b) => a - b);
    return [
      {
        key: `kernel-memory ${group.id}`,
        weight: WEIGHTS["kernel-memory"] + Math.min(40, Math.log2(pages)),
        places: here,
        of: "kernel-memory",
        group: group.id,
        pages,
        sides: [numbers(here[0]), numbers(here[1])],
      },
    ];
  });
}

function nodeFigures(tables: Tables): Difference[] {
  const keys = new Set([...Object.keys(tables[0].node), ...Object.keys(tables[1].node)]);
  return [...keys].sort(natural).flatMap((key): Difference[] => {
    const bytes = both(tables, ({ node }) => node[key]?.totalBytes ?? 0);
    const user = both(tables, ({ node, block }) => {
      const blocks = (node[key]?.blocks ?? []).flatMap((name) => block[name] ?? []);
      return USER.reduce((sum, group) => sum + pagesOfGroup(group, blocks), 0);
    });
    const zones = both(tables, ({ node }) => node[key]?.zones ?? []);
    const found: Difference[] = [];
    // What the memory map takes is no other machine.
    if (Math.abs(bytes[0] - bytes[1]) > 64 * 2 ** 20)
      found.push({
        key: `node ${key}`,
        weight: WEIGHTS["node-bytes"],
        places: zones,
        of: "node-bytes",
        what: key,
        sides: bytes,
      });
    if (Math.abs(user[0] - user[1]) > Math.max(PAGEBLOCK_PAGES, 0.02 * user[0], 0.02 * user[1]))
      found.push({
        key: `user ${key}`,
        weight: WEIGHTS["user-pages"],
        places: zones,
        of: "user-pages",
        what: key,
        sides: user,
      });
    return found;
  });
}

function moved(tables: Tables): Difference[] {
  const sides = both(tables, ({ attempt }) =>
    Object.values(attempt).reduce((sum, { parent, pagesMoved }) => (parent === null ? sum + pagesMoved : sum), 0),
  );
  if (Math.abs(sides[0] - sides[1]) <= 0.02 * Math.max(sides[0], sides[1])) return [];
  return [{ key: "moved", weight: WEIGHTS.moved, places: [[], []], of: "moved", what: "", sides }];
}

function distances(tables: Tables): Difference[] {
  return Object.keys(tables[0].process).flatMap((key): Difference[] => {
    const [left, right] = both(tables, ({ process }) => process[key]);
    if (!left || !right || left.comm !== right.comm || Math.abs(left.meanDistance - right.meanDistance) < 0.05)
      return [];
    return [
      {
        key: `distance ${key}`,
        weight: WEIGHTS.distance,
        places: [[], []],
        of: "distance",
        what: `${left.comm} (pid ${left.pid})`,
        sides: [left.meanDistance, right.meanDistance],
      },
    ];
  });
}
