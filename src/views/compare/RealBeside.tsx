/**
 * A recorded kernel beside the simulation: its steps with both sides' answers, one of them answer by answer, and the steps as
 * the axis. What disagrees is counted in the title and hidden by nothing.
 */
import { JsonFileField } from "../../client/JsonFileField.tsx";
import { problemWords } from "../../client/problem-words.ts";
import { type DragEvent, type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useStore } from "zustand";
import { usePlayground } from "../../client/react.tsx";
import { Mark } from "./Mark.tsx";
import { StepAxis } from "./StepAxis.tsx";
import { StepDetail } from "./StepDetail.tsx";
import { StepTable } from "./StepTable.tsx";
import frame from "../frame.module.css";
import styles from "./compare.module.css";
import { type OpenTrace, openTraceOf, type TraceState } from "./trace-state.ts";
import { traceStrings as words } from "./trace-strings.ts";

/** Real milliseconds between two steps while they play. */
const PACE = 700;

interface RealBesideProps {
  readonly tabs: ReactNode;
  /** Switches between what is compared. */
  readonly modes: ReactNode;
}

export function RealBeside({ tabs, modes }: RealBesideProps) {
  const trace = openTraceOf(usePlayground());
  const state = useStore(trace.store);
  const { list, head, rows, at, opening, problem } = state;
  const [playing, setPlaying] = useState(false);
  const title = useId();
  const row = rows[at];
  const ended = head !== null && at >= head.steps;

  useEffect(() => {
    if (trace.store.getState().list === null) void trace.list();
  }, [trace]);
  useEffect(() => {
    if (!playing || ended) return;
    // A step that has not been compared yet is waited for.
    const timer = setInterval(() => trace.store.getState().rows[at + 1] && trace.goTo(at + 1), PACE);
    return () => clearInterval(timer);
  }, [playing, ended, at, trace]);
  useEffect(() => {
    if (ended) setPlaying(false);
  }, [ended]);

  const go = (step: number) => {
    setPlaying(false);
    trace.goTo(step);
  };
  const nextWrong = (step: 1 | -1) => {
    const wrong = rows.filter(({ fields, agree }) => agree < fields).map((one) => one.step);
    const to = step > 0 ? wrong.find((one) => one > at) : wrong.findLast((one) => one < at);
    if (to !== undefined) go(to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.target instanceof HTMLSelectElement || event.ctrlKey || event.metaKey) return;
    if (event.key === "[" || event.key === "]") nextWrong(event.key === "]" ? 1 : -1);
    else if (event.key === "ArrowLeft") go(at - 1);
    else if (event.key === "ArrowRight") go(at + 1);
    else if (event.key === " " && !(event.target instanceof HTMLButtonElement)) setPlaying(!playing && !ended);
    else return;
    event.preventDefault();
  };
  const counted = head && words.counted(rows, head.steps);
  return (
    <section
      className={`${frame.panel} ${styles.panel}`}
      aria-labelledby={title}
      aria-busy={opening}
      onKeyDown={onKeyDown}
      {...dropsOn(trace)}
    >
      <header className={`${frame.head} ${styles.head}`}>
        {tabs}
        <h2 id={title}>
          {words.title}
          {counted && <small data-wrong={rows.some(({ fields, agree }) => agree < fields)}> {counted}</small>}
        </h2>
        {modes}
      </header>
      <div className={styles.tools}>
        <Chooser list={list} chosen={head?.file ?? ""} onChoose={(path) => void trace.choose(path)} />
        <FileButton trace={trace} />
        {head && <span className={frame.of}>{words.head(head)}</span>}
        {head && (
          <button type="button" className={frame.button} onClick={() => copyRows(state)}>
            {words.copy}
          </button>
        )}
      </div>
      <Problem problem={problem} />
      {head === null ? (
        <p className={styles.hint}>{list === "missing" ? words.noList : words.empty}</p>
      ) : (
        <>
          <div className={styles.columns} data-busy={opening}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys. */}
            <section className={styles.scroller} aria-label={words.steps} tabIndex={0}>
              <StepTable head={head} rows={rows} at={at} onChoose={go} />
            </section>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: as above. */}
            <section className={styles.scroller} aria-label={words.answer} tabIndex={0}>
              {row && <StepDetail row={row} />}
            </section>
          </div>
          <div className={styles.foot}>
            <button
              type="button"
              className={frame.button}
              aria-pressed={playing}
              onClick={() => {
                if (ended) trace.goTo(0);
                setPlaying(!playing);
              }}
            >
              {playing ? words.pause : words.play}
            </button>
            <StepAxis rows={rows} last={head.steps} at={at} onGo={go} />
            <ul className={styles.legend}>
              {(["equal", "unequal", "uncompared"] as const).map((is) => (
                <li key={is}>
                  <Mark is={is} />
                  {words.legend[is]}
                </li>
              ))}
            </ul>
          </div>
        </>
      )}
    </section>
  );
}

interface ChooserProps {
  readonly list: TraceState["list"];
  readonly chosen: string;
  onChoose(path: string): void;
}

function Chooser({ list, chosen, onChoose }: ChooserProps) {
  if (list === null || list === "missing") return null;
  const known = list.some(({ path }) => path === chosen);
  return (
    <select
      className={styles.chooser}
      aria-label={words.choose}
      value={known ? chosen : ""}
      onChange={({ target }) => target.value !== "" && onChoose(target.value)}
    >
      <option value="">{words.chooseOne}</option>
      {list.map(({ path, about }) => (
        <option key={path} value={path} title={about}>
          {words.option(path)}
        </option>
      ))}
    </select>
  );
}

function FileButton({ trace }: { readonly trace: OpenTrace }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <JsonFileField ref={field} onFile={(file) => void openFile(trace, file)} />
      <button type="button" className={frame.button} onClick={() => field.current?.click()}>
        {words.open}
      </button>
    </>
  );
}

function Problem({ problem }: Pick<TraceState, "problem">) {
  return (
    <div role="alert" className={styles.problem}>
      {problem?.why === "unusable" && problemWords.say(problem.text)}
      {problem?.why === "broke" && words.broke(problem.text)}
      {problem?.why === "missing" && words.noFile(problem.text)}
    </div>
  );
}

async function openFile(trace: OpenTrace, file: File): Promise<void> {
  trace.open(file.name, await file.text());
}

function dropsOn(trace: OpenTrace) {
  const files = ({ dataTransfer }: DragEvent): boolean => dataTransfer.types.includes("Files");
  return {
    onDragOver: (event: DragEvent) => {
      if (files(event)) event.preventDefault();
    },
    onDrop: (event: DragEvent) => {
      const file = event.dataTransfer.files[0];
      if (!file) return;
      event.preventDefault();
      void openFile(trace, file);
    },
  };
}

/** Every step with both sides, tab-separated. */
function copyRows({ head, rows }: TraceState): void {
  const { columns, marks } = words;
  const lines = rows.map(({ step, done, real, simulated, fields, agree }) =>
    [
      step,
      done === null ? head && words.boot(head) : words.doing(done),
      words.answered(real),
      fields === agree ? marks.equal : marks.unequal,
      simulated ? words.answered(simulated) : words.notPlayed,
    ].join("\t"),
  );
  const heads = [columns.step, columns.command, columns.real, "", columns.simulated].join("\t");
  void navigator.clipboard?.writeText([heads, ...lines].join("\n")).catch(() => {});
}
