/** What somebody does on the page, taken down as the moves of a solution. */
import type { Playground } from "../../client/playground.ts";
import type { Scenario } from "../../protocol/scenario.ts";
import type { Move } from "../format.ts";
import { moveOf } from "./draft.ts";

export interface Recording {
  /** Ends it, and gives what was done; the second time nothing. */
  stop(): readonly Move[];
}

/** Makes the lesson's machine anew, where it is known, and takes down each act from then on; `count`: how many there are. */
export function record(playground: Playground, scenario: Scenario | null, count: (moves: number) => void): Recording {
  let moves: Move[] = [];
  const known = new Set<number>();
  if (scenario) playground.load(scenario);
  playground.watchMoments(true);
  const leave = playground.onFrame(({ moments }) => {
    for (const { acts } of moments)
      for (const { id, command } of acts) {
        // What goes on is told again when it has come to another answer.
        if (known.has(id)) continue;
        known.add(id);
        const move = moveOf(command);
        if (move !== null) moves.push(move);
      }
    count(moves.length);
  });
  return {
    stop: () => {
      leave();
      playground.watchMoments(false);
      const done = moves;
      moves = [];
      return done;
    },
  };
}
