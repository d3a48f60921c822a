/** Talks from strangers: what is refused, and by which field; and that nothing in a file throws or passes unbounded. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { placeOf, readTalkAddress, writeTalkAddress } from "./address.ts";
import { talk2013 } from "./built-in/talk-2013.ts";
import { LONGEST_TALK, type Talk } from "./format.ts";
import { paceOf } from "./pace.ts";
import { checkTalk, readTalk } from "./validate.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests break files at any place
type Loose = any;
const problem = (change: (talk: Loose) => void): string => {
  const talk: Loose = structuredClone(talk2013);
  change(talk);
  const checked = checkTalk(talk, "t.json");
  return checked.ok ? "" : checked.problem;
};

test.each<[string, (talk: Loose) => void, RegExp]>([
  ["another version", (talk) => Object.assign(talk, { version: 2 }), /^t\.json: version: expected version 1, got 2$/],
  ["no scenes", (talk) => Object.assign(talk, { scenes: [] }), /scenes: expected at least one scene/],
  [
    "HTML",
    (talk) => Object.assign(talk.scenes[1], { title: "<b>x</b>" }),
    /scenes\[1\]\.title: expected text without HTML/,
  ],
  ["a scene twice", (talk) => Object.assign(talk.scenes[1], { id: "memory-hotplug" }), /scenes\[1\]\.id: .* used once/],
  [
    "a scene after none",
    (talk) => Object.assign(talk.scenes[1], { machine: { after: "x" } }),
    /scenes\[1\]\.machine\.after/,
  ],
  ["a later scene", (talk) => Object.assign(talk.scenes[1], { machine: { after: "resize" } }), /machine\.after/],
  [
    "no such scenario",
    (talk) => Object.assign(talk.scenes[1], { machine: "x" }),
    /scenes\[1\]\.machine: expected a scenario/,
  ],
  [
    "a bad machine",
    (talk) => Object.assign(talk.scenes[0].machine, { seed: -1 }),
    /scenes\[0\]\.machine: scenario: seed/,
  ],
  [
    "a panel that nobody knows",
    (talk) => Object.assign(talk.scenes[0].picture[0], { show: "cat" }),
    /picture\[0\]\.show/,
  ],
  [
    "a command that nobody knows",
    (talk) => Object.assign(talk.scenes[2].cues[0].run[0], { do: [{ do: "rm" }] }),
    /run\[0\]\.do\[0\]\.do/,
  ],
  [
    "too many words",
    (talk) => Object.assign(talk.scenes[0].cues[0], { caption: "word ".repeat(26) }),
    /scenes\[0\]\.cues\[0\]: expected at most 25 words on the screen, got 28/,
  ],
  [
    "a run after a rewind",
    (talk) => talk.scenes.find(({ id }: Loose) => id === "limitation").cues.push({ say: "x", run: [] }),
    /\.cues\[4\]\.run: expected no run after a rewind/,
  ],
])("%s is refused by its field", (_, change, expected) => {
  expect(problem(change)).toMatch(expected);
});

test("too large a file is not read", () => {
  expect(readTalk(" ".repeat(LONGEST_TALK + 1), "t.json")).toEqual({ ok: false, problem: "t.json: larger than 1 MiB" });
});

test("a talk survives its file, and a broken one never throws", () => {
  const text = JSON.stringify(talk2013);
  expect(readTalk(text, "t.json")).toEqual({ ok: true, value: talk2013 });
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 4 }), (place, inserted) => {
      const read = readTalk(text.slice(0, place) + inserted + text.slice(place + 1), "t.json");
      if (!read.ok) expect(read.problem).toMatch(/^t\.json: /);
    }),
    { numRuns: 100 },
  );
});

test("an address says where a talk is, and what it says wrongly counts as the beginning", () => {
  for (const [scene, { cues }] of talk2013.scenes.entries())
    for (const cue of [0, cues.length]) {
      const address = readTalkAddress(writeTalkAddress("2013", talk2013, { scene, cue }, true));
      expect(address).toMatchObject({ talk: "2013", speaker: true });
      expect(address && placeOf(talk2013, address)).toEqual({ scene, cue });
    }
  const read = (hash: string) => placeOf(talk2013, readTalkAddress(hash) ?? expect.fail(hash));
  expect(read("#talk=2013/nowhere/7")).toEqual({ scene: 0, cue: 1 });
  expect(read("#talk=2013/resize/999")).toEqual({ scene: 4, cue: 2 });
  expect(readTalkAddress("#box")).toBeNull();
});

test("the pace: nobody is late before a scene's time is over, and slow from a twentieth of the whole on", () => {
  const talk = {
    ...talk2013,
    scenes: talk2013.scenes.slice(0, 2).map((scene) => ({ ...scene, seconds: 100 })),
  } as Talk;
  expect(paceOf(talk, { scene: 0, cue: 0 }, 90)).toMatchObject({ late: 0, slow: false, total: 200, share: 0.45 });
  expect(paceOf(talk, { scene: 0, cue: 0 }, 108)).toMatchObject({ late: 8, slow: false });
  expect(paceOf(talk, { scene: 0, cue: 0 }, 111)).toMatchObject({ late: 11, slow: true });
  expect(paceOf(talk, { scene: 1, cue: 0 }, 80)).toMatchObject({ late: -20, slow: false });
});
