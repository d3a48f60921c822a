/** The reader's column beside the machine: what it is about, what to get done, and what came of what was done. */
import { language } from "../client/language/catalogue.ts";
import { ArrowLeft, ArrowRight, CornerDownRight, Lightbulb, Play, RotateCcw, Undo2, X } from "lucide-react";
import { type ReactNode, useCallback, useEffect, useId, useMemo, useState } from "react";
import { useStore } from "zustand";
import { offered } from "../client/offered-line.ts";
import { problemWords } from "../client/problem-words.ts";
import { usePlayground, usePlaygroundState } from "../client/react.tsx";
import { trackOf } from "./catalogue.ts";
import { BootForm } from "./BootForm.tsx";
import { deedText, doingText } from "./deeds.ts";
import { lightFigure, placesOf } from "./figure-places.ts";
import { figureText, fillLine, isFilled } from "./fill.ts";
import { FOLDER } from "./format.ts";
import { GoalList } from "./GoalList.tsx";
import { openLink } from "./link.ts";
import { FigurePointing, Line, Markup, type Value } from "./Markup.tsx";
import { plainText } from "./markup.ts";
import { fetchLesson, type Opened, openLesson } from "./open.ts";
import { followParts } from "./parts.ts";
import { PointAt } from "./PointAt.tsx";
import { Predict } from "./Predict.tsx";
import { addProgress, type Progress, storedProgress, wayOf } from "./progress.ts";
import { LessonRun } from "./run.ts";
import { Show } from "./Show.tsx";
import { Situation } from "./Situation.tsx";
import { Solved } from "./Solved.tsx";
import { lessonStrings as strings } from "./strings.ts";
import { languageOf, say, wordsOf } from "./words.ts";
import controls from "./controls.module.css";
import styles from "./lesson.module.css";

export interface LessonPlaces {
  /** Another lesson, by its id. */
  onLesson(id: string): void;
  onIndex(): void;
  onLeave(): void;
  /** Types a line into a terminal of a partition, in /sys/devices/system/memory; `run` ends it with Enter. */
  onType(partition: string, line: string, run: boolean): void;
  /** The machine is another: no terminal is where one was. */
  onAnew(): void;
  /** What of the page the lesson needs. */
  onPanels(panels: readonly string[]): void;
}

export interface LessonViewProps extends LessonPlaces {
  /** Id of a lesson of the page's own, or a file's text. */
  readonly source:
    | { readonly id: string }
    | { readonly file: string; readonly text: string }
    /** The end of an address (./link.ts). */
    | { readonly link: string };
}

type Coming = Opened | { readonly problem: string } | null;

export function LessonView(props: LessonViewProps) {
  const { source, onLeave, onIndex } = props;
  const [coming, setComing] = useState<Coming>(null);
  const [tries, setTries] = useState(0);
  const id = "id" in source ? source.id : null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is another fetch.
  useEffect(() => {
    let stays = true;
    setComing(null);
    const opened =
      "id" in source
        ? fetchLesson(source.id)
        : "link" in source
          ? openLink(source.link)
          : openLesson(source.text, source.file);
    void opened.then((checked) => {
      if (stays) setComing(checked.ok ? checked.value : { problem: checked.problem });
    });
    return () => {
      stays = false;
    };
  }, [source, tries]);
  if (coming && "lesson" in coming) return <Reader key={coming.lesson.id} opened={coming} id={id} {...props} />;
  return (
    <section className={`${controls.controls} ${styles.column}`} aria-label={strings.label}>
      <Top title={null} id={id} onLeave={onLeave} />
      <div className={styles.scroll}>
        {coming === null ? (
          <p role="status">{strings.loading}</p>
        ) : (
          <div role="alert">
            <p>{id === null ? strings.broken : strings.missing}</p>
            <p className={styles.quiet}>{problemWords.say(coming.problem)}</p>
            <p className={styles.buttons}>
              <button type="button" onClick={onIndex}>
                {strings.back}
              </button>
              <button type="button" onClick={() => setTries(tries + 1)}>
                {strings.again}
              </button>
            </p>
          </div>
        )}
      </div>
    </section>
  );
}

/** Where this lesson stands in its track. */
function Top({ title, id, onLeave }: { readonly title: ReactNode; readonly id: string | null; onLeave(): void }) {
  const track = id === null ? undefined : trackOf(id);
  const at = track?.cards.findIndex((card) => card.id === id) ?? -1;
  const progress = useMemo(() => storedProgress(), []);
  return (
    <div className={styles.top}>
      {track ? (
        <>
          <span className={styles.track}>{track.title}</span>
          <span className={styles.dashes} aria-hidden>
            {track.cards.map((card, i) => (
              <i key={card.id} data-is={i === at ? "here" : progress[card.id] ? "done" : undefined} />
            ))}
          </span>
          <span className={styles.quiet}>{strings.place(at + 1, track.cards.length)}</span>
        </>
      ) : (
        <span className={styles.track}>{title ?? strings.label}</span>
      )}
      <button type="button" className={`${controls.quiet} ${styles.icon}`} aria-label={strings.leave} onClick={onLeave}>
        <X aria-hidden />
      </button>
    </div>
  );
}

