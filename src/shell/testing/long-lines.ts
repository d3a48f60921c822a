/** Lines that compute over much, and the clocks that say how long their events compute: for a test and a benchmark. */
import type { Clocks } from "../../engine/testing/stopwatch.ts";

/** The clocks of a program that runs in Node: its `performance` and its `process`. */
export const clocksOf = (
  wall: { now(): number },
  program: { cpuUsage(): { readonly user: number; readonly system: number } },
): Clocks => ({
  wall: () => wall.now(),
  processor: () => {
    const { user, system } = program.cpuUsage();
    return (user + system) / 1000;
  },
});

/** Each alone. */
export const LONG_LINES = [
  "diff <(seq 1 8000) <(seq 8000 -1 1) | wc -l",
  "mapfile -t a < <(seq 1 100000); echo ${#a[@]}",
  "sort -n <(seq 1 50000 | sort -R) | tail -1",
  "seq 1 50000 | column | tail -1",
  "x=$(printf 'a%.0s' {1..50000}); echo ${#x} ${x//a/bb} | wc -c",
  "cat /proc/kpageflags | wc -c",
  "awk 'BEGIN{for(i=0;i<60000;i++)a[i]=i; for(k in a)s+=a[k]; print s}'",
] as const;
