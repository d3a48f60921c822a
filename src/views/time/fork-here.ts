/** A fork at the instant that is shown: what came after it, or what is there now, is kept by a name. */
import type { Playground } from "../../client/playground.ts";
import { timeStrings as strings } from "./strings.ts";

/**
 * In the past the machine goes there, and the present is kept as a future; in the present the machine is kept as it is.
 * Either way something else can be done from here, and nothing is lost.
 */
export async function forkHere(playground: Playground): Promise<void> {
  const reel = await playground.reel();
  const { present } = reel;
  playground.futures.keep(strings.fork, present ?? playground.store.getState());
  if (present) await reel.follow();
}
