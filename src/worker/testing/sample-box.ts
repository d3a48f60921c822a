/**
 * The box that tests of views see: a story that is played on the real engine, through the real host and projector, and
 * written down by scripts/record-samples.mjs. One block was taken offline, one refused, and a DIMM is half way out of its
 * slot. src/client/sample.test.ts holds the file to what is taken here.
 */
import type { BoxDescription } from "../../engine/hardware/description.ts";
import type { Command } from "../../engine/time/commands.ts";
import { bytes, GIB, PAGES_PER_SECTION, simNs } from "../../engine/units.ts";
import type { LogEntry } from "../../protocol/messages.ts";
import type { BlockRecord, PageInfo } from "../../protocol/records.ts";
import { dimm } from "../../protocol/scenarios/standard-box.ts";
import { EngineHost } from "../engine-host.ts";
import { LogBook } from "../log-book.ts";

/** A box at one instant, as src/client/sample-records.ts reads it. */
interface Sample {
  readonly now: number;
  readonly records: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly log: readonly LogEntry[];
  readonly pages: Readonly<Record<string, readonly number[]>>;
  readonly inspected: readonly PageInfo[];
}

const BOX: BoxDescription = {
  partitions: [
    {
      id: "A",
      name: "Database server",
      nodes: [
        { onboard: bytes(GIB), cpus: "0-3", slots: [null, null, null] },
        { onboard: bytes(0), cpus: "4-7", slots: [null, null, null] },
      ],
      maxMemory: bytes(16 * GIB),
      distances: [
        [0, 1, 20],
        [1, 0, 20],
      ],
      kernel: "6.1",
      cmdline: "memhp_default_state=online_movable",
    },
    {
      id: "B",
      name: "Web server",
      nodes: [{ onboard: bytes(GIB), cpus: "0-3", slots: [null, null, null] }],
      maxMemory: bytes(8 * GIB),
      kernel: "6.1",
      cmdline: "memhp_default_state=online_movable",
    },
  ],
  shelf: [
    dimm("d1", 512),
    dimm("d2", 512),
    dimm("d3", 1024),
    dimm("d4", 512),
    dimm("d5", 512),
    dimm("d6", 512),
    dimm("d7", 1024),
    { ...dimm("d8", 512), health: "failing" },
  ],
};

const write = (path: string, text: string): Command => ({ do: "write", partition: "A", path, text });
const state = (block: number, text: string) => write(`/sys/devices/system/memory/memory${block}/state`, text);
const insert = (id: string, slot: string): Command => ({ do: "move", dimm: id, to: { slot } });
const AUTO_ONLINE = "/sys/devices/system/memory/auto_online_blocks";

/** How the box comes to be as it is before the story. */
const SETUP: readonly Command[] = [
  insert("d1", "A/0/0"),
  write(AUTO_ONLINE, "online_kernel"),
  insert("d2", "A/0/1"),
  write(AUTO_ONLINE, "online_movable"),
  insert("d3", "A/1/0"),
  insert("d4", "A/1/1"),
  insert("d5", "B/0/0"),
  { do: "load", partition: "A", load: { kind: "slab", mib: 300, node: 0, comm: "find" } },
  { do: "load", partition: "A", load: { kind: "anon", mib: 200, node: 1, policy: "preferred", comm: "postgres" } },
  { do: "load", partition: "A", load: { kind: "pin", mib: 1, node: 1, policy: "preferred", comm: "rdma" } },
  { do: "load", partition: "A", load: { kind: "thp", mib: 64, node: 1, policy: "preferred", comm: "java" } },
  { do: "load", partition: "A", load: { kind: "shm", mib: 48, node: 1, policy: "preferred", comm: "postgres" } },
  { do: "load", partition: "A", load: { kind: "cache", mib: 600, node: 1, policy: "preferred", comm: "nginx" } },
  { do: "load", partition: "A", load: { kind: "anon", mib: 440, node: 1, policy: "preferred", comm: "postgres" } },
  { do: "load", partition: "B", load: { kind: "anon", mib: 256, comm: "redis" } },
];

/** Commands of the story, and the simulated nanoseconds that each is given. */
const STORY: readonly (readonly [Command, number])[] = [
  [state(49, "offline"), 2e9],
  [state(37, "offline"), 1e9],
  [{ do: "move", dimm: "d4", to: { slot: "A/0/2" } }, 20e6],
];

/** Blocks of which a page of each run is inspected. */
const INSPECTED = ["A:41", "A:48"];

/** Plays the story, and tells how the box is in its middle. */
export function takeSample(): Sample {
  const host = new EngineHost({ seed: 2013, box: BOX });
  const log = new LogBook(host);
  for (const command of SETUP) {
    log.submit(command, "setup");
    host.settle();
  }
  host.runUntil(simNs(2e9));
  // What was logged before is what any box says.
  log.drain();
  for (const [command, ns] of STORY) {
    log.submit(command);
    host.runUntil(simNs(host.now + ns));
  }
  const records: Record<string, Record<string, unknown>> = {};
  for (const [kind, key, record] of host.drainPatches()) {
    if (record !== null) records[kind] = { ...records[kind], [key]: record };
  }
  const pages = Object.fromEntries(
    Object.keys(records.block ?? {}).map((key) => {
      const bytes = new Uint8Array(PAGES_PER_SECTION);
      host.pageMap(key, bytes);
      return [key, runsOf(bytes)];
    }),
  );
  const blocks = (records.block ?? {}) as Readonly<Record<string, BlockRecord>>;
  const inspected = INSPECTED.flatMap((key) => {
    const { partition, startPfn } = blocks[key] as BlockRecord;
    return starts(pages[key] ?? []).flatMap((offset) => host.inspect(partition, startPfn + offset) ?? []);
  });
  return { now: host.now, records, log: log.drain(), pages, inspected };
}

/** Lengths of equal bytes that follow one another: `[byte, how many, byte, how many, …]`. */
function runsOf(bytes: Uint8Array): number[] {
  const runs: number[] = [];
  for (const byte of bytes) {
    if (runs.at(-2) === byte) runs.push((runs.pop() as number) + 1);
    else runs.push(byte, 1);
  }
  return runs;
}

/** Where the runs begin. */
function starts(runs: readonly number[]): number[] {
  const offsets: number[] = [];
  let at = 0;
  for (let i = 1; i < runs.length; i += 2) {
    offsets.push(at);
    at += runs[i] as number;
  }
  return offsets;
}

/** A sample as its file holds it, a record a line. */
export function sampleText({ now, records, log, pages, inspected }: Sample): string {
  const lines = (items: readonly string[]) => `[\n${items.join(",\n")}\n]`;
  const table = (entries: readonly (readonly [string, unknown])[]) =>
    `{\n${entries.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(",\n")}\n}`;
  const tables = Object.entries(records).map(([kind, all]) => `${JSON.stringify(kind)}: ${table(Object.entries(all))}`);
  return `{"now": ${now},\n"records": {\n${tables.join(",\n")}\n},\n"log": ${lines(log.map((entry) => JSON.stringify(entry)))},\n"pages": ${table(Object.entries(pages))},\n"inspected": ${lines(inspected.map((page) => JSON.stringify(page)))}}\n`;
}
