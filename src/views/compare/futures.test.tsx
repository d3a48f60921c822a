// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, expect, it } from "vitest";
import type { RecordTables } from "../../client/playground.ts";
import { createFakePlayground } from "../../client/sample-world.ts";
import { sampleRecords } from "../../client/sample-records.ts";
import { type Mounted, mount } from "../testing/mounted.tsx";
import { OpenFutures, openFuturesOf } from "./futures-state.ts";
import { READY } from "./futures.ts";
import { futuresStrings } from "./futures-strings.ts";
import { TwoFutures } from "./TwoFutures.tsx";

let mounted: Mounted | undefined;
afterEach(() => mounted?.unmount());

it("has at most one further engine, whatever is compared after what", () => {
  let running = 0;
  let most = 0;
  const futures = new OpenFutures(() => {
    running++;
    most = Math.max(most, running);
    return () => running--;
  });
  futures.compare(READY.policy());
  futures.compare(READY.policy());
  futures.compare(READY.policy());
  expect([running, most]).toEqual([1, 1]);
  futures.close();
  expect(running).toBe(0);
});

/** Two futures whose records are given, at one instant. */
async function show(left: RecordTables, right: RecordTables): Promise<HTMLElement> {
  const playground = createFakePlayground();
  const pair = READY.policy();
  const film = (records: RecordTables) => [{ at: 1, records }];
  openFuturesOf(playground).store.setState({ pair, films: [film(left), film(right)], at: 1 });
  mounted = await mount(<TwoFutures tabs={null} modes={null} />, playground);
  return mounted.page;
}
const told = (page: HTMLElement) =>
  page.querySelectorAll(`section[aria-label="${futuresStrings.differs}"] > ol > li`).length;
const more = (page: HTMLElement) =>
  [...page.querySelectorAll("button")].find(({ textContent }) => /more/.test(textContent ?? ""));

it("says that nothing differs", async () => {
  const page = await show(sampleRecords(), sampleRecords());
  expect(page.textContent).toContain("Nothing differs");
  expect(told(page)).toBe(0);
});

it("tells seven differences, and the rest when asked", async () => {
  const records = sampleRecords();
  const [one] = Object.values(records.attempt).filter(({ kind, parent }) => kind === "offline" && parent === null);
  if (!one) throw new Error("no offline in the sample");
  /** Ten offlines of ten blocks, all of which ended one way. */
  const ended = (errno: typeof one.errno): RecordTables => ({
    ...records,
    attempt: Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => {
        const id = 1000 + at;
        const result = errno === null ? ("ok" as const) : ("failed" as const);
        return [String(id), { ...one, key: String(id), id, target: `memory${at}`, result, errno }];
      }),
    ),
  });
  const page = await show(ended(null), ended("EBUSY"));
  expect(told(page)).toBe(7);
  await act(async () => more(page)?.click());
  expect(told(page)).toBe(10);
});
