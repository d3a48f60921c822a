/** A machine with rules of udev starts when their code has come; nothing else of this file may bring it. */
import { expect, test } from "vitest";
import type { ToWorker } from "../protocol/messages.ts";
import { realSession } from "./testing/real-session.ts";
import { scenarioOf } from "./testing/random-session.ts";

test("and a start that comes meanwhile is the one that counts", async () => {
  const { session, sent, hosts } = realSession((callback) => void setTimeout(callback));
  const scenario = { ...scenarioOf(1), setup: [], script: [] };
  const partitions = scenario.box.partitions.map((partition) => ({ ...partition, udevRules: "# none" }));
  const ruled = (name: string) => ({ ...scenario, name, box: { ...scenario.box, partitions } });
  const tell = (message: ToWorker) => session.receive(message);
  tell({ type: "start", run: 1, scenario: ruled("left") });
  tell({ type: "start", run: 2, scenario: ruled("kept") });
  expect(hosts).toHaveLength(0);
  const runs = () => sent.flatMap((message) => (message.type === "ready" ? [message.run] : []));
  await expect.poll(runs, { timeout: 30_000 }).toEqual([2]);
  expect(hosts).toHaveLength(1);
  expect(sent.filter(({ type }) => type === "fault")).toEqual([]);
});
