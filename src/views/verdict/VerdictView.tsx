/**
 * The outcome of an attempt as a chain of checks, each passed or failed, with the page that is to blame. Shows the
 * attempt that is selected, or the newest one; while it runs, how far it is, and a way to call it off.
 */
import { ChevronLeft, ChevronRight } from "lucide-react";
import { type ComponentType, lazy, type ReactNode, Suspense, useRef } from "react";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { machineWords } from "../../client/machine-words.ts";
import { findScenario } from "../../protocol/scenarios/index.ts";
import { Actions } from "./Actions.tsx";
import { type AttemptRecord, arrivalOf, culpritOf, partsOf, placeOf, shownAttempt, topLevel } from "./attempts.ts";
import { CheckList } from "./CheckList.tsx";
import { Facts, Progress, Steps } from "./Facts.tsx";
import { killToTell } from "./killed.ts";
import { PhraseText } from "./PhraseText.tsx";
import { headline } from "./headline.ts";
import { arrival, summary } from "./sentences.ts";
import { verdictStrings as strings } from "./strings.ts";
import { isUnattended, toneOf } from "./unattended.ts";
import { useNewest } from "./use-newest.ts";
import styles from "./verdict.module.css";

/** What seldom happens is told by code that is fetched then; without it box, map and log say so. */
const rare = <P extends object>(load: () => Promise<ComponentType<P>>) =>
  lazy(() =>
    load().then(
      (view) => ({ default: view }),
      () => ({ default: () => null }),
    ),
  );
const Stopped = rare(async () => (await import("./Stopped.tsx")).Stopped);
const Killed = rare(async () => (await import("./Killed.tsx")).Killed);
const NoDriver = rare(async () => (await import("./NoDriver.tsx")).NoDriver);
const LateRule = rare(async () => (await import("./LateRule.tsx")).LateRule);

export interface VerdictViewProps {
  /** Two DIMMs that a question is about, while nobody has answered it; what else there is to do stands below it. */
  readonly asked?: readonly string[];
  readonly doors?: ReactNode;
  /** Below the first answer. */
  readonly onward?: ReactNode;
}

