/** The jobs of a worker beside the machine that runs: small steps, each of which tells something. */
import { openBeside } from "../../playback/beside.ts";
import type { FromBeside, ToBeside } from "../../protocol/beside.ts";

/** What a job tells, message by message. */
export type Job = Generator<FromBeside, void>;

/** The work that a message asks for. The page is the same program: what it sends is what it says. */
export function begin(message: ToBeside): Job {
  return playTrace(message);
}

function* playTrace({ file, text }: Extract<ToBeside, { type: "trace" }>): Job {
  const opened = openBeside(text, file);
  if (!opened.ok) {
    yield { type: "unusable", problem: opened.problem };
    return;
  }
  const { head, beside } = opened.value;
  yield { type: "trace", trace: head };
  for (let row = beside.next(); row; row = beside.next()) yield { type: "row", row };
  yield { type: "done" };
}
