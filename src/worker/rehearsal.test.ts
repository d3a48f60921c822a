/** Instants that no frame may skip, and copies that do what nobody did. */
import { expect, test } from "vitest";
import { smallBox } from "../engine/testing/small-box.ts";
import { simNs } from "../engine/units.ts";
import type { Patch } from "../protocol/records.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { EngineHost } from "./engine-host.ts";
import { Play } from "./play.ts";
import { Hand, rehearse } from "./rehearsal.ts";

const scenario: Scenario = {
  version: 1,
  name: "rehearsed",
  title: "Rehearsed",
  about: "",
  seed: 7,
  box: smallBox("movable_node memhp_default_state=online_movable"),
  setup: [{ do: "load", partition: "A", load: { kind: "server", mib: 20, churnMibPerSecond: 8, comm: "postgres" } }],
  script: [],
};
const turns = {
  build: (given: ConstructorParameters<typeof EngineHost>[0]) => new EngineHost(given),
  clock: () => performance.now(),
  later: (callback: () => void) => {
    setImmediate(callback);
  },
};

function machine(): { readonly play: Play; readonly block: string } {
  const play = new Play(turns.build, scenario);
  play.setUp();
  play.engine.keepMoments(true);
  const block = play.engine
    .drainPatches()
    .flatMap(([kind, , record]) => (kind === "block" && record?.zone === "Movable" ? [record] : []))[0];
  play.engine.drainMoments();
  return { play, block: `memory${block?.number}` };
}

const statesOf = (patches: readonly Patch[], block: string): string[] =>
  patches.flatMap(([kind, , record]) =>
    kind === "block" && record !== null && `memory${record.number}` === block ? [record.state] : [],
  );

test("every state that a block was in is told, however late somebody asks", async () => {
  const { play, block } = machine();
  const hand = new Hand(turns, play);
  await hand.move(
    `echo offline > ${block}/state; echo online_movable > ${block}/state; echo online > ${block}/state`,
    "A",
  );
  const patches = play.engine.drainPatches();
  const moments = play.engine.drainMoments();
  const states = statesOf(patches, block);
  expect(states).toContain("offline");
  expect(states.at(-1)).toBe("online");
  // Each mark lies on the way, in order, and what was done stands at one of them with its answer.
  let last = 0;
  for (const { patches: until } of moments) {
    expect(until).toBeGreaterThanOrEqual(last);
    last = until;
  }
  expect(last).toBeLessThanOrEqual(patches.length);
  const writes = moments.flatMap(({ acts }) => acts.filter(({ command }) => command.do === "write"));
  const answers = new Map(writes.map(({ id, errno }) => [id, errno]));
  expect([...answers.values()]).toEqual([null, null, "EINVAL"]);
  const offline = moments.find(({ patches: until }, i) =>
    statesOf(patches.slice(moments[i - 1]?.patches ?? 0, until), block).includes("offline"),
  );
  expect(offline?.at).toBeLessThan(play.engine.now);
});

test("a copy does what is asked of it, and the machine goes on as if nothing had been", async () => {
  const { play, block } = machine();
  play.submit({
    do: "write",
    partition: "A",
    path: `/sys/devices/system/memory/${block}/state`,
    text: "offline",
  });
  play.engine.runUntil(simNs(play.engine.now + 40e6));
  const before = play.engine.past();
  const rehearsal = await rehearse(turns, play, {
    partition: "A",
    moves: [`echo online > ${block}/state; echo $?`, { do: "move", dimm: "d3", to: { shelf: true } }],
  });
  expect(play.engine.past()).toEqual(before);
  const [typed, carried] = rehearsal.moves;
  expect(typed?.text).toContain(`echo online > ${block}/state`);
  expect(carried?.text).toBe("");
  expect(rehearsal.at).toBeGreaterThan(before.instant.at);
  const told = [...rehearsal.begin, ...rehearsal.moves.flatMap(({ patches }) => patches)];
  const dimms = told.flatMap(([kind, key, record]) => (kind === "dimm" && key === "d3" ? [record?.slot] : []));
  expect(dimms.at(-1) === undefined).toBe(false);
  // It is the machine that would have come of it.
  const hand = new Hand(turns, play);
  await hand.move(`echo online > ${block}/state; echo $?`, "A");
  play.engine.showAgain();
  expect(statesOf(play.engine.drainPatches(), block).at(-1)).toBe(statesOf(told, block).at(-1));
});

test("a copy that begins anew knows nothing of what was done here, and may be another machine", async () => {
  const { play, block } = machine();
  const hand = new Hand(turns, play);
  await hand.move(`echo offline > ${block}/state`, "A");
  const asked = { partition: "A", moves: [`cat ${block}/state; cat /proc/cmdline`] };
  const here = await rehearse(turns, play, asked);
  expect(here.moves[0]?.text).toContain("offline");
  const other: Scenario = { ...scenario, box: smallBox("movable_node") };
  const anew = await rehearse(turns, play, { ...asked, scenario: other });
  expect(anew.moves[0]?.text).not.toContain("offline");
  expect(anew.moves[0]?.text).not.toContain("memhp_default_state");
  // Its records are all there before the first move.
  expect(statesOf(anew.begin, block).at(-1)).toBe("online");
});

test("a copy that begins anew lets the machine that runs have its turns: its setup is no single event", async () => {
  const { play } = machine();
  let late = 0;
  let breaths = 0;
  const pressed = {
    ...turns,
    // No time is left at any look at the clock.
    clock: () => (late += 1000),
    later: (callback: () => void) => {
      breaths++;
      setImmediate(callback);
    },
  };
  const rehearsal = await rehearse(pressed, play, { partition: "A", moves: [], scenario });
  expect(breaths).toBeGreaterThan(20);
  const whole = new Play(turns.build, scenario);
  whole.setUp();
  whole.engine.showAgain();
  expect(rehearsal.begin).toEqual(whole.engine.drainPatches());
  expect(rehearsal.at).toBe(whole.engine.now);
});
