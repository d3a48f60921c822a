// @vitest-environment happy-dom
import fc from "fast-check";
import { expect, test } from "vitest";
import { NO_SELECTION } from "../client/apply-frame.ts";
import { PROFILES } from "../engine/kernel/profiles/descriptions.ts";
import { SCENARIOS } from "../protocol/scenarios/index.ts";
import { readAddress, writeAddress } from "./address.ts";
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
