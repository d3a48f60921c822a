/** Two windows of one talk, each with a machine of its own, over a real BroadcastChannel. */
import { afterEach, expect, test } from "vitest";
import { Rehearsal } from "../author/talk-rehearsal.ts";
import { talk2013 } from "./built-in/talk-2013.ts";
import { Conductor, type Role } from "./conductor.ts";
import type { Place } from "./format.ts";

const first = talk2013.scenes.findIndex(({ id }) => id === "hot-add");
const talk = { ...talk2013, scenes: talk2013.scenes.slice(first, first + 2) };
const REST: Place = { scene: 0, cue: 0 };

let opened: { readonly rehearsal: Rehearsal; readonly conductor: Conductor; open: boolean }[] = [];
function open(role: Role, place = REST) {
  const rehearsal = new Rehearsal(talk);
  const channel = new BroadcastChannel("a talk in a test");
  const conductor = new Conductor(rehearsal.player, channel, {
    role,
    id: `${role} ${opened.length}`,
    start: place,
  });
  const window = { rehearsal, conductor, open: true };
  opened.push(window);
  return window;
}
function close(window: (typeof opened)[number]) {
  if (!window.open) return;
  window.open = false;
  window.conductor.close();
  window.rehearsal.close();
}
afterEach(() => {
  for (const window of opened) close(window);
  opened = [];
});

const at = ({ conductor }: (typeof opened)[number]) => {
  const { place, hash, playing } = conductor.player.store.getState();
  return playing || hash === null ? null : { ...place, hash };
};
/** Both at a place, with the same machine, and each knows it of the other. */
async function inStep(windows: readonly (typeof opened)[number][], scene: number, cue: number) {
  const [first, ...others] = windows;
  if (!first) throw new Error("no windows");
  await expect.poll(() => at(first), { timeout: 10_000, interval: 20 }).toMatchObject({ scene, cue });
  for (const other of others) await expect.poll(() => at(other), { timeout: 10_000, interval: 20 }).toEqual(at(first));
  const one = at(first);
  for (const { conductor } of windows) await expect.poll(() => conductor.differs()).toBeNull();
  return one;
}

test("two windows stay in step, whichever drives, through a reload and a closing", async () => {
  const speaker = open("speaker");
  const audience = open("audience");
  const rest = await inStep([speaker, audience], 0, 0);
  await expect
    .poll(() => speaker.conductor.store.getState().others)
    .toMatchObject([{ role: "audience", hash: rest?.hash }]);
  speaker.conductor.forward();
  speaker.conductor.toggle("frozen");
  await expect.poll(() => audience.conductor.shared.frozen).toBe(true);
  audience.conductor.toggle("frozen");
  const added = await inStep([speaker, audience], 0, 1);
  expect(added?.hash).not.toBe(rest?.hash);
  audience.conductor.back();
  expect(await inStep([speaker, audience], 0, 0)).toEqual(rest);
  // At the same moment, from both: the same one counts in both.
  speaker.conductor.forward();
  audience.conductor.goTo({ scene: 1, cue: 0 });
  await expect.poll(() => audience.conductor.shared).toEqual(speaker.conductor.shared);
  speaker.conductor.goTo({ scene: 1, cue: 1 });
  const last = await inStep([speaker, audience], 1, 1);

  close(audience);
  await expect.poll(() => speaker.conductor.store.getState().others).toEqual([]);
  const again = open("audience");
  expect(await inStep([speaker, again], 1, 1)).toEqual(last);
  close(speaker);
  again.conductor.back();
  expect(await inStep([again], 1, 0)).toMatchObject({ scene: 1, cue: 0 });
}, 30_000);

test("a window whose machine is another is told so, and either's can be taken", async () => {
  const speaker = open("speaker");
  const audience = open("audience");
  const rest = await inStep([speaker, audience], 0, 0);
  const stray = async () => {
    await audience.rehearsal.playground.stretch([{ do: "move", dimm: "d6", to: { slot: "A/0/1" } }], {
      length: null,
      speed: 1000,
    });
    const hash = (await audience.rehearsal.playground.past())?.hash ?? null;
    audience.conductor.player.store.setState({ hash });
    await expect.poll(() => speaker.conductor.differs()).toMatchObject({ role: "audience", hash });
  };
  await stray();
  speaker.conductor.settle("mine");
  expect(await inStep([speaker, audience], 0, 0)).toEqual(rest);
  await stray();
  audience.conductor.settle("theirs");
  expect(await inStep([speaker, audience], 0, 0)).toEqual(rest);
}, 30_000);

test("what strangers say on the channel changes nothing", async () => {
  const speaker = open("speaker");
  const rest = await inStep([speaker], 0, 0);
  const { shared } = speaker.conductor;
  const stranger = new BroadcastChannel("a talk in a test");
  const lies: unknown[] = [
    null,
    "forward",
    { is: "shared", shared: { ...shared, turn: 9, place: { scene: 9, cue: 0 } } },
    { is: "shared", shared: { ...shared, turn: 9, place: { scene: 0, cue: -1 } } },
    { is: "shared", shared: { ...shared, turn: Number.NaN } },
    { is: "shared", shared: { ...shared, turn: 9, black: "yes" } },
    { is: "again", to: "somebody else", place: { scene: 1, cue: 1 } },
    { is: "at", from: "x", role: "audience", place: { scene: 0, cue: 0 }, hash: "<b>" },
  ];
  for (let i = 0; i < 400; i++) for (const lie of lies) stranger.postMessage(lie);
  stranger.postMessage({ is: "at", from: "last", role: "audience", place: { scene: 0, cue: 0 }, hash: null });
  await expect.poll(() => speaker.conductor.store.getState().others.map(({ from }) => from)).toEqual(["last"]);
  expect(speaker.conductor.shared).toEqual(shared);
  expect(at(speaker)).toEqual(rest);
  stranger.close();
}, 30_000);