export function VerdictView({ asked = [], doors, onward }: VerdictViewProps) {
  const attempts = usePlaygroundState((state) => state.records.attempt);
  const kernels = usePlaygroundState((state) => state.records.partition);
  const selected = usePlaygroundState((state) => state.selection.attempt);
  const status = usePlaygroundState((state) => state.status);
  const scenario = findScenario(usePlaygroundState((state) => state.scenario));
  useNewest();
  const attempt = shownAttempt(attempts, selected);
  const journey = useJourney(attempt);
  const tooLate = usePlaygroundState(({ records: { dimm, block } }) =>
    dimm[attempt?.target ?? ""]?.blocks.some((key) => block[key]?.onliner?.late),
  );
  const panics = usePlaygroundState(({ records }) => Object.values(records.partition).some(({ stopped }) => stopped));
  const kill = usePlaygroundState(killToTell);
  /** What befell a machine, whether anything was tried or not. */
  const fate = (panics || kill) && (
    <Suspense>
      {panics && <Stopped />}
      {kill && <Killed kill={kill} />}
    </Suspense>
  );

  // What befell it is told alone: the question can wait.
  if (!attempt && asked.length > 0 && !fate)
    return (
      <section className={styles.panel} aria-labelledby="verdict-title">
        <h2 id="verdict-title" className={styles.title}>
          {strings.title}
        </h2>
        <p className={styles.emptyHead}>{strings.question}</p>
        <p className={styles.quiet}>{strings.questionAbout}</p>
        {doors}
      </section>
    );
  if (!attempt) {
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys, and nothing in it is.
      <section className={styles.panel} aria-labelledby="verdict-title" tabIndex={0}>
        <h2 id="verdict-title" className={styles.title}>
          {strings.title}
        </h2>
        {fate || <p className={styles.emptyHead}>{status === "starting" ? strings.starting : strings.empty}</p>}
        {scenario && <p>{machineWords.about(scenario)}</p>}
        <p className={styles.quiet}>{strings.emptyHelp}</p>
      </section>
    );
  }

  const parts = partsOf(attempts, attempt);
  const culprit = culpritOf(attempt, parts);
  const whole = attempt.parent === null ? undefined : attempts[String(attempt.parent)];
  const head = headline(attempt, journey.from);
  const { log } = attempt;
  return (
    <section className={styles.panel} data-result={toneOf(attempt)} aria-labelledby="verdict-title">
      <div className={styles.bar}>
        <h2 id="verdict-title" className={styles.title}>
          {strings.title}
        </h2>
        <History shown={whole ?? attempt} />
      </div>
      {fate}
      {/* A DIMM's fate is announced where it is carried; what a block answered is announced here. */}
      <p className={styles.headline} role={attempt.kind === "eject" || whole ? undefined : "status"}>
        {head}
      </p>
      {whole && <Whole attempt={whole} />}
      <div className={styles.body}>
        {isUnattended(attempt) ? (
          <Suspense>
            <NoDriver dimm={attempt.target} line={kernels[attempt.partition]?.cmdline ?? ""} />
          </Suspense>
        ) : (
          <p>
            <PhraseText phrase={summary(attempt, culprit)} />
          </p>
        )}
        <Arrival of={attempt} />
        {tooLate && (
          <Suspense>
            <LateRule dimm={attempt.target} />
          </Suspense>
        )}
        <Progress attempt={attempt} />
        {attempt.result !== "failed" && <Steps steps={attempt.steps} />}
        <CheckList checks={attempt.checks} kernel={kernels[attempt.partition]?.kernel ?? "6.1"} />
        {/* What failed is what one looks for: which blocks it was comes after it. */}
        {attempt.result === "failed" && <Steps steps={attempt.steps} />}
        <Facts attempt={attempt} />
        {log.length > 0 && (
          <details className={styles.log}>
            <summary>{strings.kernelLog(log.length)}</summary>
            <pre>{log.join("\n")}</pre>
          </details>
        )}
      </div>
      {onward}
      <Actions attempt={attempt} culprit={culprit} destination={journey.to} />
    </section>
  );
}

interface Journey {
  /** Node that the DIMM was in when the attempt ran. */
  readonly from: number | null;
  /** Slot that it was to go to. */
  readonly to: string | null;
}

/** From where to where an attempt's DIMM was to go. Records know that only while it runs; it is told afterwards too. */
function useJourney(attempt: AttemptRecord | undefined): Journey {
  const known = useRef(new Map<string, Journey>());
  const from = usePlaygroundState(({ records }) => (attempt ? placeOf(records, attempt) : null));
  const to = usePlaygroundState(({ records }) => (attempt && records.dimm[attempt.target]?.destination) ?? null);
  if (!attempt) return { from: null, to: null };
  // Numbers begin again with every scenario; the time tells the attempts apart.
  const key = `${attempt.key} ${attempt.startedAt}`;
  if (attempt.result === "running") known.current.set(key, { from, to });
  // A DIMM that left is elsewhere by now; one that was refused is still where it was.
  const left = attempt.result === "ok" && attempt.kind === "eject";
  return known.current.get(key) ?? { from: left ? null : from, to: null };
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

/** What became of a DIMM after it left. */
function Arrival({ of }: { readonly of: AttemptRecord }) {
  const text = usePlaygroundState(({ records }) => {
    const add = arrivalOf(records.attempt, of);
    if (!add) return null;
    const blocks = records.dimm[add.target]?.blocks ?? [];
    const online = blocks.filter((key) => records.block[key]?.state === "online").length;
    return arrival(add, placeOf(records, add), online);
  });
  return text && <p>{text}</p>;
}

function Whole({ attempt }: { readonly attempt: AttemptRecord }) {
  const playground = usePlayground();
  return (
    <button type="button" className={styles.link} onClick={() => playground.select({ attempt: attempt.key })}>
      {strings.partOf(attempt.target)}
    </button>
  );
}
