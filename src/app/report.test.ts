import { expect, test } from "vitest";
import { createFakePlayground } from "../client/sample-world.ts";
import { reportText } from "./report.ts";

test("a report has the reason, the verdicts, the log and what terminals showed", () => {
  const { store } = createFakePlayground({ status: "fault", fault: { why: "stopped", said: "no such page" } });
  const text = reportText(store.getState(), [{ label: "A, database", text: "$ lsmem\nRANGE" }]);
  for (const part of [
    "Scenario: busy-server",
    "Partition A: Linux",
    "The simulation stopped: no such page.",
    "Terminal A, database\n",
    "$ lsmem\nRANGE\n",
  ])
    expect(text).toContain(part);
  for (const { line } of store.getState().log) expect(text).toContain(line);
  for (const { target } of Object.values(store.getState().records.attempt).filter(({ parent }) => parent === null))
    expect(text).toContain(target);
  expect(reportText({ ...store.getState(), log: [] }, [])).toContain("Event log\n=========\n(nothing)\n");
});
