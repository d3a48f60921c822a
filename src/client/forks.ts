/** Which of the futures that were left are worth to be told of. */
import type { JournalEntry } from "../engine/time/journal.ts";
import type { Fork, Kept } from "./keeper.ts";
import type { Playground } from "./playground.ts";

/**
 * Futures that were left, oldest first: nothing that was done is lost when something else is done in its place. What the
 * present machine, or another one of them, has come to as well is none, unless somebody gave it a name.
 */
export function forksOf({ futures: { left }, kept }: Pick<Playground, "kept"> & ForksKept): readonly Fork[] {
  // Of two that are alike the one with a name is kept, else the newer one.
  const rivals = ({ number, resume }: Fork) =>
    left.filter(
      (one) =>
        one.number !== number &&
        (one.name !== null || one.number > number || one.resume.causes.length > resume.causes.length),
    );
  return left.filter(
    (fork) => fork.name !== null || !(kept ? [kept, ...rivals(fork)] : rivals(fork)).some((one) => holds(one, fork)),
  );
}

interface ForksKept {
  readonly futures: Pick<Playground["futures"], "left">;
}

/** Whether all that was done in `fork` was done in `other`, too. */
function holds(other: Kept, fork: Kept): boolean {
  const [more, less] = [other.resume.causes, fork.resume.causes];
  return (
    (other.scenario === fork.scenario || JSON.stringify(other.scenario) === JSON.stringify(fork.scenario)) &&
    less.length <= more.length &&
    commonCauses(less, more) === less.length
  );
}

/** In how many causes two journals begin alike. */
export function commonCauses(one: readonly JournalEntry[], other: readonly JournalEntry[]): number {
  let common = 0;
  for (;;) {
    const [a, b] = [one[common], other[common]];
    if (!a || !b || !isSame(a, b)) return common;
    common++;
  }
}

const isSame = (one: JournalEntry, other: JournalEntry): boolean =>
  one === other ||
  (one.step === other.step && one.at === other.at && JSON.stringify(one.command) === JSON.stringify(other.command));
