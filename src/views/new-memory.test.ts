import { expect, test } from "vitest";
import { busyServer } from "../protocol/scenarios/busy-server.ts";
import { checkScenario } from "../protocol/validate-scenario.ts";
import { MOVABLE_RULE, ONLINERS, onlinedBy, onlinerOf, withoutChoice } from "./new-memory.ts";
import { lostTo } from "./verdict/lost-to.ts";

const first = ({ box }: typeof busyServer) => {
  const [partition] = box.partitions;
  if (!partition) throw new Error("no partition");
  return partition;
};

test("each choice is known again, replaces the one before, and leaves other words and partitions as they are", () => {
  const before = first(busyServer);
  const others = before.cmdline.split(" ").filter((word) => !word.startsWith("memhp_default_state="));
  let scenario = busyServer;
  for (const who of [...ONLINERS, ...ONLINERS.toReversed()]) {
    scenario = onlinedBy(scenario, before.id, who, `Busy · ${who}`);
    expect(scenario.name).toBe(`${busyServer.name}.${who}`);
    expect(onlinerOf(first(scenario))).toBe(who);
    expect(first(scenario).cmdline.split(" ").slice(0, -1).join(" ")).toBe(others.join(" "));
    expect(scenario.box.partitions.slice(1)).toEqual(busyServer.box.partitions.slice(1));
    expect(checkScenario(JSON.parse(JSON.stringify(scenario)), "chosen").ok).toBe(true);
  }
  expect(onlinerOf({ cmdline: "memhp_default_state=offline", udevRules: "# mine" })).toBeNull();
  expect(onlinerOf({ cmdline: "memhp_default_state=online memhp_default_state=online_movable" })).toBeNull();
  expect(onlinerOf({ cmdline: "", udevRules: MOVABLE_RULE })).toBeNull();
});

test("the name of an earlier choice leaves the title, and nothing that was the title's own", () => {
  const names = { nobody: "none", kernel: "the kernel", udev: "a rule", both: "both" };
  expect(withoutChoice("Busy · a rule", names)).toBe("Busy");
  expect(withoutChoice("Rack 4 · my own", names)).toBe("Rack 4 · my own");
  expect(withoutChoice("Rack 4 · my own · both", names)).toBe("Rack 4 · my own");
});

test("a rule that came too late: who was first, for how many blocks, and whether that changed their zone", () => {
  const block = (zone: string | null, late?: "online_movable") => ({
    zone,
    onliner: { by: "auto-online", ...(late && { late }) } as const,
  });
  expect(lostTo([])).toBeNull();
  expect(lostTo([block("A/1/Normal"), { zone: null, onliner: { by: "boot" } }])).toBeNull();
  const late = lostTo([
    block("A/1/Normal", "online_movable"),
    block("A/1/Normal"),
    block("A/1/Movable", "online_movable"),
  ]);
  expect(late).toEqual({
    by: "auto-online",
    word: "online_movable",
    zones: ["Normal", "Movable"],
    count: 2,
    harmless: false,
  });
  expect(lostTo([block("A/1/Movable", "online_movable")])?.harmless).toBe(true);
});
