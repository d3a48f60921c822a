/** Lets time pass in a machine, with what is known to come in it at its places: the scenario's script, and causes of the past. */
import { simNs } from "../engine/units.ts";
import type { Play } from "./play.ts";

/**
 * Lets `nanoseconds` of simulated time pass, or as many as the budget allows. True when it was used up in real time: the
 * machine does all that this computer can do, and a pause would be lost.
 */
export function advance(
  play: Play,
  nanoseconds: number,
  budget: { readonly late: () => boolean; expired(): boolean },
): boolean {
  const { engine, script, begin } = play;
  const target = engine.now + Math.round(nanoseconds);
  if (play.next) {
    play.goOn(target, budget);
    if (play.next && play.next.at <= target) return budget.late();
  }
  for (let next = script[play.step]; !play.next && next && begin + next.at <= target; next = script[play.step]) {
    engine.runUntil(simNs(begin + next.at), budget);
    if (engine.now < begin + next.at) return budget.late();
    play.submit(next.command, "script");
  }
  engine.runUntil(simNs(target), budget);
  return budget.late();
}
