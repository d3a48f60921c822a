/** The page may write to any file, whether a terminal was opened or not; and what was written replays, with undo. */
import { expect, test } from "vitest";
import type { FromWorker, ToWorker } from "../protocol/messages.ts";
import { journalEntries } from "../engine/time/journal.ts";
import { EngineHost } from "./engine-host.ts";
import { Session } from "./session.ts";
import { scenarioOf } from "./testing/random-session.ts";

const write = (path: string, text: string) => ({ do: "write", partition: "A", path, text }) as const;
/** Only people at a shell look at it. */
const RARE = "/proc/sys/vm/stat_interval";

test("a command for a file whose code is not here yet waits for it, and those behind it keep their order", async () => {
  const sent: FromWorker[] = [];
  const hosts: EngineHost[] = [];
  const scenario = { ...scenarioOf(1), setup: [], script: [] };
  const session = new Session({
    build: (given) => {
      const host = new EngineHost(given);
      hosts.push(host);
      return host;
    },
    send: (message) => sent.push(message),
    clock: () => performance.now(),
    later: () => {},
  });
  const tell = (message: ToWorker) => session.receive(message);
  tell({ type: "start", run: 1, scenario });
  tell({ type: "command", id: 1, command: write(RARE, "5") });
  tell({ type: "command", id: 2, command: write("/proc/no/such/file", "1") });
  tell({ type: "command", id: 3, command: write(RARE, "nonsense") });
  const answers = () => sent.flatMap((message) => (message.type === "answer" ? [message] : []));
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
  const sent: FromWorker[] = [];
  const session = new Session({
    build: (given) => new EngineHost(given),
    send: (message) => sent.push(message),
    clock: () => performance.now(),
    later: () => {},
  });
  session.receive({ type: "start", run: 1, scenario: { ...scenarioOf(1), setup: [], script: [] } });
  const folder = { partition: "A", path: "/sys/fs/cgroup/box" } as const;
  session.receive({ type: "command", id: 1, command: { do: "mkdir", ...folder } });
  session.receive({ type: "command", id: 2, command: { do: "chmod", partition: "A", path: RARE, mode: 0o600 } });
  session.receive({ type: "command", id: 3, command: { do: "rmdir", ...folder } });
  const answers = () => sent.flatMap((message) => (message.type === "answer" ? [message.answer] : []));
  await expect.poll(() => answers().length, { timeout: 30_000 }).toBe(3);
  expect(answers().map((answer) => answer.to === "command" && answer.errno)).toEqual([null, "EPERM", null]);
});
