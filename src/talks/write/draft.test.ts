/** What can be done to a talk that is written, as values. */
import { expect, test } from "vitest";
import { checkTalk } from "../validate.ts";
import { copiedScene, EMPTY_TALK, movedScene, placeOfFault, scenesOf, secondsOf, withScene } from "./draft.ts";

const ids = (talk: Readonly<Record<string, unknown>>) => scenesOf(talk).map(({ id }) => id);

test("what one begins with is a talk, and so is it with another scene, which goes on where the one before ends", () => {
  expect(checkTalk(EMPTY_TALK, "talk")).toMatchObject({ ok: true });
  const longer = withScene(EMPTY_TALK, 0);
  expect(scenesOf(longer)[1]).toMatchObject({ machine: { after: "first" } });
  expect(secondsOf(longer)).toBe(120);
  expect(checkTalk(longer, "talk")).toMatchObject({ ok: true });
});

test("scenes move and are copied under names of their own; past either end nothing moves", () => {
  const talk = copiedScene(copiedScene(withScene(EMPTY_TALK, 0), 0), 0);
  expect(ids(talk)).toEqual(["first", "first-3", "first-2", "scene"]);
  expect(ids(movedScene(talk, 1, -1))).toEqual(["first-3", "first", "first-2", "scene"]);
  expect(movedScene(talk, 0, -1)).toBe(talk);
  expect(movedScene(talk, 3, 1)).toBe(talk);
});

test("a finding says where it belongs", () => {
  expect(placeOfFault("scenes[3].cues[1].run: expected a list")).toEqual({ scene: 3, cue: 1 });
  expect(placeOfFault("scenes[0].seconds: expected a number")).toEqual({ scene: 0, cue: null });
  expect(placeOfFault("title: expected text")).toEqual({ scene: null, cue: null });
});
