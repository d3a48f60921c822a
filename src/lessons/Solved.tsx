/** What is said when the goal is reached: what was learned, a shorter way, and where it goes on. */
import { ArrowRight, Check } from "lucide-react";
import { useStore } from "zustand";
import { findCard } from "./catalogue.ts";
import type { Words } from "./format.ts";
import type { LessonPlaces } from "./LessonView.tsx";
import { Markup, type Value } from "./Markup.tsx";
import { predictStrings } from "./predict/strings.ts";
import type { LessonRun } from "./run.ts";
import { lessonStrings as strings } from "./strings.ts";
import { say } from "./words.ts";
import controls from "./controls.module.css";
import styles from "./lesson.module.css";
import own from "./goals.module.css";

interface SolvedProps extends Pick<LessonPlaces, "onLesson" | "onIndex"> {
  readonly run: LessonRun;
  readonly words: Words;
  readonly value: Value;
}

export function Solved({ run, onLesson, onIndex, words, value }: SolvedProps) {
  const { lesson } = run;
  const acts = useStore(run.store, ({ book }) => book?.acts ?? 0);
  const next = lesson.next === null ? undefined : findCard(lesson.next);
  const shortest = lesson.solutions.reduce((best, one) => (one.moves.length < best.moves.length ? one : best));
  return (
    <div className={styles.solved} role="status">
      <p className={own.solvedHead}>
        <Check aria-hidden />
        <b>{strings.solved}</b> <span className={styles.quiet}>{strings.yourWay(acts)}</span>
      </p>
      {lesson.after && <Markup text={say(words, lesson.after)} value={value} />}
      {acts > shortest.moves.length * 4 && (
        <p className={styles.quiet}>{strings.shorter(shortest.moves.length, say(words, shortest.name))}</p>
      )}
      {lesson.back.length > 0 && (
        <p>
          {strings.comesBack}{" "}
          {lesson.back.map((generator, i) => (
            <span key={generator}>
              {i > 0 && " · "}
              <a href={`#predict=${generator}`}>{predictStrings.generator[generator]}</a>
            </span>
          ))}
        </p>
      )}
      <p className={styles.buttons}>
        {next && (
          <button type="button" className={controls.primary} onClick={() => onLesson(next.id)}>
            {strings.nextLesson(next.title)}
            <ArrowRight aria-hidden />
          </button>
        )}
        <button type="button" onClick={onIndex}>
          {strings.back}
        </button>
      </p>
    </div>
  );
}