function Reader({
  opened: { lesson, scenario },
  id,
  onLesson,
  onIndex,
  onLeave,
  onType,
  onAnew,
  onPanels,
}: Omit<LessonViewProps, "source"> & { readonly opened: Opened; readonly id: string | null }) {
  const playground = usePlayground();
  const titleId = useId();
  const run = useMemo(() => new LessonRun(playground, lesson, scenario), [playground, lesson, scenario]);
  useEffect(() => {
    run.onAnew = onAnew;
  }, [run, onAnew]);
  useEffect(() => run.begin(), [run]);
  useEffect(() => followParts(document), []);
  useEffect(() => onPanels(lesson.view.panels ?? []), [lesson, onPanels]);
  const { book, step, hints, guesses, boot, elsewhere, looked, pointed } = useStore(run.store);
  const records = usePlaygroundState((state) => state.records);
  const undo = usePlaygroundState((state) => state.offers.undo);
  const words = wordsOf(lesson, language());
  const value: Value = (name) => (book ? figureText(name, lesson, book, records) : "…");
  const pointFigure = useCallback(
    (name: string | null) =>
      lightFigure(name === null ? [] : placesOf(name, lesson, playground.store.getState().records)),
    [lesson, playground],
  );
  useEffect(() => () => lightFigure([]), []);
  const shown = lesson.steps[step];
  const wrong = book?.wrong ? lesson.wrong[book.wrong.index] : undefined;
  const fill = (line: string) => fillLine(line, records, book?.wrong?.items);
  const lines = [...(wrong?.try ?? []), ...(shown?.try ?? [])].map(fill).filter(isFilled).join("\n");
  // Where they would be typed the next of them can be seen, and taken with Tab.
  useEffect(() => {
    offered.setState({
      offer: lines === "" ? null : { partition: lesson.partition, folder: FOLDER, lines: lines.split("\n") },
    });
    return () => offered.setState({ offer: null });
  }, [lesson, lines]);
  const asked = [...(shown?.ask ? [shown.ask] : []), ...lesson.predict];
  const hurt = lesson.goal.find((goal) => book?.goals[goal.id]?.hurt);
  const solved = book?.solvedAt != null;
  useReached(run, id);

  return (
    <section
      tabIndex={-1}
      className={`${controls.controls} ${styles.column}`}
      aria-labelledby={titleId}
      lang={languageOf(lesson, language())}
    >
      <Top title={<Line text={say(words, lesson.title)} value={value} />} id={id} onLeave={onLeave} />
      <FigurePointing value={pointFigure}>
        <div className={styles.scroll}>
          <h2 id={titleId} className={styles.title}>
            <Line text={say(words, lesson.title)} value={value} />
          </h2>
          <BlockStrip dimm={lesson.view.dimm} />
          {elsewhere ? (
            <div className={styles.note} role="status">
              <p>{strings.elsewhere}</p>
              <p className={styles.buttons}>
                <button type="button" onClick={() => run.restart()}>
                  {strings.ownMachine}
                </button>
              </p>
            </div>
          ) : (
            !book && <p role="status">{strings.making}</p>
          )}
          {pointed?.hit && lesson.steps[step - 1]?.point && !shown?.point && (
            <p className={styles.quiet}>{strings.point.answer(strings.point.name(pointed.thing), true)}</p>
          )}
          {(shown?.say || shown?.act) && (
            <div className={styles.text} data-step={step}>
              {shown.say && <Markup text={say(words, shown.say)} value={value} />}
              {shown.act && (
                <p>
                  <b>
                    <Line text={say(words, shown.act)} value={value} />
                  </b>
                </p>
              )}
            </div>
          )}
          {lesson.boot && <BootForm key={boot?.cmdline ?? ""} run={run} choice={lesson.boot} />}
          {shown?.try.map((line) => (
            <Command key={line} line={fill(line)} partition={lesson.partition} onType={onType} />
          ))}
          {shown?.show.map((name) => (
            <Show
              key={`${step} ${name}`}
              name={name}
              partition={lesson.partition}
              act={shown.act === null || solved ? null : plainText(say(words, shown.act), value)}
            />
          ))}
          {shown?.point && <PointAt run={run} question={shown.point} words={words} value={value} />}
          {book && <GoalList lesson={lesson} book={book} wrong={wrong?.goal ?? null} words={words} value={value} />}
          <div role="status" className={styles.live}>
            {wrong && book?.wrong && (
              <div className={styles.wrong}>
                {book.wrong.act && (
                  <p className={styles.did}>
                    <CornerDownRight aria-hidden />
                    <span>{strings.did(deedText(book.wrong.act.command))}</span>
                  </p>
                )}
                <Markup text={say(words, wrong.say)} value={value} />
                {wrong.try.map((line) => (
                  <Command key={line} line={fill(line)} partition={lesson.partition} onType={onType} />
                ))}
              </div>
            )}
          </div>
          {hurt && (
            <div className={styles.note}>
              <p>{strings.hurtHelp(words[hurt.say] ?? hurt.say)}</p>
            </div>
          )}
          {solved && <Solved run={run} onLesson={onLesson} onIndex={onIndex} words={words} value={value} />}
          {book &&
            asked.map((one) => (
              <Predict
                key={one.id}
                asked={one}
                guess={guesses[one.id]}
                words={words}
                value={value}
                onWatch={() => void run.watch(one)}
                onChoose={(option) => run.choose(one, option)}
                onSee={() => void run.see(one)}
              />
            ))}
          {hints > 0 && (
            <ol className={styles.hints}>
              {lesson.hints.slice(0, hints).map((hint) => (
                <li key={hint}>
                  <Line text={say(words, hint)} value={value} />
                </li>
              ))}
            </ol>
          )}
          <details className={styles.more}>
            <summary>{strings.more}</summary>
            <Situation run={run} />
            <ul>
              {lesson.solutions.map(({ name, moves }) => (
                <li key={name}>
                  <button
                    type="button"
                    onClick={() => {
                      run.look(name);
                      for (const move of moves)
                        if (typeof move === "string") onType(lesson.partition, fill(move), false);
                    }}
                  >
                    {strings.solution(say(words, name))}
                  </button>
                  {looked.includes(name) && (
                    <ol className={styles.hints}>
                      {moves.map((move, i) => (
                        // biome-ignore lint/suspicious/noArrayIndexKey: the same move may be made twice.
                        <li key={i}>{typeof move === "string" ? <code>{fill(move)}</code> : doingText(move)}</li>
                      ))}
                    </ol>
                  )}
                </li>
              ))}
            </ul>
            <p className={styles.quiet}>{looked.length > 0 ? strings.solutionNote : ""}</p>
          </details>
        </div>
      </FigurePointing>
      <div className={styles.foot}>
        <button type="button" disabled={hints >= lesson.hints.length} onClick={() => run.hint()}>
          <Lightbulb aria-hidden />
          {strings.hint} <span className={styles.quiet}>{strings.hintsLeft(lesson.hints.length - hints)}</span>
        </button>
        <button
          type="button"
          aria-label={strings.undo}
          title={strings.undo}
          aria-disabled={undo === null}
          onClick={() => undo !== null && void playground.travel("undo")}
        >
          <Undo2 aria-hidden />
        </button>
        <button type="button" aria-label={strings.restart} title={strings.restart} onClick={() => run.restart()}>
          <RotateCcw aria-hidden />
        </button>
        <span className={styles.space} />
        {lesson.steps.length > 1 && (
          <>
            <button type="button" aria-label={strings.previous} disabled={step === 0} onClick={() => run.go(-1)}>
              <ArrowLeft aria-hidden />
            </button>
            <button type="button" disabled={step + 1 >= lesson.steps.length} onClick={() => run.go(1)}>
              {strings.next} <ArrowRight aria-hidden />
            </button>
          </>
        )}
      </div>
    </section>
  );
}

