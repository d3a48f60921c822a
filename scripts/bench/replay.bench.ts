/** What the past costs: a journal's size, and the computing that playing it again takes. */
import { journalEntries } from "../../src/engine/time/journal.ts";
import { seededRandom } from "../../src/engine/time/random.ts";
import { simNs } from "../../src/engine/units.ts";
import { findScenario } from "../../src/protocol/scenarios/index.ts";
import { EngineHost } from "../../src/worker/engine-host.ts";
import type { Bench } from "./bench.ts";

const MINUTES = 10;
const LINES = [
  "while :; do cat /proc/meminfo | grep MemFree; sleep 1; done &",
  "for i in {1..20}; do date; sleep 0.2; done",
  "lsmem | tail -3; numactl -H | head -4",
  "find /sys/devices/system/memory -name state | xargs cat | sort | uniq -c",
  "echo offline > /sys/devices/system/memory/memory45/state; echo online > /sys/devices/system/memory/memory45/state",
  "grep -c . /proc/vmstat; dmesg | tail -1",
];
const sink = { output: () => {}, ended: () => {} };

async function machine(): Promise<EngineHost> {
  const scenario = findScenario("busy-server");
  if (!scenario) throw new Error("no such scenario");
  const host = new EngineHost(scenario);
  await host.joinTerminals(sink, (command, origin) => host.act(command, origin));
  for (const command of scenario.setup) {
    host.submit(command, "setup");
    host.settle();
  }
  return host;
}

/** Somebody types for ten minutes, four keys a second, into a shell that is always at something. */
async function live(): Promise<EngineHost> {
  const host = await machine();
  const random = seededRandom(1);
  const end = host.now + MINUTES * 60e9;
  host.submit({ do: "terminal-open", terminal: 1, partition: "A", columns: 80, rows: 24 });
  for (let line = 0; host.now < end; line++) {
    const text = line % 9 === 8 ? "\x03" : `${LINES[line % LINES.length]}\r`;
    for (const key of text) {
      host.submit({ do: "terminal-input", terminal: 1, text: key });
      host.runUntil(simNs(host.now + Math.round(random() * 500e6)));
    }
  }
  return host;
}

let played: Promise<EngineHost> | null = null;

const replay: Bench = {
  name: "ten simulated minutes of a busy shell, played again",
  figures: [
    { name: "computing", unit: "s", better: "lower", target: 5 },
    { name: "journal, for an hour", unit: "KiB", better: "lower", target: 200 },
  ],
  runs: 3,
  async run() {
    played ??= live();
    const { journal, instant, hash } = (await played).past();
    const scenario = findScenario("busy-server");
    if (!scenario) throw new Error("no such scenario");
    const again = new EngineHost(scenario);
    await again.joinTerminals(sink, (command, origin) => again.act(command, origin));
    const begin = process.cpuUsage();
    again.replay(journalEntries(journal), instant);
    const { user, system } = process.cpuUsage(begin);
    if (again.past().hash !== hash) throw new Error("the replay is another machine");
    const characters = journal.texts.reduce((sum, text) => sum + text.length, journal.bytes.length);
    return [(user + system) / 1e6, (characters * (60 / MINUTES)) / 1024];
  },
};

export const benches: readonly Bench[] = [replay];
