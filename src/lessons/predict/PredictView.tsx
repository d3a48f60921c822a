/** Predict, then see: a machine is drawn, somebody says what it will do, and it does it. Right and wrong look the same but for a word. */
import { ArrowRight, Check, Eye, Link, Play, X } from "lucide-react";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { useStore } from "zustand";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import {
  addressOf,
  type Exercise,
  type ExerciseName,
  GENERATORS,
  type GeneratorName,
  LAST_SEED,
  LEVELS,
  readExercise,
} from "./format.ts";
import { climb, FIRST_RUNG, type Rung } from "./ladder.ts";
import { type KindGroup, MachinePicture, PlanPicture } from "./MachinePicture.tsx";
import { setRung, storedRungs } from "./rungs.ts";
import { type PredictState, PredictRun } from "./run.ts";
import { predictStrings as strings } from "./strings.ts";
import { whyOf } from "./why.ts";
import { workshop } from "./workshop-line.ts";
import controls from "../controls.module.css";
import styles from "./predict.module.css";

export interface PredictViewProps {
  readonly groups: readonly KindGroup[];
  /** The end of the page's address. */
  readonly hash: string;
  /** `instead`: of the address that there is, which was not a whole one. */
  onHash(hash: string, instead?: boolean): void;
  onIndex(): void;
  onBox(): void;
}

const rungOf = (generator: GeneratorName): Rung => storedRungs()[generator] ?? FIRST_RUNG;

/** What was left out of an address is chosen: the level that the reader has come to, and any seed. */
function complete({ generator = GENERATORS[0], level, seed }: Partial<ExerciseName>): ExerciseName {
  return {
    generator,
    level: level ?? rungOf(generator).level,
    seed: seed ?? Math.floor(Math.random() * (LAST_SEED + 1)),
  };
}

export function PredictView({ groups, hash, onHash, onIndex, onBox }: PredictViewProps) {
  const playground = usePlayground();
  const line = useMemo(() => workshop(), []);
  const run = useMemo(() => new PredictRun(playground, line.begin), [playground, line]);
  const state = useStore(run.store);
  const { name, phase, exercise } = state;
  const [note, setNote] = useState("");
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(
    () => () => {
      run.close();
      line.close();
    },
    [run, line],
  );
  useEffect(() => {
    const wanted = complete(readExercise(hash) ?? {});
    const address = addressOf(wanted);
    if (address !== hash) onHash(address, true);
    else run.open(wanted);
  }, [hash, onHash, run]);
  const rung = name ? rungOf(name.generator) : FIRST_RUNG;

  const see = async () => {
    const slowly = !matchMedia("(prefers-reduced-motion: reduce)").matches;
    const right = await run.see(slowly);
    const { name: done } = run.store.getState();
    if (right === null || !done) return;
    const before = rungOf(done.generator);
    const after = climb(before, done.level, right);
    setRung(done.generator, after);
    setNote(
      after.level > before.level
        ? strings.rose(after.level)
        : after.level < before.level
          ? strings.fell(after.level)
          : "",
    );
  };
  const next = () => {
    setNote("");
    onHash(addressOf(complete({ generator: name?.generator ?? GENERATORS[0] })));
    title.current?.focus();
  };
  const place = useKeys(run, state, () => void see(), next);

  return (
    <div ref={place} className={`${controls.controls} ${styles.predict}`} tabIndex={-1}>
      <div className={styles.head}>
        <h2 ref={title} tabIndex={-1}>
          {strings.title}
        </h2>
        <p>{strings.about}</p>
        <div className={styles.tools}>
          <button type="button" className={controls.quiet} onClick={onIndex}>
            {strings.lessons}
          </button>
          <button type="button" className={controls.quiet} onClick={onBox}>
            <X aria-hidden />
            {strings.close}
          </button>
        </div>
      </div>
      <nav className={styles.generators} aria-label={strings.generators}>
        {GENERATORS.map((generator) => (
          <a
            key={generator}
            href={`#predict=${generator}`}
            aria-current={generator === name?.generator ? "true" : undefined}
            onClick={() => setNote("")}
          >
            {strings.generator[generator]}
          </a>
        ))}
      </nav>
      <div className={styles.exercise}>
        <div className={styles.ask}>
          {name && (
            <p className={styles.level}>
              <span>{strings.level(name.level, LEVELS)}</span>
              <span>{strings.counted(rung.right, rung.asked)}</span>
              <CopyLink />
            </p>
          )}
          {phase === "coming" && <p role="status">{strings.coming}</p>}
          {phase === "broken" && (
            <div role="alert">
              <p>{strings.broken}</p>
              <p className={styles.quiet}>{state.problem}</p>
              <button type="button" onClick={() => name && run.open(name)}>
                {strings.again}
              </button>
            </div>
          )}
          {exercise && (
            <Question
              exercise={exercise}
              state={state}
              note={note}
              onChoose={(option) => run.choose(option)}
              onSee={() => void see()}
              onHurry={() => run.hurry()}
              onNext={next}
              onLook={onBox}
            />
          )}
        </div>
        {exercise &&
          (exercise.hides !== null && phase !== "seen" ? (
            <PlanPicture scenario={exercise.scenario} />
          ) : (
            <MachinePicture groups={groups} asked={askedBlocks(exercise)} inDetail={exercise.inMidst} />
          ))}
      </div>
    </div>
  );
}

