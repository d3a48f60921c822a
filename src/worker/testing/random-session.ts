/**
 * A person at the page, by chance: drags, menus, speeds, pauses, files, and lines typed into terminals, in the rhythm of
 * a real worker, whose turns are late and whose budgets end anywhere. For tests that play a session again.
 */
import { seededRandom } from "../../engine/time/random.ts";
import type { Transaction } from "../../engine/chronicle/transactions.ts";
import type { Command } from "../../engine/time/commands.ts";
import type { LoadKind } from "../../engine/workload/load-description.ts";
import { smallBox } from "../../engine/testing/small-box.ts";
import type { FromWorker, ToWorker } from "../../protocol/messages.ts";
import type { Scenario } from "../../protocol/scenario.ts";
import type { TerminalSink } from "../../shell/shell-terminals.ts";
import { EngineHost } from "../engine-host.ts";
import { Session } from "../session.ts";

const CMDLINES = [
  "memhp_default_state=online_movable",
  "movable_node memhp_default_state=online_movable",
  "memhp_default_state=offline memory_hotplug.memmap_on_memory=1",
  "memory_hotplug.online_policy=auto-movable",
];
const LINES = [
  "for i in 1 2 3; do cat /proc/meminfo | head -3; sleep 0.01; done",
  "while :; do echo tick; sleep 0.002; done",
  "while :; do :; done",
  "yes",
  "sleep 0.05 & sleep 0.02 & jobs; wait",
  "mem anon 8 1 & mem cache 4 0",
  "kill %1; jobs",
  "killall mem",
  "echo offline > /sys/devices/system/memory/memory9/state; echo $?",
  "for b in /sys/devices/system/memory/memory1*; do echo online > $b/state; done",
  "x=$(mktemp); echo $RANDOM > $x; cat $x; ls -l /tmp",
  "echo $$ $RANDOM; date",
  "printf '%s\\n' {1..300} | sort -r | tail -2",
  "echo 3 > /proc/sys/vm/drop_caches; cat /proc/vmstat | wc -l",
  "cat",
  "dmesg | tail -2",
  "lsmem",
  "seq 1 5000 | while read n; do [ $n = 900 ] && break; done; echo done",
  "grep -c . /proc/zoneinfo &",
  "exit",
];
const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const KINDS: readonly LoadKind[] = ["anon", "cache", "server", "pin", "slab", "thp", "shm"];

/** What a machine did, and what its terminals showed. */
export interface Told {
  readonly transactions: Transaction[];
  readonly text: Map<number, string>;
}

export interface Played extends Told {
  readonly scenario: Scenario;
  readonly host: EngineHost;
}

export function scenarioOf(seed: number): Scenario {
  return {
    version: 1,
    name: "random",
    title: "Random",
    about: "",
    seed,
    box: smallBox(CMDLINES[seed % CMDLINES.length]),
    setup: [{ do: "load", partition: "A", load: { kind: "cache", mib: 20, node: 1, policy: "preferred" } }],
    script: [{ at: 30e6, command: { do: "load", partition: "B", load: { kind: "anon", mib: 5 } } }],
  };
}

/** Writes down what a machine tells. */
export function listen(told: Told): TerminalSink {
  return {
    output: (terminal, text) => told.text.set(terminal, (told.text.get(terminal) ?? "") + text),
    ended: (terminal, status) => told.text.set(terminal, `${told.text.get(terminal) ?? ""}[ended ${status}]`),
  };
}

