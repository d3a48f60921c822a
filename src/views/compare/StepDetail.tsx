/** One step, answer by answer; what is not compared and why; and a small picture of the memory blocks afterwards. */
import { useId } from "react";
import type { AnswerRow, BlockRun, TraceRow } from "../../protocol/beside.ts";
import { zoneToken } from "../kinds.ts";
import { Mark } from "./Mark.tsx";
import styles from "./compare.module.css";
import { REASONS, traceStrings as words } from "./trace-strings.ts";

export function StepDetail({ row }: { readonly row: TraceRow }) {
  const title = useId();
  const { step, uncompared, far, culprit, failure, real, simulated } = row;
  return (
    <section className={styles.detail} aria-labelledby={title}>
      <h3 id={title}>
        {step === 0 ? words.openBoot : words.openStep(step)}{" "}
        <small data-wrong={row.agree < row.fields}>{words.verdict(row)}</small>
      </h3>
      {failure !== null && <p>{words.failed(failure)}</p>}
      <Answers row={row} />
      <h4>{words.notCompared}</h4>
      <ul className={styles.reasons}>
        {uncompared.map((rule) => (
          <li key={rule}>
            <Mark is="uncompared" />
            <span>
              {REASONS[rule] ?? rule}
              {rule === "close-figures" &&
                far.map((one) => <em key={`${one.where} ${one.figure}`}> {words.far(one)}.</em>)}
            </span>
          </li>
        ))}
      </ul>
      <h4>{words.blocksAfter}</h4>
      <Strip who={words.recorded} runs={real.blocks} />
      {simulated && <Strip who={words.simulated} runs={simulated.blocks} refused={culprit?.block} />}
      {culprit && (
        <>
          <h4>{words.why}</h4>
          <p>{words.culprit(culprit)}</p>
        </>
      )}
    </section>
  );
}

function Answers({ row: { answers, step } }: { readonly row: TraceRow }) {
  // What disagrees is seen first, what the step left as it was last.
  const rank = (answer: AnswerRow) => (answer.agrees ? (says(answer) ? 1 : 2) : 0);
  const ordered = [...answers].sort((one, other) => rank(one) - rank(other));
  return (
    <table className={styles.answers}>
      <caption className="visually-hidden">{step === 0 ? words.openBoot : words.openStep(step)}</caption>
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">{words.answer}</span>
          </th>
          <th scope="col">{words.recorded}</th>
          <td />
          <th scope="col">{words.simulated}</th>
        </tr>
      </thead>
      <tbody className="figures">
        {ordered.map((answer) => (
          <AnswerLine key={`${answer.field} ${answer.of}`} answer={answer} />
        ))}
      </tbody>
    </table>
  );
}

const says = ({ real, simulated }: AnswerRow): boolean => real !== "" || simulated !== "";

function AnswerLine({ answer }: { readonly answer: AnswerRow }) {
  const { field, of, real, simulated, agrees, quiet } = answer;
  const isQuiet = !says(answer) && agrees;
  const shown = (text: string) => (isQuiet ? words.quiet(quiet) : words.value(text));
  return (
    <tr data-is={agrees ? "equal" : "unequal"} data-quiet={isQuiet}>
      <th scope="row" title={field === "zones" ? words.zonesAre : undefined}>
        {words.field(field, of)}
      </th>
      <td>{shown(real)}</td>
      <td>
        <Mark is={agrees ? "equal" : "unequal"} label={agrees ? words.marks.equal : words.marks.unequal} />
      </td>
      <td>{shown(simulated)}</td>
    </tr>
  );
}

interface StripProps {
  readonly who: string;
  readonly runs: readonly BlockRun[];
  /** A block that refused. */
  readonly refused?: number | undefined;
}

/** A run with such a share of all blocks has room for its numbers. */
const ROOM_FOR_NUMBERS = 0.14;

/** Memory blocks as runs that are alike, one after the other: online with the colour of their zone, offline dashed. */
function Strip({ who, runs, refused }: StripProps) {
  const many = ({ first, last }: BlockRun) => last - first + 1;
  const all = runs.reduce((sum, run) => sum + many(run), 0);
  return (
    <figure className={styles.strip}>
      <figcaption>{who}</figcaption>
      <div role="img" aria-label={words.strip(who, runs)}>
        {runs.map((run) => (
          <i
            key={run.first}
            title={words.run(run)}
            data-state={run.state}
            data-refused={refused !== undefined && run.first <= refused && refused <= run.last}
            style={{ flexGrow: many(run), borderBlockEndColor: `var(${zoneToken(run.zone)})` }}
          >
            {many(run) / all > ROOM_FOR_NUMBERS && <span>{words.numbers(run)}</span>}
          </i>
        ))}
      </div>
    </figure>
  );
}
