import { beforeEach, expect, test } from "vitest";
import { createFakePlayground, type FakePlayground } from "../../client/sample-world.ts";
import { EJECTING, OFFLINED, REFUSED } from "../../client/sample-records.ts";
import type { RemedyStep } from "../../engine/hotplug/remedies.ts";
import { NO_REMEDIES } from "../../protocol/messages.ts";
import type { AttemptRecord } from "./attempts.ts";
import { plainText } from "./phrase.ts";
import { verdictStrings } from "./strings.ts";
import { type Foreseen, shellLineOf, surroundingsOf, waysOn } from "./ways-on.ts";

let playground: FakePlayground;
beforeEach(() => {
  playground = createFakePlayground();
});
const tables = () => playground.store.getState().records;
const attempt = (key: string): AttemptRecord => tables().attempt[key]!;
const WILL_GO: Foreseen = { retry: true, instead: null, remedies: NO_REMEDIES };
const STAYS: Foreseen = { ...WILL_GO, retry: false };
const ways = (key: string, destination: string | null = null, foreseen: Foreseen | null = WILL_GO) =>
  waysOn(attempt(key), surroundingsOf(tables(), attempt(key)), destination, foreseen);
const change = (key: string, parts: Partial<AttemptRecord>) =>
  playground.setRecord("attempt", key, { ...attempt(key), ...parts });
const after = (...steps: RemedyStep[]): Foreseen => ({
  ...STAYS,
  remedies: { ...NO_REMEDIES, remedy: { steps, certain: true } },
});

test("what runs can be called off", () => {
  expect(ways(EJECTING)).toEqual([{ way: "cancel", commands: [{ do: "signal", op: Number(EJECTING) }] }]);
});

test("what runs and is held up can be let through, and be called off", () => {
  const [through, cancel] = ways(EJECTING, null, after({ do: "kill", pid: 812, comm: "postgres" }));
  expect(through).toMatchObject({ way: "remedy", commands: [{ do: "kill", partition: "A", pid: 812 }] });
  expect(cancel?.way).toBe("cancel");
});

test("a refused offline can be tried again when it would go otherwise, and not before that is known", () => {
  const path = "/sys/devices/system/memory/memory37/state";
  expect(ways(REFUSED)).toEqual([{ way: "retry", commands: [{ do: "write", partition: "A", path, text: "offline" }] }]);
  expect(ways(REFUSED, null, STAYS)).toEqual([]);
  expect(ways(REFUSED, null, null)).toEqual([]);
});

test("what has to be done first is one button for all of it, with the line that does the same in a shell", () => {
  const [way, ...others] = ways(
    REFUSED,
    null,
    after({ do: "drop-caches" }, { do: "kill", pid: 812, comm: "postgres" }, { do: "lift-veto" }),
  );
  expect(others).toEqual([]);
  const veto = "/sys/kernel/debug/notifier-error-inject/memory/actions/MEM_GOING_OFFLINE/error";
  expect(way?.commands).toEqual([
    { do: "write", partition: "A", path: "/proc/sys/vm/drop_caches", text: "3" },
    { do: "kill", partition: "A", pid: 812 },
    { do: "write", partition: "A", path: veto, text: "0" },
  ]);
  expect(shellLineOf(way?.commands ?? [])).toBe(`echo 3 > /proc/sys/vm/drop_caches; kill 812; echo 0 > ${veto}`);
  expect(verdictStrings.remedy(way?.steps ?? [])).toBe(
    "Drop caches, then end postgres (pid 812), then stop the injected veto",
  );
});

test("what is certain and what is not are said differently", () => {
  const kill: RemedyStep[] = [{ do: "kill", pid: 7, comm: "x" }];
  const say = (steps: RemedyStep[], certain: boolean) =>
    plainText(verdictStrings.promise(steps, certain, "d3", "kill 7"));
  expect(say(kill, true)).toBe("End x (pid 7), and d3 can leave. In a shell: kill 7");
  expect(say(kill, false)).toBe("End x (pid 7), and d3 may be able to leave. In a shell: kill 7");
  expect(say([{ do: "drop-caches" }], false)).toBe(
    "Drop caches, and d3 may be able to leave: what is in use of a cache stays. In a shell: kill 7",
  );
});

test("another DIMM that would leave is offered in place of one that stays", () => {
  change(EJECTING, { result: "failed", errno: "EBUSY" });
  playground.setRecord("dimm", "d4", { ...tables().dimm.d4!, phase: "in-use" });
  expect(ways(EJECTING, "A/0/2", { ...STAYS, instead: "d1" })).toEqual([
    { way: "instead", instead: "d1", commands: [{ do: "move", dimm: "d1", to: { slot: "A/0/2" } }] },
  ]);
  const [way] = ways(EJECTING, null, { ...STAYS, instead: "d1" });
  expect(way?.commands).toEqual([{ do: "move", dimm: "d1", to: { shelf: true } }]);
  expect(shellLineOf(way?.commands ?? [])).toBeNull();
});

test("a block that is offline can go online, as movable where that is valid", () => {
  expect(ways(OFFLINED).map(({ way }) => way)).toEqual(["online", "online-movable"]);
  playground.setRecord("block", "A:49", { ...tables().block["A:49"]!, validZones: ["Normal"] });
  expect(ways(OFFLINED).map(({ way }) => way)).toEqual(["online"]);
});

test("blocks of a refused DIMM that are offline can come online as Movable", () => {
  change(EJECTING, { result: "failed", errno: "EBUSY" });
  const [way] = ways(EJECTING, null, { ...STAYS, remedies: { ...NO_REMEDIES, movable: ["A:48", "A:49"] } });
  expect(way?.way).toBe("online-movable");
  expect(way?.commands.map((command) => command.do === "write" && command.path)).toEqual([
    "/sys/devices/system/memory/memory48/state",
    "/sys/devices/system/memory/memory49/state",
  ]);
});

test("a refused DIMM is sent where it was to go, or asked for again", () => {
  change(EJECTING, { result: "failed", errno: "EBUSY" });
  playground.setRecord("dimm", "d4", { ...tables().dimm.d4!, phase: "in-use" });
  expect(ways(EJECTING, "A/0/2")).toEqual([
    { way: "retry", commands: [{ do: "move", dimm: "d4", to: { slot: "A/0/2" } }] },
  ]);
  expect(ways(EJECTING)).toEqual([{ way: "retry", commands: [{ do: "press", dimm: "d4" }] }]);
});

test("what boot set aside is given back by a write: a pool of a node keeps what is in use", () => {
  const [way] = ways(REFUSED, null, after({ do: "shrink-gigantic", node: 1, keep: 2 }, { do: "shrink-crash" }));
  const pool = "/sys/devices/system/node/node1/hugepages/hugepages-1048576kB/nr_hugepages";
  expect(shellLineOf(way?.commands ?? [])).toBe(`echo 2 > ${pool}; echo 0 > /sys/kernel/kexec_crash_size`);
  expect(verdictStrings.remedy(way?.steps ?? [])).toBe(
    "Give back node 1's free pages of 1 GiB, then give up the crash kernel's memory",
  );
});
