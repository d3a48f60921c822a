/** A machine made again from what a page has kept of one whose simulator is gone (src/client/keeper.ts). */
import type { Resume } from "../protocol/messages.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { Play } from "./play.ts";
import { Rewind } from "./rewind.ts";
import type { SessionHost } from "./session.ts";

/** Real milliseconds between two answers to a page that asks whether anybody is there. */
const BUDGET = 50;

/** Runs it to where the page saw it last. Throws where the journal is another machine's. */
export async function resumed(
  host: Pick<SessionHost, "build" | "clock" | "later">,
  scenario: Scenario,
  { causes, instant }: Resume,
): Promise<Play> {
  const play = new Play(host.build, scenario);
  play.setUp();
  const rewind = new Rewind(play, causes, { entries: causes.length, instant }, play.engine.journal.length);
  for (;;) {
    const end = host.clock() + BUDGET;
    if (rewind.run({ expired: () => host.clock() >= end })) return play;
    await new Promise<void>((resolve) => host.later(resolve, 0));
  }
}
