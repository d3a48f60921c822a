/**
 * The talk's two solutions side by side, in the same scenario: what stays behind, what is split, what is remote, and what
 * that costs at several distances. All figures are of simulated machines: they are the same on every computer.
 */
import { type Solution, type SolutionCosts, SOLUTIONS, solutionCosts } from "../../src/engine/experiments/solutions.ts";
import { MIB } from "../../src/engine/units.ts";
import type { Bench } from "./bench.ts";

/** SLIT distances: a near node, a typical one, and memory behind a switch. */
const DISTANCES = [15, 21, 30] as const;
const TYPICAL = 21;

const known = new Map<string, SolutionCosts>();
function costs(solution: Solution, distance: number): SolutionCosts {
  const key = `${solution} ${distance}`;
  const found = known.get(key) ?? solutionCosts(solution, distance);
  known.set(key, found);
  return found;
}

/** One figure of all solutions, one below the other. */
const compare = (
  name: string,
  unit: string,
  value: (costs: SolutionCosts) => number,
  distance: number = TYPICAL,
): Bench => ({
  name,
  figures: SOLUTIONS.map((solution) => ({ name: solution, unit, better: "lower" })),
  runs: 1,
  run: () => SOLUTIONS.map((solution) => value(costs(solution, distance))),
});

export const benches: readonly Bench[] = [
  compare("requests until the DIMM left (0: it stayed)", "", ({ answers }) =>
    answers.at(-1) === null ? answers.length : 0,
  ),
  compare("pages that stay behind", "pages", ({ stayBehind }) => stayBehind),
  compare("pages moved", "pages", ({ pagesMoved }) => pagesMoved),
  compare("direct-map entries split", "entries", ({ entriesSplit }) => entriesSplit),
  compare("page-table pages that this took", "pages", ({ tablePages }) => tablePages),
  compare("direct map more in 4 KiB entries", "MiB", ({ smallMapped }) => smallMapped / MIB),
  compare("virtual pages that stay taken", "pages", ({ addressesLent }) => addressesLent),
  compare("simulated time to leave", "ms", ({ leavingNs }) => leavingNs / 1e6),
  compare("all CPUs stood still", "ms", ({ stoppedNs }) => stoppedNs / 1e6),
  compare("remote accesses while the DIMM is there", "%", ({ inUse }) => inUse.remote * 100),
  compare("remote accesses afterwards", "%", ({ afterwards }) => afterwards.remote * 100),
  ...DISTANCES.map((distance) =>
    compare(`slow-down while it is there, SLIT ${distance}`, "×", ({ inUse }) => inUse.slowDown, distance),
  ),
  ...DISTANCES.map((distance) =>
    compare(`slow-down afterwards, SLIT ${distance}`, "×", ({ afterwards }) => afterwards.slowDown, distance),
  ),
];
