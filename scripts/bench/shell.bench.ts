/** How long single events of the shell compute, and how soon Ctrl-C is heard: between two events nobody is. */
import { smallBox } from "../../src/engine/testing/small-box.ts";
import { Engine } from "../../src/engine/time/engine.ts";
import { startScript } from "../../src/shell/host.ts";
import { Signal } from "../../src/shell/process/signals.ts";
import { Userland } from "../../src/shell/process/userland.ts";
import { Stopwatch, longestEvent } from "../../src/engine/testing/stopwatch.ts";
import { LONG_LINES, clocksOf } from "../../src/shell/testing/long-lines.ts";
import type { Bench } from "./bench.ts";

const clocks = clocksOf(performance, process);

/** Real ms of a line before Ctrl-C. */
const PATIENCE = 1_500;
const REPEATS = 3;

function play(text: string): { readonly watch: Stopwatch; readonly latency: number } {
  const engine = new Engine({ seed: 1, box: smallBox() });
  const userland = new Userland(engine, "A");
  const script = startScript(userland, { text, name: "bash", fromArgument: true, out: () => {}, err: () => {} });
  const begin = performance.now();
  const over = (): boolean => !script.alive || performance.now() - begin > PATIENCE;
  const watch = new Stopwatch(engine, clocks, over);
  while (!over()) engine.runUntil(engine.now + 1e9, watch);
  const pressed = performance.now();
  userland.killGroup(script.group, Signal.INT);
  engine.runUntil(engine.now + 1e9, { expired: () => !script.alive });
  return { watch, latency: performance.now() - pressed };
}

const events: Bench = {
  name: "shell events",
  figures: [
    { name: "longest event", unit: "ms", better: "lower", target: 20 },
    { name: "Ctrl-C to the end of what runs", unit: "ms", better: "lower", target: 100 },
  ],
  runs: 3,
  warmUp: 1,
  run() {
    let longest = 0;
    let latency = 0;
    for (const line of LONG_LINES) {
      const event = longestEvent(REPEATS, () => {
        const played = play(line);
        latency = Math.max(latency, played.latency);
        return played.watch;
      });
      longest = Math.max(longest, event.ms);
    }
    return [longest, latency];
  },
};

export const benches: readonly Bench[] = [events];
