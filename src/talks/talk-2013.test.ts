import { expect, test } from "vitest";
import { talk2013 } from "./built-in/talk-2013.ts";
import { checkTalk } from "./validate.ts";
import { LONGEST_CUE } from "./format.ts";
import { Rehearsal } from "./testing/rehearsal.ts";

test("the talk of 2013 is a talk", () => {
  expect(checkTalk(structuredClone(talk2013), "talk-2013")).toEqual({ ok: true, value: talk2013 });
});

test("every cue, forward and backward twice, leads to the same machine, and lasts no longer than an audience waits", async () => {
  const rehearsal = new Rehearsal(talk2013);
  for (const [scene, { cues, id }] of talk2013.scenes.entries()) {
    const hashes: string[] = [];
    for (let cue = 0; cue <= cues.length; cue++) {
      const before = rehearsal.time;
      hashes.push(await rehearsal.at(scene, cue));
      if (cue > 0) expect(rehearsal.time - before, `${id}, cue ${cue}: real ms`).toBeLessThan(LONGEST_CUE * 1000);
    }
    const way = [...hashes.keys()];
    for (const cue of [...way.toReversed(), ...way, ...way.toReversed()])
      expect(await rehearsal.at(scene, cue), `${id}, cue ${cue}`).toBe(hashes[cue]);
  }
  rehearsal.close();
}, 120_000);
