/** What the page is told helps, through the real host: as the verdict's buttons do it. */
import { expect, test } from "vitest";
import { smallBox } from "../engine/testing/small-box.ts";
import type { Command } from "../engine/time/commands.ts";
import { NO_REMEDIES } from "../protocol/messages.ts";
import { EngineHost } from "./engine-host.ts";

const pin: Command = { do: "load", partition: "B", load: { kind: "pin", mib: 4, node: 0, policy: "bind" } };

/** Partition B with the Movable DIMM d3, pinned, and an attempt to take it out that gets nowhere. */
function heldUp() {
  const host = new EngineHost({ seed: 1, box: smallBox() });
  for (const command of [{ do: "move", dimm: "d3", to: { slot: "B/0/0" } } as const, pin]) {
    host.submit(command);
    host.settle();
  }
  const { op } = host.submit({ do: "move", dimm: "d3", to: { shelf: true } });
  for (let i = 0; i < 20 && !host.idle; i++) host.runUntil((host.now + 1e8) as typeof host.now);
  const attempt = host.drainPatches().flatMap(([kind, , record]) => (kind === "attempt" && record ? [record] : []));
  const eject = attempt.find((one) => (one as { kind: string }).kind === "eject") as { id: number };
  return { host, eject: eject.id, op };
}

/** The same, called off. */
function refused() {
  const { host, eject, op } = heldUp();
  if (op !== null) host.submit({ do: "signal", op: eject });
  host.settle();
  return { host, eject };
}

test("while an attempt gets nowhere the process that holds it up is named, and it goes through when that has ended", async () => {
  const { host, eject } = heldUp();
  const { remedy, ...others } = await host.remedies(eject);
  expect({ remedy: null, ...others }).toEqual(NO_REMEDIES);
  const [step, ...more] = remedy?.steps ?? [];
  expect(more).toEqual([]);
  if (step?.do !== "kill") throw new Error("nobody to end");
  host.drainPatches();
  host.submit({ do: "kill", partition: "B", pid: step.pid });
  for (let i = 0; i < 50 && !host.idle; i++) host.runUntil((host.now + 1e8) as typeof host.now);
  const last = host
    .drainPatches()
    .flatMap(([kind, key, record]) => (kind === "attempt" && key === `${eject}` && record ? [record] : []));
  expect(last.at(-1)).toMatchObject({ result: "ok" });
  expect(await host.remedies(eject)).toEqual(NO_REMEDIES);
});

test("the process that pins a DIMM is named, and the DIMM leaves when it has ended", async () => {
  const { host, eject } = refused();
  expect((await host.foresee("d3", { shelf: true })).outlook).toBe("goes-on");
  const { remedy, movableNode } = await host.remedies(eject);
  expect(movableNode).toBe(false);
  expect(remedy).toMatchObject({ certain: true, steps: [{ do: "kill" }] });
  const [step] = remedy?.steps ?? [];
  if (step?.do !== "kill") throw new Error("nobody to end");
  host.submit({ do: "kill", partition: "B", pid: step.pid });
  expect((await host.foresee("d3", { shelf: true })).outlook).toBe("leaves");
  expect(await host.remedies(eject)).toEqual(NO_REMEDIES);
});

test("nothing is told of attempts that nobody knows, nor of DIMMs that are elsewhere", async () => {
  const { host, eject } = refused();
  expect(await host.remedies(9999)).toEqual(NO_REMEDIES);
  const { remedy } = await host.remedies(eject);
  for (const step of remedy?.steps ?? [])
    if (step.do === "kill") host.submit({ do: "kill", partition: "B", pid: step.pid });
  host.submit({ do: "move", dimm: "d3", to: { shelf: true } });
  host.settle();
  expect(await host.remedies(eject)).toEqual(NO_REMEDIES);
});

test("a DIMM that boot made Normal would be Movable with movable_node", async () => {
  const host = new EngineHost({ seed: 1, box: smallBox() });
  host.drainPatches();
  host.submit({ do: "move", dimm: "d2", to: { shelf: true } });
  host.settle();
  const attempts = host.drainPatches().flatMap(([kind, , record]) => (kind === "attempt" && record ? [record] : []));
  const eject = attempts.find((one) => (one as { kind: string }).kind === "eject") as { id: number; result: string };
  if (eject.result !== "failed") throw new Error("d2 left");
  expect((await host.remedies(eject.id)).movableNode).toBe(true);
});
