/** Questions to the machine that runs. None changes it; some wait for code, or for a copy that is run beside it. */
import type { Place } from "../engine/time/commands.ts";
import type { Answer, Foresight, ToWorker } from "../protocol/messages.ts";
import type { Play } from "./play.ts";
import type { copyOf } from "./rehearsal.ts";

const ABOUT = [
  "inspect",
  "foresee-offline",
  "foresee",
  "remedies",
  "audit",
  "chain",
  "search",
  "hit",
  "rehearse",
  "past",
  "support",
  "snapshot",
] as const;

export type Question = Extract<ToWorker, { type: (typeof ABOUT)[number] }>;

/** Types of messages that are questions. */
export const QUESTIONS: ReadonlySet<string> = new Set<Question["type"]>(ABOUT);

export const isQuestion = (message: ToWorker): message is Question => QUESTIONS.has(message.type);

/** Who lets time pass and makes machines. */
type Host = Parameters<typeof copyOf>[0];

/**
 * The machine's answer to a question, at once where nothing has to be fetched or run for it.
 *
 * @param budget real milliseconds that a search may take at once.
 */
export function answerTo(question: Question, play: Play, host: Host, budget: number): Answer | Promise<Answer> {
  const { engine } = play;
  switch (question.type) {
    case "inspect":
      return { to: "inspect", page: engine.inspect(question.partition, question.pfn) };
    case "foresee-offline":
      return foreseen(engine.foreseeOffline(question.block));
    case "foresee":
      return foreseen(engine.foresee(question.dimm, placeOf(question.to)));
    case "remedies":
      return engine.remedies(question.attempt).then((remedies) => ({ to: "remedies", remedies }));
    case "audit":
      return engine.audit().then((problems) => ({ to: "audit", problems }));
    case "snapshot":
      return orNull(engine.snapshot(question.block)).then((snapshot) => ({ to: "snapshot", snapshot }));
    case "chain":
      return orNull(engine.chain(question.partition, question.pfn)).then((chain) => ({ to: "chain", chain }));
    case "search": {
      const deadline = host.clock() + budget;
      const slice = { expired: () => host.clock() >= deadline };
      return orNull(engine.search(question.partition, question.text, question.begin, slice)).then((search) => ({
        to: "search",
        search,
      }));
    }
    case "hit":
      return { to: "hit", hit: engine.hit(question.partition, question.from, question.step) };
    case "rehearse":
      return orNull(import("./rehearsal.ts").then(({ rehearse }) => rehearse(host, play, question))).then(
        (rehearsal) => ({ to: "rehearse", rehearsal }),
      );
    case "past":
      return { to: "past", past: engine.past() };
    case "support":
      return import("../engine/experiments/support-report.ts")
        .catch(() => null)
        .then((code) => code?.supportReport(question.kernel, [question.ability]).findings[0])
        .then((found) => ({
          to: "support",
          finding: found ? { ability: found.ability, support: found.support } : null,
        }));
  }
}

const foreseen = (foresight: Foresight | Promise<Foresight>): Answer | Promise<Answer> =>
  foresight instanceof Promise ? foresight.then(foreseen) : { to: "foresee", foresight };
const orNull = <T>(answer: Promise<T>): Promise<T | null> => answer.catch(() => null);
const placeOf = (to: string): Place => (to === "shelf" ? { shelf: true } : { slot: to });
