/** What differs in processes from another moment: who came and ended, and pages by node. Pure. */
import type { Running } from "../../engine/inspect/index.ts";

/** One process as it is; of one that has ended, as it was, without pages. */
export interface Compared {
  readonly process: Running;
  readonly fate: "came" | "stayed" | "gone";
  /** Pages more or less by node, of every node on which it had or has some, lowest first. */
  readonly byNode: readonly (readonly [node: number, change: number])[];
  readonly pages: number;
  readonly remote: number;
  readonly kernelPages: number;
}

/** Processes in the order in which they run, then those that have ended since. */
export function compareProcesses(then: readonly Running[], now: readonly Running[]): readonly Compared[] {
  const before = new Map(then.map((one) => [keyOf(one), one]));
  const after = new Set(now.map(keyOf));
  return [
    ...now.map((one) => {
      const was = before.get(keyOf(one));
      return compared(one, was, one, was ? "stayed" : "came");
    }),
    ...then.filter((one) => !after.has(keyOf(one))).map((one) => compared(one, one, undefined, "gone")),
  ];
}

/** A number may be given to another process once it is free. */
const keyOf = ({ pid, comm, load }: Running): string => `${pid} ${comm} ${load}`;

function compared(
  process: Running,
  was: Running | undefined,
  is: Running | undefined,
  fate: Compared["fate"],
): Compared {
  const change = (figure: (one: Running) => number): number => (is ? figure(is) : 0) - (was ? figure(was) : 0);
  const on = (node: number) => (one: Running) => one.byNode.find(([its]) => its === node)?.[1] ?? 0;
  const nodes = [...new Set([was, is].flatMap((one) => one?.byNode.map(([node]) => node) ?? []))].sort((a, b) => a - b);
  return {
    process,
    fate,
    byNode: nodes.map((node) => [node, change(on(node))]),
    pages: change(({ pages }) => pages),
    remote: change(({ remote }) => remote),
    kernelPages: change((one) => one.kernelPages),
  };
}

export const differs = ({ fate, byNode, kernelPages }: Compared): boolean =>
  fate !== "stayed" || kernelPages !== 0 || byNode.some(([, change]) => change !== 0);

/** All processes together: how many came and ended, and pages by node. */
export function totalOf(all: readonly Compared[]): {
  readonly came: number;
  readonly gone: number;
  readonly byNode: readonly (readonly [node: number, change: number])[];
  readonly remote: number;
} {
  const sums = new Map<number, number>();
  for (const { byNode } of all) for (const [node, change] of byNode) sums.set(node, (sums.get(node) ?? 0) + change);
  return {
    came: all.filter(({ fate }) => fate === "came").length,
    gone: all.filter(({ fate }) => fate === "gone").length,
    byNode: [...sums].filter(([, change]) => change !== 0).sort(([a], [b]) => a - b),
    remote: all.reduce((sum, { remote }) => sum + remote, 0),
  };
}
