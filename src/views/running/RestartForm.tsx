/**
 * Restarts the partition, with another command line where one was typed: what stays, what is lost, and the line that does the same.
 * Who recommends a boot option has it filled in.
 */
import { RotateCw } from "lucide-react";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { Fold } from "./Fold.tsx";
import styles from "./running.module.css";
import { runningStrings } from "./strings.ts";

const words = runningStrings.restart;

/** What it is in a shell. */
const LINE = "reboot";

/** Longest command line of x86 (COMMAND_LINE_SIZE), without its end. */
const LONGEST = 2047;

interface RestartFormProps {
  readonly partition: string;
  /** A word that the command line is to have as well. */
  readonly option?: string;
}

export function RestartForm({ partition, option }: RestartFormProps): ReactNode {
  const playground = usePlayground();
  const [title, field, about] = [useId(), useId(), useId()];
  const booted = usePlaygroundState(({ records }) => records.partition[partition]?.cmdline ?? "");
  const [typed, setTyped] = useState<string | null>(null);
  const [said, setSaid] = useState("");
  const lacks = option !== undefined && !booted.split(/\s+/).includes(option);
  const offered = typed ?? (lacks ? `${booted} ${option}`.trim() : booted);
  const cmdline = offered.trim();
  const restart = (event: FormEvent) => {
    event.preventDefault();
    setSaid("");
    playground
      .send({ do: "reboot", partition, ...(cmdline === booted ? {} : { cmdline }) })
      .then(({ errno }) => setSaid(errno === null ? words.done : words.refused(errno)))
      .catch(() => setSaid(words.refused("EIO")));
    setTyped(null);
  };
  return (
    <Fold
      id={title}
      title={option === undefined ? words.title : words.titleWith(option)}
      state={words.summary}
      open={option !== undefined}
    >
      <form className={styles.start} aria-labelledby={title} onSubmit={restart}>
        <span className={styles.wide}>
          <label htmlFor={field}>{words.cmdline}</label>
          <input
            id={field}
            type="text"
            spellCheck={false}
            autoComplete="off"
            maxLength={LONGEST}
            placeholder={words.example}
            aria-describedby={about}
            value={offered}
            onChange={({ target }) => setTyped(target.value)}
          />
        </span>
        <p id={about} className={styles.note}>
          {words.stays} {words.lost}
        </p>
        <p className={styles.same}>
          {cmdline === booted ? (
            <>
              {words.same} <code>{LINE}</code>
            </>
          ) : (
            words.edited
          )}
        </p>
        <button type="submit" className={styles.go}>
          <RotateCw aria-hidden />
          {words.go}
        </button>
        <p className={styles.said} role="status">
          {said}
        </p>
      </form>
    </Fold>
  );
}
