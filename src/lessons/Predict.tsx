/**
 * A question about the machine, which copies of it answer: a run that is watched line by line, stops before what surprises, and
 * goes on when something is expected. Right and wrong look the same but for a word.
 */
import { Play } from "lucide-react";
import { useEffect, useId, useRef } from "react";
import { doingText } from "./deeds.ts";
import type { Prediction, Words } from "./format.ts";
import { Line, Markup, type Value } from "./Markup.tsx";
import { plainText } from "./markup.ts";
import type { Guess } from "./run.ts";
import { lessonStrings as strings } from "./strings.ts";
import { say } from "./words.ts";
import { hasWatch } from "./worked.ts";
import { WorkedRun } from "./WorkedRun.tsx";
import controls from "./controls.module.css";
import styles from "./lesson.module.css";
import own from "./pictures.module.css";

interface PredictProps {
  readonly asked: Prediction;
  readonly guess: Guess | undefined;
  readonly words: Words;
  readonly value: Value;
  onWatch(): void;
  onChoose(option: number): void;
  onSee(): void;
}

export function Predict({ asked, guess, words, value, onWatch, onChoose, onSee }: PredictProps) {
  const head = useId();
  const chosen = guess?.chosen ?? null;
  const asking = guess?.asking ?? false;
  const named = (option: number): string => plainText(say(words, asked.options[option]?.say ?? ""), value);
  const answer = answerText(guess, named);
  const copies = guess?.seen?.copies ?? guess?.watched ?? [];
  const stopped = !hasWatch(asked) || guess?.watched != null;
  const next = asked.commands[asked.watch.length];
  const room = useRef<HTMLFieldSetElement>(null);
  const pressed = useRef(false);
  const press = (what: () => void) => () => {
    if (asking) return;
    pressed.current = true;
    what();
  };
  const answered = answer !== null;
  // The button that was pressed has gone with what it did: reading goes on where it stood.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that one of them goes.
  useEffect(() => {
    if (document.activeElement === document.body && pressed.current) room.current?.focus({ preventScroll: true });
    pressed.current = false;
  }, [stopped, answered]);
  return (
    <fieldset ref={room} tabIndex={-1} className={styles.predict} aria-labelledby={head}>
      <h3 id={head}>{hasWatch(asked) ? strings.worked.head : strings.predict}</h3>
      {!stopped && (
        <div className={styles.see}>
          <p>{strings.worked.about}</p>
          <button type="button" className={controls.primary} aria-disabled={asking} onClick={press(onWatch)}>
            <Play aria-hidden />
            {strings.worked.watch}
          </button>
        </div>
      )}
      {/* What copies did is said once, line by line, as it comes. */}
      <div role="status" aria-atomic="false" className={styles.live}>
        {copies.length > 0 && <WorkedRun copies={copies} words={words} value={value} />}
        {asking && <p className={styles.quiet}>{strings.asking}</p>}
        {guess?.failed && <p>{strings.noAnswer}</p>}
      </div>
      {stopped && (
        <>
          {answer === null && next !== undefined && (
            <p className={own.nextLine}>
              <span className={styles.quiet}>{strings.worked.next}</span> <code>{doingText(next)}</code>
            </p>
          )}
          <Markup text={say(words, asked.question)} value={value} />
          <div className={own.options}>
            {asked.options.map((option, i) => (
              <button key={option.say} type="button" aria-pressed={chosen === i} onClick={() => onChoose(i)}>
                <Line text={say(words, option.say)} value={value} />
              </button>
            ))}
          </div>
          {answer === null && (
            <div className={styles.see}>
              <p>{chosen === null ? strings.choose : strings.letAnswer(named(chosen))}</p>
              <button
                type="button"
                className={controls.primary}
                aria-label={strings.seeLabel}
                disabled={chosen === null}
                aria-disabled={asking}
                onClick={press(onSee)}
              >
                <Play aria-hidden />
                {strings.see}
              </button>
            </div>
          )}
        </>
      )}
      <div role="status">
        {answer !== null && (
          <>
            <p>
              <b>{answer}</b>
            </p>
            {asked.after && <Markup text={say(words, asked.after)} value={value} />}
            <p className={styles.quiet}>{strings.inACopy}</p>
            {asked.yours && (
              <div className={own.yours}>
                <Markup text={say(words, asked.yours)} value={value} />
              </div>
            )}
          </>
        )}
      </div>
    </fieldset>
  );
}

function answerText(guess: Guess | undefined, named: (option: number) => string): string | null {
  if (!guess || guess.asking || !guess.seen || guess.chosen === null) return null;
  const said = named(guess.chosen);
  const { truth } = guess.seen;
  if (truth.includes(guess.chosen)) return strings.same(said);
  const [first] = truth;
  return first === undefined ? strings.none(said) : strings.other(said, named(first));
}