/** Plays a session of so many things that a person does. The same seed gives the same session. */
export async function playSession(seed: number, length: number): Promise<Played> {
  const random = seededRandom(seed);
  const below = (n: number): number => Math.floor(random() * n);
  const one = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const scenario = scenarioOf(seed);
  const told: Told = { transactions: [], text: new Map() };
  let host: EngineHost | undefined;
  let time = 0;
  let turn: (() => void) | null = null;
  let frame: number | null = null;
  let joined = false;
  let answered = 0;
  const unacknowledged = new Map<number, number>();
  const session = new Session({
    build: (given) => {
      const built = new EngineHost(given);
      // Those that come after it follow it for undo.
      if (host) return built;
      const { joinTerminals } = built;
      built.joinTerminals = (sink, act) => {
        const mine = listen(told);
        const both: TerminalSink = {
          output: (terminal, text) => {
            mine.output(terminal, text);
            sink.output(terminal, text);
          },
          ended: (terminal, status) => {
            mine.ended(terminal, status);
            sink.ended(terminal, status);
          },
        };
        const terminals = joinTerminals.call(built, both, act);
        terminals.then(() => {
          joined = true;
        }, undefined);
        return terminals;
      };
      host = built;
      return built;
    },
    send: (message: FromWorker) => {
      if (message.type === "frame") ({ frame } = message);
      else if (message.type === "answer") answered = message.id;
      else if (message.type === "terminal-output")
        unacknowledged.set(message.terminal, (unacknowledged.get(message.terminal) ?? 0) + message.text.length);
      else if (message.type === "fault") throw new Error(JSON.stringify(message.trouble));
    },
    // Computing takes real time, more or less of it: budgets end anywhere.
    clock: () => {
      time += random() * random() * 0.4;
      return time;
    },
    later: (callback) => {
      turn = callback;
    },
  });
  const tell = (message: ToWorker): void => session.receive(message);
  const live = (turns: number): void => {
    for (let i = 0; i < turns; i++) {
      time += random() < 0.05 ? 60 : 4 * random();
      turn?.();
      if (frame !== null && random() < 0.7) {
        tell({ type: "ack", frame, buffers: [] });
        frame = null;
      }
      for (const [terminal, characters] of unacknowledged) {
        if (random() < 0.4) continue;
        const drawn = Math.ceil(characters * random());
        tell({ type: "terminal-ack", terminal, characters: drawn });
        unacknowledged.set(terminal, characters - drawn);
      }
    }
  };
  tell({ type: "start", run: 1, scenario });
  const engine = host as EngineHost;
  let terminals = 0;
  let id = 0;
  for (let step = 0; step < length; step++) {
    const what = random();
    const terminal = 1 + below(Math.max(1, terminals));
    if (what < 0.08 || terminals === 0) {
      tell({
        type: "terminal-open",
        terminal: ++terminals,
        partition: one(["A", "A", "B"]),
        columns: 80,
        rows: 24,
      });
      // Its code comes in its own time, and messages wait for it.
      while (!joined) await tick();
      await tick();
    } else if (what < 0.45)
      for (const key of `${one(LINES)}\r`) {
        tell({ type: "terminal-input", terminal, text: key });
        if (random() < 0.3) live(1);
      }
    else if (what < 0.6)
      tell({ type: "terminal-input", terminal, text: one(["\x03", "\x03", "\x04", "\x1a", "\x1b[A\r"]) });
    else if (what < 0.63) tell({ type: "terminal-drop", terminal, name: "script.sh", text: "echo dropped $RANDOM\n" });
    else if (what < 0.65) tell({ type: "terminal-resize", terminal, columns: 40 + below(80), rows: 10 + below(30) });
    else if (what < 0.66) tell({ type: "terminal-close", terminal });
    else if (what < 0.72) tell({ type: "speed", speed: one([0, 0.01, 0.25, 1, 1, 8]) });
    else {
      tell({ type: "command", id: ++id, command: something(engine, below, one) });
      // It may be about a file whose code comes in its own time, and what follows waits behind it.
      while (answered < id) await tick();
    }
    live(1 + below(12));
  }
  told.transactions.push(...engine.reader("first").read());
  return { ...told, scenario, host: engine };
}

function something(host: EngineHost, below: (n: number) => number, one: <T>(items: readonly T[]) => T): Command {
  const partition = one(["A", "A", "B"]);
  switch (below(6)) {
    case 0:
      return {
        do: "move",
        dimm: one(["d1", "d2", "d3", "d4"]),
        to: one([{ shelf: true }, { slot: "A/2/0" }, { slot: "B/0/0" }]),
      };
    case 1:
      return {
        do: "load",
        partition,
        load: { kind: one(KINDS), mib: 1 + below(24), node: below(3), policy: "preferred" },
      };
    case 2:
      return { do: "kill", partition, pid: 700 + below(20) };
    case 3:
      return { do: "signal", op: below(60) };
    case 4:
      return { do: "press", dimm: one(["d1", "d2", "d3", "d4"]) };
    default:
      return {
        do: "write",
        partition,
        path: `/sys/devices/system/memory/memory${host.now > 0 ? below(16) : 0}/state`,
        text: one(["offline", "online", "online_movable", "online_kernel"]),
      };
  }
}
