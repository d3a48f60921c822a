/** Ways through time that a key leads: to the next event of the seen past, and a fork at the instant that is shown. */
import type { Reel } from "../../client/film/reel.ts";
import type { Playground } from "../../client/playground.ts";
import { happeningsSince } from "./happenings.ts";
import { timeStrings as strings } from "./strings.ts";

/**
 * A fork: what came after this instant, or what is there now, is kept by a name. In the past the machine goes there, and the present is kept as a future; in the present the machine is kept as it is.
 * Either way something else can be done from here, and nothing is lost.
 */
export async function forkHere(playground: Playground): Promise<void> {
  const reel = await playground.reel();
  const { present } = reel;
  playground.futures.keep(strings.fork, present ?? playground.store.getState());
  if (present) await reel.follow();
}

/** To the event before what is shown (-1), or after it (1); after the last one to the present. */
export function toEvent(playground: Playground, reel: Reel, way: 1 | -1): void {
  const { log, records, now } = reel.present ?? playground.store.getState();
  const at = reel.scene?.now ?? now;
  const times = happeningsSince(0, log, records.attempt).map((happening) => happening.at);
  const to = way < 0 ? times.findLast((time) => time < at) : times.find((time) => time > at);
  if (to !== undefined) reel.goTo(reel.film.indexFrom(to));
  else if (way > 0) reel.leave();
}
