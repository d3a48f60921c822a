/** A speaker and those who follow, each with a machine of its own, over a broker in memory. */
import { afterEach, expect, test } from "vitest";
import { Rehearsal } from "../author/talk-rehearsal.ts";
import type { Driver } from "../follow/driver.ts";
import { Follower } from "../follow/follower.ts";
import { MemoryBroker } from "../follow/testing/memory-broker.ts";
import { driveFrom, followedBy, shapeOf } from "./bridge.ts";
import { talk2013 } from "./built-in/talk-2013.ts";
import { type Channel, Conductor } from "./conductor.ts";

const first = talk2013.scenes.findIndex(({ id }) => id === "hot-add");
const talk = { ...talk2013, scenes: talk2013.scenes.slice(first, first + 2) };
const silence = (): Channel => ({ postMessage: () => {}, onmessage: null, close: () => {} });

let closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing) close();
  closing = [];
});

function speak(broker: MemoryBroker, id: string) {
  const rehearsal = new Rehearsal(talk);
  const conductor = new Conductor(rehearsal.player, silence(), { role: "speaker", id, start: { scene: 0, cue: 0 } });
  const transport = broker.join(id);
  const driver = driveFrom(conductor, transport, id);
  closing.push(() => {
    driver.close();
    conductor.close();
    rehearsal.close();
  });
  return { rehearsal, conductor, driver, transport };
}
function follow(broker: MemoryBroker) {
  const rehearsal = new Rehearsal(talk);
  const transport = broker.join(null);
  const follower = new Follower(followedBy(rehearsal.player), transport, shapeOf(talk));
  closing.push(() => {
    follower.close();
    rehearsal.close();
  });
  return { rehearsal, follower, transport };
}

type Seat = ReturnType<typeof follow>;
/** Where a follower's machine is, when it is in step with what was said. */
const seat = ({ rehearsal, follower }: Seat) => {
  const { place, hash } = rehearsal.player.store.getState();
  const { mode, differs } = follower.store.getState();
  return { mode, differs, ...place, hash };
};
async function inStep(speaker: { readonly rehearsal: Rehearsal; readonly driver: Driver }, seats: readonly Seat[]) {
  const { player } = speaker.rehearsal;
  await expect.poll(() => player.store.getState().hash, { timeout: 20_000 }).not.toBeNull();
  await expect.poll(() => speaker.driver.store.getState().unsaid, { timeout: 20_000 }).toBe(0);
  const { place, hash } = player.store.getState();
  for (const one of seats)
    await expect
      .poll(() => seat(one), { timeout: 20_000 })
      .toEqual({ mode: "in-step", differs: false, ...place, hash });
  return { ...place, hash };
}

test("a follower's machine is the speaker's to the bit at every place; a late one, one that was cut off, a hand-over", async () => {
  const broker = new MemoryBroker();
  const speaker = speak(broker, "a");
  const early = follow(broker);
  const rest = await inStep(speaker, [early]);
  speaker.conductor.forward();
  const added = await inStep(speaker, [early]);
  expect(added).toMatchObject({ scene: 0, cue: 1 });
  speaker.conductor.back();
  expect(await inStep(speaker, [early])).toEqual(rest);

  early.transport.cutOff(true);
  expect(early.follower.store.getState().mode).toBe("cut-off");
  speaker.conductor.goTo({ scene: 1, cue: 0 });
  speaker.conductor.toggle("frozen");
  const late = follow(broker);
  await inStep(speaker, [late]);
  expect(late.follower.store.getState()).toMatchObject({ frozen: true, driver: "a" });
  early.transport.cutOff(false);
  await inStep(speaker, [early, late]);

  const other = speak(broker, "b");
  await expect.poll(() => other.driver.store.getState()).toMatchObject({ driver: "a", drives: false });
  // Who doesn't drive tells nothing, and goes along.
  other.conductor.goTo({ scene: 0, cue: 0 });
  speaker.conductor.goTo({ scene: 1, cue: 1 });
  const last = await inStep(speaker, [early, late]);
  await expect.poll(() => seatOf(other.conductor), { timeout: 20_000 }).toEqual(last);
  speaker.driver.tell({ is: "hand", to: "b" }, 0);
  await expect.poll(() => other.driver.store.getState()).toMatchObject({ driver: "b", drives: true });
  other.conductor.back();
  expect(await inStep(other, [early, late])).toMatchObject({ scene: 1, cue: 0 });
  await expect.poll(() => speaker.conductor.shared.place).toEqual({ scene: 1, cue: 0 });
}, 60_000);

const seatOf = (conductor: Conductor) => {
  const { place, hash } = conductor.player.store.getState();
  return { ...place, hash };
};
