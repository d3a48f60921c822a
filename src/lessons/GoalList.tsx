/** The goals and how far each is, in words and signs; what changes is announced once. */
import { CornerDownRight } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Book, GoalState } from "./book.ts";
import type { Goal, Lesson, Words } from "./format.ts";
import { Line, type Value } from "./Markup.tsx";
import { plainText } from "./markup.ts";
import { lessonStrings as strings } from "./strings.ts";
import { say } from "./words.ts";
import styles from "./goals.module.css";

interface GoalListProps {
  readonly lesson: Lesson;
  readonly book: Book;
  /** The goal that the last move leads away from; what it did is told below. */
  readonly wrong: string | null;
  readonly words: Words;
  readonly value: Value;
}

const NONE: GoalState = { id: "", ticked: false, kept: false, met: 0, of: 1, items: [], at: null, hurt: false };

function stateWords(kind: Goal["kind"], { ticked, hurt, met, of }: GoalState): string {
  if (hurt) return strings.state.hurt;
  if (kind === "keep") return strings.state.kept;
  return ticked ? strings.state.ticked : strings.state.open(met, of);
}

export function GoalList({ lesson, book, wrong, words, value }: GoalListProps) {
  const said = useChanges(lesson, book, (goal) => plainText(say(words, goal.say), value));
  return (
    <div className={styles.goals}>
      <h3>{strings.goal}</h3>
      <ul>
        {lesson.goal.map((goal) => {
          const state = book.goals[goal.id] ?? NONE;
          const { ticked, hurt, of } = state;
          // More than was asked for is enough.
          const met = ticked ? Math.min(state.met, of) : state.met;
          const is = hurt ? "hurt" : ticked ? "ticked" : met > 0 && of > 1 ? "begun" : "open";
          return (
            <li key={goal.id} data-is={is} data-wrong={(!ticked && goal.id === wrong) || undefined}>
              <Sign is={is} share={of > 0 ? met / of : 0} />
              <span>
                <Line text={say(words, goal.say)} value={value} />
              </span>
              {!ticked && goal.id === wrong && <CornerDownRight aria-hidden />}
              <span className={styles.count} aria-hidden>
                {goal.kind === "keep"
                  ? hurt
                    ? ""
                    : strings.keptSoFar
                  : of > 1 && !state.kept
                    ? strings.count(met, of)
                    : ""}
              </span>
              <span className="visually-hidden">, {stateWords(goal.kind, state)}</span>
            </li>
          );
        })}
      </ul>
      <p className="visually-hidden" role="status">
        {said}
      </p>
    </div>
  );
}

/** What has changed since it was last shown. */
function useChanges(lesson: Lesson, book: Book, name: (goal: Goal) => string): string {
  const before = useRef(book.goals);
  const [said, setSaid] = useState("");
  const latest = useRef(name);
  latest.current = name;
  useEffect(() => {
    const changed = lesson.goal.filter(({ id }) => before.current[id]?.ticked !== book.goals[id]?.ticked);
    before.current = book.goals;
    if (changed.length > 0)
      setSaid(
        changed.map((goal) => strings.changed(latest.current(goal), book.goals[goal.id]?.ticked ?? false)).join(". "),
      );
  }, [lesson, book]);
  return said;
}

/** A ring that fills; a tick; a cross. */
function Sign({ is, share }: { readonly is: "hurt" | "ticked" | "begun" | "open"; readonly share: number }) {
  return (
    <svg viewBox="0 0 20 20" aria-hidden className={styles.sign}>
      <circle cx="10" cy="10" r="8.25" />
      {is === "begun" && <path d={sector(share)} className={styles.sector} />}
      {is === "ticked" && <path d="m6 10.4 2.7 2.7L14.2 7.4" />}
      {is === "hurt" && <path d="m7 7 6 6m0-6-6 6" />}
    </svg>
  );
}

function sector(share: number): string {
  const angle = 2 * Math.PI * Math.min(0.999, share);
  const [x, y] = [10 + 8.25 * Math.sin(angle), 10 - 8.25 * Math.cos(angle)];
  return `M10 10V1.75A8.25 8.25 0 ${share > 0.5 ? 1 : 0} 1 ${x.toFixed(2)} ${y.toFixed(2)}Z`;
}
