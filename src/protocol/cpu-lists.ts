/** CPU lists of a machine's nodes (`0-3,8`), checked: each runs forwards, and no CPU is named twice. */

/** Processors that any described machine may have. */
const MOST_CPUS = 8192;

/** What is wrong with the lists, as the number of the node and a sentence; `undefined` when nothing is. */
export function cpuListProblem(
  lists: readonly string[],
): { readonly node: number; readonly problem: string } | undefined {
  const owner = new Map<number, number>();
  for (const [node, list] of lists.entries()) {
    for (const part of list.split(",").filter(Boolean)) {
      const [first = 0, last = first] = part.split("-").map(Number);
      if (last < first) return { node, problem: `expected a CPU list that runs forwards, got ${part}` };
      if (last >= MOST_CPUS) return { node, problem: `expected CPUs below ${MOST_CPUS}, got ${part}` };
      for (let cpu = first; cpu <= last; cpu++) {
        const taken = owner.get(cpu);
        if (taken !== undefined)
          return {
            node,
            problem: taken === node ? `CPU ${cpu} is named twice` : `CPU ${cpu} is node ${taken}'s already`,
          };
        owner.set(cpu, node);
      }
    }
  }
  return undefined;
}
