/** What an hour on the page leaves behind: memory that is still in use, against what was after the first minute. */
import { MIB } from "../../src/engine/units.ts";
import type { Bench } from "./bench.ts";
import { memoryInUse } from "./memory.ts";
import { beginSoak } from "./soak.ts";

const SCENARIO = "busy-server";
const HOUR = 3600;
const MINUTE = 60;

/** MiB that were added from the first simulated minute to the end of the hour. */
async function growth(withPage: boolean): Promise<number> {
  const soak = await beginSoak(SCENARIO, withPage, "sleep 0.1;");
  try {
    await soak.run(MINUTE);
    const before = await memoryInUse();
    await soak.run(HOUR - MINUTE);
    if (soak.attempts < HOUR) throw new Error(`only ${soak.attempts} attempts in an hour`);
    return ((await memoryInUse()) - before) / MIB;
  } finally {
    soak.close();
  }
}

export const benches: readonly Bench[] = [
  {
    name: "an hour of offline and online",
    figures: [
      { name: "simulator grows by", unit: "MiB", better: "lower", target: 10 },
      { name: "simulator and page together grow by", unit: "MiB", better: "lower", target: 10 },
    ],
    runs: 1,
    run: async () => [await growth(false), await growth(true)],
  },
];
