/** A machine whose setup is about files whose code comes late has that code before it is made, whatever worker makes it. */
import { expect, test } from "vitest";
import { lateCode } from "./late-code.ts";
import { hasFiles } from "./more-files.ts";
import { SCENARIOS } from "../protocol/scenarios/index.ts";
import { realSession } from "./testing/real-session.ts";
import { smallScenario } from "./testing/small-machine.ts";

const folder = { partition: "A", path: "/sys/fs/cgroup/box" } as const;
const write = (path: string) => ({ do: "write", partition: "A", path, text: "1" }) as const;

test("what is done to common files needs none of it", () => {
  const common = write("/sys/devices/system/memory/memory1/state");
  expect(lateCode(smallScenario({ setup: [common], script: [{ at: 5, command: common }] }), [])).toBeNull();
  expect(hasFiles()).toBe(false);
});

test("no built-in scenario waits for it", () => {
  for (const { setup, script } of SCENARIOS) expect(lateCode(smallScenario({ setup, script }))).toBeNull();
});

test("a folder that the setup makes is there", async () => {
  const { session, sent, answers } = realSession();
  session.receive({ type: "start", run: 1, scenario: smallScenario({ setup: [{ do: "mkdir", ...folder }] }) });
  expect(sent).toEqual([]);
  await expect.poll(() => sent.map(({ type }) => type), { timeout: 30_000 }).toContain("ready");
  session.receive({ type: "command", id: 1, command: { do: "mkdir", ...folder } });
  session.receive({ type: "command", id: 2, command: { do: "rmdir", ...folder } });
  expect(answers().map(({ answer }) => answer.to === "command" && answer.errno)).toEqual(["EEXIST", null]);
});

test("once it is here it is not asked for again", () => {
  expect(lateCode(smallScenario(), [{ command: write("/proc/sys/vm/stat_interval") }])).toBeNull();
});