/** Writes down that the lesson was reached, once. */
function useReached(run: LessonRun, id: string | null): void {
  const solved = useStore(run.store, ({ book }) => book?.solvedAt != null);
  useEffect(() => {
    const { book, hints, looked } = run.store.getState();
    if (!solved || id === null || !book) return;
    const reached: Progress = {
      [id]: { at: Date.now(), way: looked[0] ?? "", hints, commands: book.acts, ways: [wayOf(book.done)] },
    };
    addProgress(reached);
  }, [run, id, solved]);
}

interface CommandProps extends Pick<LessonPlaces, "onType"> {
  readonly line: string;
  readonly partition: string;
}

/** A line for the shell: run as it stands, or typed, to be looked at first. */
function Command({ line, partition, onType }: CommandProps) {
  return (
    <div className={styles.command}>
      <code>{line}</code>
      <button
        type="button"
        className={controls.quiet}
        aria-label={strings.typeLabel(line)}
        onClick={() => onType(partition, line, false)}
      >
        {strings.type}
      </button>
      <button type="button" aria-label={strings.runLabel(line)} onClick={() => onType(partition, line, true)}>
        <Play aria-hidden />
        {strings.run}
      </button>
    </div>
  );
}

/** On a phone, the part of the machine that matters: the blocks of the lesson's DIMM. */
function BlockStrip({ dimm }: { readonly dimm: string | undefined }) {
  const record = usePlaygroundState((state) => (dimm === undefined ? undefined : state.records.dimm[dimm]));
  const blocks = usePlaygroundState((state) => state.records.block);
  const playground = usePlayground();
  if (!record || record.blocks.length === 0) return null;
  return (
    <div className={styles.strip}>
      <p>
        <b>{record.key}</b> <span className={styles.quiet}>{record.slot ?? ""}</span>
      </p>
      <ul>
        {record.blocks.map((key) => {
          const block = blocks[key];
          return (
            block && (
              <li key={key}>
                <button
                  type="button"
                  data-zone={block.zone ?? block.state}
                  onClick={() => playground.select({ block: key })}
                >
                  <code>memory{block.number}</code>
                  <span>{block.zone ?? block.state}</span>
                </button>
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
