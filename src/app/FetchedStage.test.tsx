// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { sampleAttempts } from "../client/sample-records.ts";
import { createFakePlayground } from "../client/sample-world.ts";

const asked: string[] = [];
vi.mock("../client/language/fetch-code.ts", () => ({
  fetchCode: async (_load: unknown, name: string) => {
    asked.push(name);
    return { [name]: () => null };
  },
}));

afterEach(() => vi.useRealTimers());

test("views are fetched ahead while no operation runs, and go on being fetched when one has ended", async () => {
  vi.useFakeTimers();
  vi.stubGlobal("requestIdleCallback", (act: () => void) => setTimeout(act, 1));
  const { prefetchStageViews } = await import("./FetchedStage.tsx");
  const playground = createFakePlayground();
  const attempt = { ...sampleAttempts.offlining, key: "70", id: 70 };
  const { records } = playground.store.getState();
  playground.store.setState({ records: { ...records, attempt: { 70: attempt } } });
  prefetchStageViews(playground);
  await vi.advanceTimersByTimeAsync(10_000);
  playground.setRecord("attempt", "70", { ...attempt, pagesMoved: 70 });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([]);
  playground.setRecord("attempt", "70", { ...attempt, result: "ok", endedAt: attempt.startedAt });
  await vi.advanceTimersByTimeAsync(1);
  expect(asked).toHaveLength(1);
  playground.setRecord("attempt", "71", { ...attempt, key: "71", id: 71 });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveLength(1);
  playground.setRecord("attempt", "71", { ...attempt, key: "71", id: 71, result: "failed" });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toHaveLength(6);
});
