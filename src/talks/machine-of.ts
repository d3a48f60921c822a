/** A machine that a talk is played on: its playground builds whichever scenario the player comes to. */
import { createPlayground } from "../client/create-playground.ts";
import type { OpenChannel } from "../client/worker-channel.ts";
import type { Talk } from "./format.ts";
import { startOf, TalkPlayer } from "./player.ts";

/** Begins with the machine of a scene, number of `talk.scenes`, before its first place is gone to. */
export function machineOf(talk: Talk, scene: number, open: OpenChannel): TalkPlayer {
  let { scenario } = startOf(talk, scene);
  const playground = createPlayground(scenario.name, { scenarios: () => scenario, open });
  return new TalkPlayer(talk, playground, (next) => {
    scenario = next;
    playground.load(next.name);
  });
}
