/** A kernel that stops while somebody looks on: its record, its terminal's last words, the silence after, and the way back. */
import { expect, test, vi } from "vitest";
import type { Frame, FromWorker, ToWorker } from "../protocol/messages.ts";
import type { PartitionRecord } from "../protocol/records.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { bytes, GIB, MIB } from "../engine/units.ts";
import { EngineHost } from "./engine-host.ts";
import { Session } from "./session.ts";

const scenario: Scenario = {
  version: 1,
  name: "small",
  title: "Small",
  about: "A machine that starves.",
  seed: 3,
  box: {
    partitions: [
      {
        id: "A",
        name: "small",
        nodes: [{ onboard: bytes(256 * MIB), cpus: "0-1", slots: [] }],
        sharedSlots: 8,
        maxMemory: bytes(32 * GIB),
        kernel: "6.12",
        cmdline: "",
      },
    ],
    shelf: [],
  },
  setup: [],
  script: [],
};

test("a panic is seen, silences the terminal, is ended by a restart, and undone", async () => {
  let time = 0;
  let turn: (() => void) | null = null;
  let heard = 0;
  const sent: FromWorker[] = [];
  const session = new Session({
    build: (given) => new EngineHost(given),
    send: (message) => sent.push(message),
    clock: () => time,
    later: (callback) => {
      turn = callback;
    },
  });
  const tell = (message: ToWorker): void => session.receive(message);
  const live = async (turns: number): Promise<void> => {
    for (let i = 0; i < turns; i++) {
      time += 4;
      turn?.();
      for (; heard < sent.length; heard++) {
        const message = sent[heard] as FromWorker;
        if (message.type === "fault") throw new Error(JSON.stringify(message.trouble));
        if (message.type === "frame") tell({ type: "ack", frame: message.frame, buffers: [] });
        if (message.type === "terminal-output")
          tell({ type: "terminal-ack", terminal: message.terminal, characters: message.text.length });
      }
      await new Promise((resolve) => setTimeout(resolve));
    }
  };
  const frames = (): Frame[] => sent.filter((message) => message.type === "frame");
  const partition = (): PartitionRecord =>
    frames()
      .flatMap(({ patches }) => patches)
      .filter(([kind]) => kind === "partition")
      .at(-1)?.[2] as PartitionRecord;
  const shown = (): string => sent.map((message) => (message.type === "terminal-output" ? message.text : "")).join("");
  const type = (text: string): void => tell({ type: "terminal-input", terminal: 1, text });

  tell({ type: "start", run: 1, scenario });
  tell({ type: "speed", speed: 1 });
  await live(4);
  tell({ type: "terminal-open", terminal: 1, partition: "A", columns: 80, rows: 24 });
  await vi.waitFor(async () => {
    await live(2);
    expect(shown()).toMatch(/[#$] $/);
  }, 20_000);
  tell({
    type: "command",
    id: 1,
    command: { do: "hotadd", partition: "A", id: "d1", node: 0, size: bytes(10 * GIB) },
  });
  await live(40);
  expect(partition().stopped).toBeUndefined();
  type("free\r");
  await vi.waitFor(async () => {
    await live(4);
    expect(partition().stopped?.words).toBe("System is deadlocked on memory");
  }, 20_000);
  expect(shown()).toMatch(/Kernel panic - not syncing: System is deadlocked on memory\r\n$/);
  expect(frames().flatMap(({ log }) => log.map(({ line }) => line))).toContain(
    "Kernel panic - not syncing: System is deadlocked on memory",
  );
  const silence = shown().length;
  type("echo anybody\r");
  await live(20);
  expect(shown()).toHaveLength(silence);
  // Another kernel boots, which has room for the DIMM's memory map; a shell is where one was, and can restart it, too.
  const cmdline = "memory_hotplug.memmap_on_memory=1";
  tell({ type: "command", id: 5, command: { do: "reboot", partition: "A", cmdline } });
  await vi.waitFor(async () => {
    await live(4);
    expect(shown().slice(silence)).toMatch(/[#$] $/);
  }, 20_000);
  expect(partition().stopped).toBeUndefined();
  type("echo x > /tmp/x; reboot\r");
  await vi.waitFor(async () => {
    await live(4);
    expect(shown().slice(silence)).toMatch(/reboot: Restarting system\r\n[\s\S]*[#$] $/);
  }, 20_000);
  const restarted = shown().length;
  type("ls -A /tmp; uptime -p\r");
  await vi.waitFor(async () => {
    await live(4);
    expect(shown().slice(restarted)).toMatch(/lup 0 minutes\r\n/);
  }, 20_000);
  for (let id = 6; !partition().stopped && id < 10; id++) {
    tell({ type: "undo", id });
    await live(30);
  }
  expect(partition().stopped?.words).toBe("System is deadlocked on memory");
  for (let id = 10; partition().stopped && id < 14; id++) {
    tell({ type: "undo", id });
    await live(30);
  }
  expect(partition().stopped).toBeUndefined();
  type("echo $((40 + 2))\r");
  await vi.waitFor(async () => {
    await live(4);
    expect(shown().slice(silence)).toMatch(/42\r\n/);
  }, 20_000);
}, 60_000);
