// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { sampleAttempts } from "../../client/sample-records.ts";
import { createFakePlayground } from "../../client/sample-world.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import { createRibbons } from "./ribbons.ts";

test("a ribbon leads from module to module while pages move, and is gone when the attempt has ended", () => {
  const playground = createFakePlayground();
  const { block } = playground.store.getState().records;
  const all = Object.values(block).filter(({ partition, dimm }) => partition === "A" && dimm !== null);
  const to = all.find(({ zone, kinds }) => zone !== null && (kinds[PageKind.Free] ?? 0) > 500)!;
  const from = all.find(({ dimm }) => dimm !== to.dimm)!;
  const canvas = document.createElement("canvas");
  const stop = createRibbons(document.createElement("div"), canvas, playground);
  const attempt = {
    ...sampleAttempts.offlining,
    key: "70",
    id: 70,
    partition: "A",
    target: `memory${from.number}`,
    movedTo: [[to.nodes[0] ?? 0, to.zone ?? "", 200] as const],
  };
  const kinds = to.kinds.map(
    (pages, kind) => pages + (kind === PageKind.Free ? -200 : kind === PageKind.Anon ? 200 : 0),
  );
  const { records } = playground.store.getState();
  const others = Object.entries(records.attempt).filter(([, { result }]) => result !== "running");
  playground.store.setState({
    records: { ...records, attempt: Object.fromEntries(others), block: { ...block, [to.key]: { ...to, kinds } } },
  });
  playground.setRecord("attempt", "70", attempt);
  expect(canvas.dataset.ribbons).toBe(`dimm:${from.dimm}>dimm:${to.dimm}`);
  playground.setRecord("attempt", "70", { ...attempt, result: "ok", endedAt: attempt.startedAt });
  expect(canvas.dataset.ribbons).toBe("");
  stop();
});
