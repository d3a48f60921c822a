/** What differs in a process's tables from the moment that somebody chose, in words. */
import { useMemo } from "react";
import { Since } from "../changes/ShowChanges.tsx";
import { changeStrings } from "../changes/strings.ts";
import { useEarlier } from "../changes/use-earlier.ts";
import { type LeafChanges, leafChanges } from "./leaf-changes.ts";
import type { ProcessLook } from "./leaves.ts";
import { pageTableStrings as words } from "./strings.ts";

/** Blocks that are named. */
const MOST_BLOCKS = 4;

/** `null`: nothing is compared, or this process's tables were not kept. */
export function useLeavesEarlier(look: ProcessLook | null): LeafChanges | null {
  const partition = useEarlier()?.partitions.get(look?.partition ?? "");
  return useMemo(() => {
    if (!partition || !look?.tables) return null;
    const { pid, comm, leaves } = look.tables;
    const ran = partition.processes?.some((one) => one.pid === pid && one.comm === comm);
    // Who did not run then had none; a number may have been another's.
    const then = ran === false ? [] : partition.leaves.get(pid);
    return then ? leafChanges(then, leaves) : null;
  }, [partition, look]);
}

export function ChangedLeaves({ changes }: { readonly changes: LeafChanges | null }) {
  const earlier = useEarlier();
  return earlier && <Since earlier={earlier} parts={changes && inWords(changes)} />;
}

function inWords({ now, gone, byBlock }: LeafChanges): readonly string[] {
  const { leaves, inBlock, moreBlocks } = words.changes;
  const count = (fate: "built" | "other") => [...now.values()].filter((one) => one === fate).length;
  const told = [
    ["other", count("other")],
    ["built", count("built")],
    ["torn", gone.length],
  ] as const;
  const most = byBlock.toSorted(([, one], [, other]) => Math.abs(other) - Math.abs(one)).slice(0, MOST_BLOCKS);
  return [
    ...told.flatMap(([fate, many]) => (many === 0 ? [] : [leaves(many, fate)])),
    ...most.map(([block, change]) => inBlock(block, changeStrings.byAmount(change))),
    ...(byBlock.length > most.length ? [moreBlocks(byBlock.length - most.length)] : []),
  ];
}
