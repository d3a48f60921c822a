// @vitest-environment happy-dom
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { NO_SELECTION } from "../client/apply-frame.ts";
import { PROFILES } from "../engine/kernel/profiles/descriptions.ts";
import { SCENARIOS } from "../protocol/scenarios/index.ts";
import { sampleAttempts } from "../client/sample-records.ts";
import { createFakePlayground } from "../client/sample-world.ts";
import { followAddress, readAddress, writeAddress } from "./address.ts";
import { SPEEDS } from "../views/time/speeds.ts";

test("what was written is read", () => {
  fc.assert(
    fc.property(
      fc.record({
        scenario: fc.constantFrom(...SCENARIOS.map(({ name }) => name)),
        kernels: fc.dictionary(fc.constantFrom("A", "B"), fc.constantFrom(...PROFILES.map(({ version }) => version))),
        speed: fc.constantFrom(0, ...SPEEDS),
        block: fc.option(fc.constantFrom("A:45", "B:7")),
        pfn: fc.option(fc.nat(2 ** 36)),
        node: fc.option(fc.constantFrom("A/0", "B/1")),
        dimm: fc.option(fc.constantFrom("d1", "spare-2")).filter((dimm) => dimm !== "spare-2"),
      }),
      ({ scenario, kernels, speed, block, pfn, node, dimm }) => {
        const selection = { ...NO_SELECTION, node, block, dimm, pfn: block === null ? null : pfn };
        const address = writeAddress({ scenario, kernels, speed, selection });
        const read = readAddress(address);
        expect({ ...read, selection: { ...NO_SELECTION, ...read.selection } }).toEqual({
          scenario,
          kernels,
          speed,
          selection,
        });
      },
    ),
  );
});

test("an address can be read by people, too", () => {
  expect(
    writeAddress({
      scenario: "busy-server",
      kernels: { A: "6.12" },
      speed: 0.25,
      selection: { ...NO_SELECTION, node: "A/1", block: "A:45", pfn: 0x16800 },
    }),
  ).toBe("?scenario=busy-server&kernel=A:6.12&speed=0.25&node=A/1&block=A:45&pfn=0x16800");
});

test("what nobody knows is not said, and nothing in an address breaks the page", () => {
  const usual = { scenario: SCENARIOS[0].name, kernels: {}, speed: null, selection: {} };
  for (const search of [
    "",
    "?",
    "?scenario=nonesuch&kernel=A:9.9&kernel=&kernel=:&speed=fast&node=%00&pfn=12",
    "?speed=-1&speed=&kernel=__proto__&block=%3Cscript%3E",
    "?speed=1e999&dimm=&pfn=0xfffffffffffffffffff&block=",
  ])
    expect(readAddress(search)).toEqual(usual);
  fc.assert(fc.property(fc.string(), (search) => void readAddress(`?${search}`)));
});

test("an address is written once what is looked at stays so; a map that goes along with an operation writes none", () => {
  vi.useFakeTimers();
  const playground = createFakePlayground();
  const written: string[] = [];
  const page = Object.assign(new EventTarget(), {
    location: { search: "", hash: "" },
    history: { replaceState: (_: unknown, __: string, address: string) => written.push(address) },
  });
  const stop = followAddress(playground, page as unknown as Window);
  const attempt = { ...sampleAttempts.offlining, key: "70", id: 70 };
  const { records } = playground.store.getState();
  playground.store.setState({ records: { ...records, attempt: { 70: attempt } } });
  vi.advanceTimersByTime(2000);
  written.length = 0;
  for (const block of ["A:40", "A:41", "A:42"]) {
    playground.select({ block });
    vi.advanceTimersByTime(700);
  }
  expect(written).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(written).toEqual([expect.stringContaining("block=A:42")]);
  playground.setRecord("attempt", "70", { ...attempt, result: "ok", endedAt: attempt.startedAt });
  playground.select({ block: "A:43" });
  vi.advanceTimersByTime(400);
  expect(written).toHaveLength(2);
  stop();
  vi.useRealTimers();
});
