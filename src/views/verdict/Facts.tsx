/** How far an attempt is, what it is made of, and what it came to in figures. */
import { Check as Passed, LoaderCircle, X } from "lucide-react";
import { useShallow } from "zustand/react/shallow";
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
      <progress aria-label={strings.progress(attempt.target)} max={Math.max(1, moved + left)} value={moved} />
      <span className="figures">{strings.progressText(moved, left)}</span>
    </div>
  );
}

const SIGNS = { ok: Passed, failed: X, running: LoaderCircle } as const;
/** More blocks than this are counted, not listed one by one: the newest, and all that failed. */
const MOST_PARTS = 12;

/** The blocks that an eject takes offline, one after the other. */
export function Parts({ parts }: { readonly parts: readonly AttemptRecord[] }) {
  const playground = usePlayground();
  if (parts.length === 0) return null;
  const listed = parts.filter((part, index) => part.result === "failed" || index >= parts.length - MOST_PARTS);
  return (
    <ul className={styles.parts} aria-label={strings.blocks}>
      <li aria-hidden>{strings.memory}</li>
      {listed.map((part) => {
        const Sign = SIGNS[part.result];
        const label = strings.block(part.target, strings.blockResult[part.result]);
        return (
          <li key={part.key}>
            <button
              type="button"
              data-result={part.result}
              title={label}
              aria-label={label}
              onClick={() => playground.select({ attempt: part.key })}
            >
              <Sign aria-hidden />
              {part.target.replace(/^memory/, "")}
            </button>
          </li>
        );
      })}
    </ul>
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
