/** The page may write to any file, whether a terminal was opened or not; and what was written replays, with undo. */
import { expect, test } from "vitest";
import type { ToWorker } from "../protocol/messages.ts";
import { bytes, MIB } from "../engine/units.ts";
import { journalEntries } from "../engine/time/journal.ts";
import { EngineHost } from "./engine-host.ts";
import { fetchFiles } from "./more-files.ts";
import { realSession } from "./testing/real-session.ts";
import { scenarioOf } from "./testing/random-session.ts";

const write = (path: string, text: string) => ({ do: "write", partition: "A", path, text }) as const;
/** Only people at a shell look at it. */
const RARE = "/proc/sys/vm/stat_interval";

test("a command for a file whose code is not here yet waits for it, and those behind it keep their order", async () => {
  const { session, hosts, answers } = realSession();
  const scenario = { ...scenarioOf(1), setup: [], script: [] };
  const tell = (message: ToWorker) => session.receive(message);
  tell({ type: "start", run: 1, scenario });
  tell({ type: "command", id: 1, command: write(RARE, "5") });
  tell({ type: "command", id: 2, command: write("/proc/no/such/file", "1") });
  tell({ type: "command", id: 3, command: write(RARE, "nonsense") });
  expect(answers()).toEqual([]);
  await expect.poll(() => answers().length, { timeout: 30_000 }).toBe(3);
  expect(answers().map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(answers().map(({ answer }) => answer.to === "command" && answer.errno)).toEqual([null, "ENOENT", "EINVAL"]);
  // They are here now: the next is answered at once.
  tell({ type: "command", id: 4, command: write(RARE, "7") });
  expect(answers()).toHaveLength(4);
  const [first] = hosts;
  if (!first) throw new Error("nothing was built");
  const { journal, instant, hash } = first.past();
  const again = new EngineHost(scenario);
  again.replay(journalEntries(structuredClone(journal)), instant);
  expect(again.past().hash).toBe(hash);
  expect(again.reader("first").read()).toEqual(first.reader("first").read());
});

test("folders are made by code that comes late, too", async () => {
  const { session, answers } = realSession();
  session.receive({ type: "start", run: 1, scenario: { ...scenarioOf(1), setup: [], script: [] } });
  const folder = { partition: "A", path: "/sys/fs/cgroup/box" } as const;
  session.receive({ type: "command", id: 1, command: { do: "mkdir", ...folder } });
  session.receive({ type: "command", id: 2, command: { do: "chmod", partition: "A", path: RARE, mode: 0o600 } });
  session.receive({ type: "command", id: 3, command: { do: "rmdir", ...folder } });
  await expect.poll(() => answers().length, { timeout: 30_000 }).toBe(3);
  expect(answers().map(({ answer }) => answer.to === "command" && answer.errno)).toEqual([null, "EPERM", null]);
});

test("with them comes the disk of a machine that has one", async () => {
  await fetchFiles();
  const { seed, box } = scenarioOf(1);
  const disk = { size: bytes(64 * MIB), writes: bytes(4 * MIB) };
  const host = new EngineHost({ seed, box: { ...box, partitions: box.partitions.map((one) => ({ ...one, disk })) } });
  expect(host.submit(write(RARE, "5")).errno).toBeNull();
  const file = { do: "file", partition: "A", file: 1, path: "/mnt/x", call: "write", from: 0, to: 8192 } as const;
  expect(host.submit(file).errno).toBeNull();
});
