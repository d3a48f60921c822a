/** How the lesson's machine boots: words of its command line, and the firmware's marks. Booting makes it anew. */
import { Power } from "lucide-react";
import { useId, useState } from "react";
import { useStore } from "zustand";
import type { BootChoice } from "./boot.ts";
import type { LessonRun } from "./run.ts";
import { lessonStrings } from "./strings.ts";
import controls from "./controls.module.css";
import styles from "./lesson.module.css";
import form from "./goals.module.css";

const strings = lessonStrings.boot;

/** With it where it was missing, without it where it was. */
const toggled = <T,>(all: readonly T[], one: T): readonly T[] =>
  all.includes(one) ? all.filter((each) => each !== one) : [...all, one];

export function BootForm({ run, choice }: { readonly run: LessonRun; readonly choice: BootChoice }) {
  const head = useId();
  const booted = useStore(run.store, ({ boot }) => boot);
  const own = run.scenario.box.partitions.find(({ id }) => id === run.lesson.partition);
  const is = booted?.cmdline ?? own?.cmdline ?? "";
  const [words, setWords] = useState<readonly string[]>(() => is.split(" ").filter((word) => word !== ""));
  const [marks, setMarks] = useState<readonly number[]>(booted?.hotpluggable ?? own?.hotpluggable ?? []);
  const cmdline = words.join(" ");
  return (
    <fieldset className={form.boot} aria-labelledby={head}>
      <h3 id={head}>{strings.head}</h3>
      <fieldset>
        <legend>{strings.words}</legend>
        {choice.words.map((word) => (
          <label key={word}>
            <input type="checkbox" checked={words.includes(word)} onChange={() => setWords(toggled(words, word))} />
            <code>{word}</code>
          </label>
        ))}
      </fieldset>
      {choice.nodes.length > 0 && (
        <fieldset>
          <legend>{strings.marks}</legend>
          {choice.nodes.map((node) => (
            <label key={node}>
              <input type="checkbox" checked={marks.includes(node)} onChange={() => setMarks(toggled(marks, node))} />
              {strings.node(node)}
            </label>
          ))}
        </fieldset>
      )}
      <div className={styles.see}>
        <p role="status">{strings.as(is)}</p>
        <button
          type="button"
          className={controls.primary}
          onClick={() => run.restart({ do: "boot", cmdline, hotpluggable: marks.toSorted() })}
        >
          <Power aria-hidden />
          {strings.go}
        </button>
      </div>
    </fieldset>
  );
}
