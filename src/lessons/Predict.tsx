/** A question about the machine, which a copy of it answers. Right and wrong look the same but for a word. */
import { Play } from "lucide-react";
import { useId } from "react";
import type { Prediction, Words } from "./format.ts";
import { Line, Markup, type Value } from "./Markup.tsx";
import { plainText } from "./markup.ts";
import type { Guess } from "./run.ts";
import { lessonStrings as strings } from "./strings.ts";
import { say } from "./words.ts";
import controls from "./controls.module.css";
import styles from "./lesson.module.css";

interface PredictProps {
  readonly asked: Prediction;
  readonly guess: Guess | undefined;
  readonly words: Words;
  readonly value: Value;
  onChoose(option: number): void;
  onSee(): void;
}

export function Predict({ asked, guess, words, value, onChoose, onSee }: PredictProps) {
  const head = useId();
  const chosen = guess?.chosen ?? null;
  const named = (option: number): string => plainText(say(words, asked.options[option]?.say ?? ""), value);
  const answer = answerText(guess, named);
  return (
    <fieldset className={styles.predict} aria-labelledby={head}>
      <h3 id={head}>{strings.predict}</h3>
      <Markup text={say(words, asked.question)} value={value} />
      <div className={styles.options}>
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
            disabled={chosen === null || guess?.asking}
            onClick={onSee}
          >
            <Play aria-hidden />
            {strings.see}
          </button>
        </div>
      )}
      <div role="status">
        {guess?.asking && <p className={styles.quiet}>{strings.asking}</p>}
        {answer !== null && (
          <>
            <p>
              <b>{answer}</b>
            </p>
            {asked.after && <Markup text={say(words, asked.after)} value={value} />}
            <p className={styles.quiet}>{strings.inACopy}</p>
          </>
        )}
      </div>
    </fieldset>
  );
}

function answerText(guess: Guess | undefined, named: (option: number) => string): string | null {
  if (!guess || guess.asking || guess.truth === null || guess.chosen === null) return null;
  const said = named(guess.chosen);
  if (guess.truth.includes(guess.chosen)) return strings.same(said);
  const [truth] = guess.truth;
  return truth === undefined ? strings.none(said) : strings.other(said, named(truth));
}
