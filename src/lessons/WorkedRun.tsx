/** What copies did, line by line, each with what the copy answered; and its machine before and after. */
import { CornerDownRight } from "lucide-react";
import type { Words } from "./format.ts";
import { Line, type Value } from "./Markup.tsx";
import { BeforeAndAfter } from "./Picture.tsx";
import { lessonStrings } from "./strings.ts";
import { say } from "./words.ts";
import type { Outcome, WorkedCopy, WorkedLine } from "./worked.ts";
import styles from "./lesson.module.css";
import own from "./goals.module.css";

const strings = lessonStrings.worked;

interface WorkedRunProps {
  readonly copies: readonly WorkedCopy[];
  readonly words: Words;
  readonly value: Value;
}

export function WorkedRun({ copies, words, value }: WorkedRunProps) {
  return (
    <ul className={styles.copies} data-many={copies.length > 1 || undefined}>
      {copies.map(({ name, boot, lines, pictures }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: copies have no other name than their place.
        <li key={i}>
          {name !== null && <b>{say(words, name)}</b>}
          {boot && (
            <p className={styles.quiet}>
              {strings.booted} <code>{boot.cmdline}</code>
              {boot.hotpluggable.length > 0 && <> · {strings.marked(boot.hotpluggable)}</>}
            </p>
          )}
          <ol className={own.run}>
            {lines.map((line, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the same line may be run twice.
              <li key={at}>
                {line.say !== null && (
                  <p>
                    <Line text={say(words, line.say)} value={value} />
                  </p>
                )}
                <code>{line.line}</code>
                <Answer line={line} />
              </li>
            ))}
          </ol>
          <BeforeAndAfter pictures={pictures} />
        </li>
      ))}
    </ul>
  );
}

function Answer({ line: { typed, printed, waits, outcomes } }: { readonly line: WorkedLine }) {
  return (
    <div className={own.answer}>
      <CornerDownRight aria-hidden />
      <div>
        {printed !== "" && <samp>{printed}</samp>}
        {typed && waits && <p>{strings.waits}</p>}
        {typed && !waits && printed === "" && <p>{strings.nothing}</p>}
        {outcomes.map((outcome) => (
          <p key={outcome.kind}>{outcomeText(outcome)}</p>
        ))}
      </div>
    </div>
  );
}

function outcomeText({ kind, errno, moved, culprit }: Outcome): string {
  if (errno !== null) return strings.refused(errno, culprit);
  return kind === "add" ? strings.added : strings.left(moved);
}
