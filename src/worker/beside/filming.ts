/**
 * A future, run from its beginning in an engine of its own and filmed: what the box's records were at instants close
 * together. What was done to another machine is done to this one, at the same simulated times.
 */
import { isTerminalCommand } from "../../engine/time/commands.ts";
// Machines with rules of udev, or with virtio devices, need their code.
import "../../engine/time/udev.ts";
import "../../engine/time/virtio-devices.ts";
import { simNs, type SimNs } from "../../engine/units.ts";
import type { Filming, FromBeside } from "../../protocol/beside.ts";
import { EngineHost } from "../engine-host.ts";
import { lateCode } from "../late-code.ts";
import { Play } from "../play.ts";

/** Simulated ns between two shots, while something is attempted and while nothing is. */
const CLOSE = 5e6;
const APART = 50e6;

/** Something that is done to the machine at a time. */
type Cause = Filming["causes"][number];

/** Films one future; `side` says which of two it is. */
export async function* film(future: Filming, side: 0 | 1): AsyncGenerator<FromBeside, void> {
  const { scenario, until } = future;
  await lateCode(scenario, future.causes);
  const play = new Play((given) => new EngineHost(given), scenario);
  const { engine } = play;
  // Until the setup is over both futures are boot, and what that leads to.
  play.setUp();
  if (future.causes.some(({ command }) => isTerminalCommand(command))) await play.join();
  const shot = (): FromBeside => ({ type: "shot", side, at: engine.now, patches: engine.drainPatches() });
  yield shot();
  for (const cause of toCome(play, future.causes)) {
    if (cause.at > until) break;
    for (const _ of pass(play, simNs(cause.at - 1))) yield shot();
    // Between the same two steps where it is the same machine; of another one only the time is the same.
    if (future.exact && cause.origin !== "script") engine.advanceTo(cause);
    else if (engine.now < cause.at) engine.runUntil(cause.at);
    play.give(cause);
    yield shot();
  }
  for (const _ of pass(play, simNs(until))) yield shot();
  const causes = engine.journal.slice(0);
  yield { type: "filmed", side, resume: { causes, instant: engine.instant, terminals: [] } };
}

/** What is done after the setup, with the rest of the script, in the order of times. */
function toCome(play: Play, causes: readonly Cause[]): Cause[] {
  const scripted = causes.filter(({ origin }) => origin === "script").length;
  const script = play.script
    .slice(scripted)
    .map(({ at, command }): Cause => ({ step: 0, at: simNs(play.begin + at), origin: "script", command }));
  return [...causes, ...script].sort((one, other) => one.at - other.at);
}

/** Lets time pass, and stops where a picture is to be taken. */
function* pass({ engine }: Play, until: SimNs): Generator<void> {
  while (engine.now < until) {
    engine.runUntil(simNs(Math.min(until, engine.now + (engine.idle ? APART : CLOSE))));
    yield;
  }
}
