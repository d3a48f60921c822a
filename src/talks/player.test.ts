/** A talk whose simulator is lost in the middle: the machine is made again, and the talk is where it was to be. */
import { expect, test } from "vitest";
import { Rehearsal } from "../author/talk-rehearsal.ts";
import { talk2013 } from "./built-in/talk-2013.ts";

const first = talk2013.scenes.findIndex(({ id }) => id === "hot-add");
const talk = { ...talk2013, scenes: talk2013.scenes.slice(first, first + 2) };

/** The next stretches, from one on, are answered as by a simulator that is gone. */
function lose({ playground }: Rehearsal, from: number, count: number): void {
  const { stretch } = playground;
  let asked = 0;
  playground.stretch = (...about) => {
    const at = asked++;
    return at >= from && at < from + count ? Promise.resolve(null) : stretch.apply(playground, about);
  };
}

test("while a click is played, where time was to stand still, and twice in a row", async () => {
  const whole = new Rehearsal(talk);
  const rest = await whole.at(0, 0);
  const added = await whole.at(0, 1);
  const gone = await whole.at(1, 1);
  whole.close();
  expect(new Set([rest, added, gone]).size).toBe(3);

  for (const [from, count] of [
    [0, 1],
    [1, 1],
    [0, 3],
  ] as const) {
    const one = new Rehearsal(talk);
    expect(await one.at(0, 0)).toBe(rest);
    lose(one, from, count);
    expect(await one.at(0, 1), `lost from ${from}, ${count} times`).toBe(added);
    expect(one.player.store.getState()).toMatchObject({ playing: false, done: [{ outcome: null, cue: 1 }] });
    expect(await one.at(0, 0)).toBe(rest);
    expect(await one.at(1, 1)).toBe(gone);
    one.close();
  }
}, 60_000);

test("where there is none to be had, it is not tried for ever, and the next click tries again", async () => {
  const one = new Rehearsal(talk);
  const rest = await one.at(0, 0);
  const gone = await one.at(1, 1);
  await one.at(0, 0);
  const { stretch } = one.playground;
  one.playground.stretch = () => Promise.resolve(null);
  await one.player.goTo({ scene: 0, cue: 1 });
  expect(one.player.store.getState()).toMatchObject({ place: { scene: 0, cue: 1 }, hash: null, playing: false });
  one.playground.stretch = stretch;
  expect(await one.at(0, 0)).toBe(rest);
  one.playground.stretch = () => Promise.resolve(null);
  await one.player.goTo({ scene: 1, cue: 1 });
  one.playground.stretch = stretch;
  // Nothing of what was lost counts as having been there.
  expect(await one.at(1, 1)).toBe(gone);
  one.close();
}, 60_000);
