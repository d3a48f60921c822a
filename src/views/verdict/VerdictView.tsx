/**
 * The outcome of an attempt as a chain of checks, each passed or failed, with the page that is to blame. Shows the
 * attempt that is selected, or the newest one; while it runs, how far it is, and a way to call it off.
 */
import { ChevronLeft, ChevronRight } from "lucide-react";
import { useRef } from "react";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { findScenario } from "../../protocol/scenarios/index.ts";
import { Actions } from "./Actions.tsx";
import { type AttemptRecord, culpritOf, partsOf, placeOf, shownAttempt, topLevel } from "./attempts.ts";
import { CheckList } from "./CheckList.tsx";
import { Facts, Parts, Progress } from "./Facts.tsx";
import { PhraseText } from "./PhraseText.tsx";
import { headline, summary } from "./sentences.ts";
import { verdictStrings as strings } from "./strings.ts";
import { useNewest } from "./use-newest.ts";
import styles from "./verdict.module.css";

export function VerdictView() {
  const records = usePlaygroundState((state) => state.records);
  const selected = usePlaygroundState((state) => state.selection.attempt);
  const status = usePlaygroundState((state) => state.status);
  const scenario = findScenario(usePlaygroundState((state) => state.scenario));
  useNewest();
  const attempt = shownAttempt(records.attempt, selected);
  const destination = useDestination(attempt, attempt && records.dimm[attempt.target]?.destination);

  if (!attempt) {
    return (
      <section className={styles.panel} aria-labelledby="verdict-title">
        <h2 id="verdict-title" className={styles.title}>
          {strings.title}
        </h2>
        <p className={styles.emptyHead}>{status === "running" ? strings.empty : strings.starting}</p>
        {scenario && <p>{scenario.about}</p>}
        <p className={styles.quiet}>{strings.emptyHelp}</p>
      </section>
    );
  }

  const parts = partsOf(records.attempt, attempt);
  const culprit = culpritOf(attempt, parts);
  const place = placeOf(records, attempt);
  const whole = attempt.parent === null ? undefined : records.attempt[String(attempt.parent)];
  const head = headline(attempt, place);
  const log = [...attempt.log, ...parts.flatMap((part) => part.log)];
  return (
    <section className={styles.panel} data-result={attempt.result} aria-labelledby="verdict-title">
      <div className={styles.bar}>
        <h2 id="verdict-title" className={styles.title}>
          {strings.title}
        </h2>
        <History shown={whole ?? attempt} />
      </div>
      {/* A DIMM's fate is announced where it is carried; what a block answered is announced here. */}
      <p className={styles.headline} role={attempt.kind === "eject" || whole ? undefined : "status"}>
        {head}
      </p>
      {whole && <Whole attempt={whole} />}
      <div className={styles.body}>
        <p>
          <PhraseText phrase={summary(attempt, culprit)} />
        </p>
        <Progress attempt={attempt} />
        <Parts parts={parts} />
        <CheckList checks={attempt.checks} />
        <Facts attempt={attempt} />
        {log.length > 0 && (
          <details className={styles.log}>
            <summary>{strings.kernelLog(log.length)}</summary>
            <pre>{log.join("\n")}</pre>
          </details>
        )}
      </div>
      <Actions attempt={attempt} culprit={culprit} destination={destination} />
    </section>
  );
}

/** Where the shown attempt's DIMM was to go: records know it only while it is on its way, a retry needs it afterwards. */
function useDestination(attempt: AttemptRecord | undefined, now: string | null | undefined): string | null {
  const known = useRef(new Map<string, string>());
  if (!attempt) return null;
  if (now != null && attempt.result === "running") known.current.set(attempt.key, now);
  return known.current.get(attempt.key) ?? null;
}

function History({ shown }: { readonly shown: AttemptRecord }) {
  const playground = usePlayground();
  const attempts = topLevel(usePlaygroundState((state) => state.records.attempt));
  if (attempts.length < 2) return null;
  const index = attempts.findIndex((attempt) => attempt.key === shown.key);
  const show = (at: number) => playground.select({ attempt: attempts[at]?.key ?? null });
  return (
    <fieldset className={styles.history}>
      <legend className="visually-hidden">{strings.history}</legend>
      <button type="button" aria-label={strings.older} disabled={index <= 0} onClick={() => show(index - 1)}>
        <ChevronLeft aria-hidden />
      </button>
      <span className="figures">{strings.position(index + 1, attempts.length)}</span>
      <button
        type="button"
        aria-label={strings.newer}
        disabled={index >= attempts.length - 1}
        onClick={() => show(index + 1)}
      >
        <ChevronRight aria-hidden />
      </button>
    </fieldset>
  );
}

function Whole({ attempt }: { readonly attempt: AttemptRecord }) {
  const playground = usePlayground();
  return (
    <button type="button" className={styles.link} onClick={() => playground.select({ attempt: attempt.key })}>
      {strings.partOf(attempt.target)}
    </button>
  );
}
