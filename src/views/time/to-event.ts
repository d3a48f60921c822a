/** From event to event through the seen past: commands, and the ends of attempts. */
import type { Reel } from "../../client/film/reel.ts";
import type { Playground } from "../../client/playground.ts";
import { happeningsSince } from "./happenings.ts";

/** To the event before what is shown (-1), or after it (1); after the last one to the present. */
export function toEvent(playground: Playground, reel: Reel, way: 1 | -1): void {
  const { log, records, now } = reel.present ?? playground.store.getState();
  const at = reel.scene?.now ?? now;
  const times = happeningsSince(0, log, records.attempt).map((happening) => happening.at);
  const to = way < 0 ? times.findLast((time) => time < at) : times.find((time) => time > at);
  if (to !== undefined) reel.goTo(reel.film.indexFrom(to));
  else if (way > 0) reel.leave();
}
