/** How far an attempt is, what it is made of, and what it came to in figures. */
import { Check as Passed, LoaderCircle, Undo2, X } from "lucide-react";
import { useShallow } from "zustand/react/shallow";
import type { AttemptStep } from "../../engine/chronicle/outcome.ts";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { type AttemptRecord, progressOf } from "./attempts.ts";
import { count, duration } from "./phrase.ts";
import { verdictStrings as strings } from "./strings.ts";
import styles from "./verdict.module.css";

export function Progress({ attempt }: { readonly attempt: AttemptRecord }) {
  const progress = usePlaygroundState(
    useShallow((state) => (attempt.result === "running" ? progressOf(state.records, attempt) : null)),
  );
  if (!progress) return null;
  const { moved, left } = progress;
  return (
    <div className={styles.progress}>
      <div>
        <progress aria-label={strings.progress(attempt.target)} max={Math.max(1, moved + left)} value={moved} />
        <span className="figures">{strings.progressText(moved, left)}</span>
      </div>
    </div>
  );
}

type StepState = AttemptStep["state"];
/** Each state has a form of its own: colour alone would not do. */
const SIGNS: Readonly<Record<StepState, typeof Passed>> = {
  emptying: LoaderCircle,
  offline: Passed,
  stayed: X,
  "coming-back": LoaderCircle,
  "rolled-back": Undo2,
  "not-back": X,
  "coming-online": LoaderCircle,
  online: Passed,
  "not-online": X,
};
const TONES: Readonly<Record<StepState, "ok" | "failed" | "running" | "undone">> = {
  emptying: "running",
  offline: "ok",
  stayed: "failed",
  "coming-back": "running",
  "rolled-back": "undone",
  "not-back": "failed",
  "coming-online": "running",
  online: "ok",
  "not-online": "failed",
};
/** More blocks than this are counted, not listed one by one: the newest, and all that failed. */
const MOST_STEPS = 12;

/** What became of each memory block: once each, with words for those that are not what a glance takes them for. */
export function Steps({ steps }: { readonly steps: readonly AttemptStep[] }) {
  const playground = usePlayground();
  if (steps.length === 0) return null;
  const listed = steps.filter(({ state }, index) => TONES[state] === "failed" || index >= steps.length - MOST_STEPS);
  const tally = strings.stepTally(steps.map(({ state }) => state));
  return (
    <div className={styles.steps}>
      <ul className={styles.parts} aria-label={strings.blocks}>
        <li aria-hidden>{strings.memory}</li>
        {listed.map(({ target, state, attempt, tries }) => {
          const Sign = SIGNS[state];
          const label = strings.block(target, strings.stepState(state, tries));
          return (
            <li key={target}>
              <button
                type="button"
                data-result={TONES[state]}
                title={label}
                aria-label={label}
                onClick={() => playground.select({ attempt: String(attempt) })}
              >
                <Sign aria-hidden />
                {target.replace(/^memory/, "")}
              </button>
            </li>
          );
        })}
      </ul>
      {tally && <p className={styles.tally}>{tally}</p>}
    </div>
  );
}

/** Moved, failed, passes, time, and where the pages went. Only of an attempt that moved anything. */
export function Facts({ attempt }: { readonly attempt: AttemptRecord }) {
  if (attempt.kind !== "offline" && attempt.kind !== "eject") return null;
  if (attempt.result === "running" || attempt.pagesMoved + attempt.pagesFailed === 0) return null;
  const { facts } = strings;
  const took = attempt.endedAt === null ? null : attempt.endedAt - attempt.startedAt;
  const entries: readonly (readonly [string, string])[] = [
    [facts.moved, count(attempt.pagesMoved)],
    ...(attempt.pagesFailed > 0 ? [[facts.failed, count(attempt.pagesFailed)] as const] : []),
    ...(attempt.passes > 1 ? [[facts.passes, count(attempt.passes)] as const] : []),
    ...(took === null ? [] : [[facts.took, duration(took)] as const]),
    ...attempt.movedTo.map(
      ([node, zone, pages]) => [`${facts.to} ${strings.destination(node, zone)}`, count(pages)] as const,
    ),
  ];
  return (
    <dl className={`${styles.facts} figures`}>
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
