// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { sampleAttempts } from "../../client/sample-records.ts";
import { createFakePlayground } from "../../client/sample-world.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import { createRibbons, roomFor } from "./ribbons.ts";

/** A playground in which pages move from one DIMM to another, and how their attempt goes on. */
function moving(layer: HTMLElement) {
  const playground = createFakePlayground();
  const { block } = playground.store.getState().records;
  const all = Object.values(block).filter(({ partition, dimm }) => partition === "A" && dimm !== null);
  const to = all.find(({ zone, kinds }) => zone !== null && (kinds[PageKind.Free] ?? 0) > 500)!;
  const from = all.find(({ dimm }) => dimm !== to.dimm)!;
  const stop = createRibbons(document.createElement("div"), layer, playground);
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
  playground.store.setState(({ records: now }) => ({
    records: { ...now, attempt: { ...now.attempt, 70: attempt } },
  }));
  return {
    playground,
    stop,
    ribbon: `dimm:${from.dimm}>dimm:${to.dimm}`,
    end: () => playground.setRecord("attempt", "70", { ...attempt, result: "ok", endedAt: attempt.startedAt }),
  };
}

test("a ribbon leads from module to module while pages move, and is gone when the attempt has ended", () => {
  const layer = document.createElement("div");
  const { playground, stop, ribbon, end } = moving(layer);
  playground.frame();
  expect(layer.dataset.ribbons).toBe(ribbon);
  end();
  expect(layer.dataset.ribbons).toBe("");
  stop();
  expect(layer.childElementCount).toBe(0);
});

test("ribbons leave a display frame to a panel that renders in it, and no two in a row", () => {
  const layer = document.createElement("div");
  const { playground, stop, ribbon } = moving(layer);
  playground.frame({ panel: true });
  expect(layer.dataset.ribbons).toBeUndefined();
  expect(playground.framesAskedFor).toBe(1);
  playground.frame({ panel: true });
  expect(layer.dataset.ribbons).toBe(ribbon);
  stop();
});

test("their canvas is as large as they are, not as the box", () => {
  const near = [
    [100, 50],
    [160, 50],
  ] as const;
  const { left, top, width, height } = roomFor([near]);
  expect(left).toBeLessThan(100);
  expect(top).toBeLessThan(50 - 13);
  expect(width * height).toBeLessThan(100 * 60);
  const both = roomFor([
    near,
    [
      [160.5, 50],
      [20, 300.5],
    ],
  ]);
  expect(both.left).toBeLessThan(20);
  expect(both.left + both.width).toBeGreaterThan(161);
  expect(both.top + both.height).toBeGreaterThan(301);
  expect(Number.isInteger(both.left + both.top + both.width + both.height)).toBe(true);
});