const askedBlocks = ({ observation }: Exercise): readonly string[] => {
  if ("block" in observation) return [observation.block];
  return "blocks" in observation ? observation.blocks : [];
};

const answerText = ({ observation }: Exercise, value: string): string => strings.answer[observation.see](value);

function optionText(exercise: Exercise, option: number): string {
  const value = exercise.options[option]?.value ?? "";
  return exercise.often ? (strings.oftenOption[value] ?? value) : answerText(exercise, value);
}

interface QuestionProps {
  readonly exercise: Exercise;
  readonly state: PredictState;
  readonly note: string;
  onChoose(option: number): void;
  onSee(): void;
  onHurry(): void;
  onNext(): void;
  onLook(): void;
}

function Question({ exercise, state, note, onChoose, onSee, onHurry, onNext, onLook }: QuestionProps) {
  const { phase, chosen } = state;
  const head = useId();
  const { code, data } = exercise.ask;
  const nextButton = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (phase === "seen") nextButton.current?.focus({ preventScroll: true });
  }, [phase]);
  return (
    <>
      <div className={styles.question}>
        <h3 id={head}>{strings.ask[code]?.(data)}</h3>
        {data.line !== undefined && (
          <p className={styles.line}>
            <code>{data.line}</code>
          </p>
        )}
        {exercise.first !== null && (
          <p>
            {strings.second(answerText(exercise, exercise.first), strings.from[data.different ?? ""]?.(data) ?? "")}
          </p>
        )}
        {data.marked !== undefined && data.marked !== "" && <p>{strings.marked(String(data.marked))}</p>}
        {exercise.often && <p>{strings.often(answerText(exercise, exercise.often.value))}</p>}
      </div>
      <fieldset className={styles.options} aria-labelledby={head}>
        {exercise.options.map(({ value }, i) => (
          <button
            key={value}
            type="button"
            aria-pressed={chosen === i}
            aria-disabled={phase !== "asked"}
            data-truth={(phase === "seen" && i === exercise.truth) || undefined}
            onClick={() => onChoose(i)}
          >
            <kbd aria-hidden>{i + 1}</kbd>
            {optionText(exercise, i)}
            {phase === "seen" && i === exercise.truth && <Check aria-hidden />}
          </button>
        ))}
      </fieldset>
      {phase === "asked" && (
        <div className={styles.act}>
          <p>{chosen === null ? strings.choose : ""}</p>
          <button
            type="button"
            className={controls.primary}
            aria-label={strings.seeLabel}
            disabled={chosen === null}
            onClick={onSee}
          >
            <Play aria-hidden />
            {strings.see}
          </button>
        </div>
      )}
      {phase === "running" && (
        <div className={styles.act}>
          <p role="status">{strings.running}</p>
          <button type="button" onClick={onHurry}>
            {strings.hurry}
          </button>
        </div>
      )}
      <div role="status" className={styles.verdict}>
        {phase === "seen" && <Verdict exercise={exercise} state={state} note={note} />}
      </div>
      {phase === "seen" && (
        <div className={styles.act}>
          <button type="button" onClick={onLook}>
            <Eye aria-hidden />
            {strings.look}
          </button>
          <button ref={nextButton} type="button" className={controls.primary} onClick={onNext}>
            {strings.next}
            <ArrowRight aria-hidden />
          </button>
        </div>
      )}
    </>
  );
}

