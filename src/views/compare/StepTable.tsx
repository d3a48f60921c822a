/** The steps of a recording as rows: what was done, what the real kernel answered, and what the simulation does. */
import { type KeyboardEvent, useEffect, useRef } from "react";
import type { Brief, TraceHead, TraceRow } from "../../protocol/beside.ts";
import { Mark } from "./Mark.tsx";
import styles from "./compare.module.css";
import { traceStrings as words } from "./trace-strings.ts";

interface StepTableProps {
  readonly head: TraceHead;
  readonly rows: readonly TraceRow[];
  readonly at: number;
  onChoose(step: number): void;
}

export function StepTable({ head, rows, at, onChoose }: StepTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const here = rows[at] !== undefined;
  useEffect(() => {
    if (here) body.current?.querySelector(`[data-step="${at}"]`)?.scrollIntoView({ block: "nearest" });
  }, [at, here]);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined || !rows[to]) return;
    event.preventDefault();
    onChoose(to);
    body.current?.querySelector<HTMLElement>(`[data-step="${to}"] button`)?.focus();
  };
  const { columns, marks } = words;
  return (
    <table className={styles.steps}>
      <caption className="visually-hidden">{words.title}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">{columns.step}</span>
          </th>
          <th scope="col">{columns.command}</th>
          <th scope="col">{columns.real}</th>
          <td />
          <th scope="col">{columns.simulated}</th>
        </tr>
      </thead>
      <tbody ref={body} className="figures" onKeyDown={onKeyDown}>
        {rows.map((row) => {
          const { step, done, fields, agree, real, simulated } = row;
          const is = agree === fields ? "equal" : "unequal";
          return (
            <tr key={step} data-step={step} data-current={step === at} data-is={is}>
              <td>{step}</td>
              <th scope="row">
                <button
                  type="button"
                  aria-current={step === at ? "step" : undefined}
                  tabIndex={step === at ? 0 : -1}
                  title={done && "sh" in done ? done.sh : undefined}
                  onClick={() => onChoose(step)}
                >
                  {done === null ? words.boot(head) : words.doing(done)}
                </button>
              </th>
              <Side brief={real} />
              <td>
                <Mark is={is} label={marks[is]} />
              </td>
              {simulated ? <Side brief={simulated} /> : <td>{words.notPlayed}</td>}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const Side = ({ brief }: { readonly brief: Brief }) => (
  <td data-refused={words.refused(brief)}>{words.answered(brief)}</td>
);
