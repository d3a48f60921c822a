/** The jobs of a worker beside the machine that runs: small steps, each of which tells something. */
import { openBeside } from "../../playback/beside.ts";
import type { FromBeside, SinceJob, ToBeside } from "../../protocol/beside.ts";

/** What a job tells, message by message. */
export type Job = AsyncGenerator<FromBeside, void> | Generator<FromBeside, void>;

/** The work that a message asks for. The page is the same program: what it sends is what it says. */
export function begin(message: ToBeside): Job {
  if (message.type === "since") return findSince(message);
  return message.type === "trace" ? playTrace(message) : filmBoth(message);
}

async function* findSince(job: SinceJob): AsyncGenerator<FromBeside, void> {
  const { since } = await import("./since.ts");
  yield* since(job);
}

function* playTrace({ file, text }: Extract<ToBeside, { type: "trace" }>): Generator<FromBeside, void> {
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

/** One engine at a time: the second future begins when the first has ended. */
async function* filmBoth({
  futures: [left, right],
}: Extract<ToBeside, { type: "film" }>): AsyncGenerator<FromBeside, void> {
  const { film } = await import("./filming.ts");
  yield* film(left, 0);
  yield* film(right, 1);
  yield { type: "done" };
}