interface VerdictProps {
  readonly exercise: Exercise;
  readonly state: PredictState;
  readonly note: string;
}

function Verdict({ exercise, state: { chosen, saw, begun }, note }: VerdictProps) {
  const records = usePlaygroundState((state) => state.records);
  if (chosen === null || saw === null) return null;
  const right = chosen === exercise.truth;
  const why = whyOf(exercise, records, begun);
  const rule = strings.rule[exercise.observation.see];
  const text = why && strings.why[why.rule];
  const from = exercise.options[chosen]?.from;
  const where = from && strings.from[from.code]?.(from.data);
  const said = optionText(exercise, chosen);
  return (
    <>
      <p>
        <b>
          {strings.said(said)} {right ? strings.same : strings.other(optionText(exercise, exercise.truth))}
        </b>
      </p>
      {saw !== exercise.value && <p>{strings.strange(answerText(exercise, saw))}</p>}
      {why ? (
        <p>
          {text ? text[why.verdict === "pass" ? "pass" : "fail"](why.data) : strings.whyOther(why.rule, why.where)}{" "}
          <span className={styles.quiet}>{strings.by(why.where)}</span>
        </p>
      ) : (
        saw === "EINVAL" && <p>{strings.already}</p>
      )}
      {rule && <p>{rule}</p>}
      {!right && from?.code === "leaves" && <p>{strings.leaves(said)}</p>}
      {!right && where && <p>{strings.where(said, where)}</p>}
      {exercise.often && (
        <ul className={styles.tally}>
          {exercise.often.tally.map(([value, times]) => (
            <li key={value}>
              <span style={{ inlineSize: `${(100 * times) / 21}%` }} aria-hidden />
              {strings.tally(answerText(exercise, value), times, 21)}
            </li>
          ))}
        </ul>
      )}
      {note !== "" && <p>{note}</p>}
    </>
  );
}

/** The address of the page is the exercise's. */
function CopyLink() {
  const [said, setSaid] = useState("");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      setSaid(strings.copied);
    } catch {
      setSaid(strings.notCopied);
    }
  };
  return (
    <span className={styles.copy}>
      <span role="status">{said}</span>
      <button type="button" className={controls.quiet} onClick={() => void copy()}>
        <Link aria-hidden />
        {strings.copy}
      </button>
    </span>
  );
}

/** 1 to 4 choose, S sees, N goes on: while the keyboard is in here. Returns what hears them. */
function useKeys(run: PredictRun, { phase }: PredictState, onSee: () => void, onNext: () => void) {
  const place = useRef<HTMLDivElement>(null);
  const act = useRef({ onSee, onNext });
  act.current = { onSee, onNext };
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const { key } = event;
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (phase === "asked" && /^[1-4]$/.test(key)) run.choose(Number(key) - 1);
      else if (phase === "asked" && key === "s") act.current.onSee();
      else if (phase === "seen" && key === "n") act.current.onNext();
      else return;
      // The box behind has keys of its own.
      event.stopPropagation();
      event.preventDefault();
    };
    const { current } = place;
    current?.addEventListener("keydown", onKey);
    return () => current?.removeEventListener("keydown", onKey);
  }, [run, phase]);
  return place;
}
