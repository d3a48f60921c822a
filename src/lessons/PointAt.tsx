/** A question that is answered by pointing: what is selected in the machine, to be named as the cause. */
import { Crosshair } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import { useStore } from "zustand";
import { usePlayground, usePlaygroundState } from "../client/react.tsx";
import type { PageInfo } from "../protocol/records.ts";
import type { Words } from "./format.ts";
import { Markup, type Value } from "./Markup.tsx";
import { pointAtPage, pointAtThing, type Pointing } from "./pointing.ts";
import type { LessonRun } from "./run.ts";
import { lessonStrings as strings } from "./strings.ts";
import { say } from "./words.ts";
import styles from "./lesson.module.css";
import own from "./pictures.module.css";

interface PointAtProps {
  readonly run: LessonRun;
  /** Key of the question. */
  readonly question: string;
  readonly words: Words;
  readonly value: Value;
}

export function PointAt({ run, question, words, value }: PointAtProps) {
  const head = useId();
  const things = useSelected();
  const past = usePlaygroundState((state) => state.cursor !== null);
  const pointed = useStore(run.store, (state) => state.pointed);
  const room = useRef<HTMLFieldSetElement>(null);
  // Who answers right has pressed a button that is gone with the question: reading goes on in the lesson.
  useEffect(() => {
    const lesson = room.current?.closest("section");
    return () => {
      if (document.activeElement === document.body) lesson?.focus({ preventScroll: true });
    };
  }, []);
  return (
    <fieldset ref={room} className={styles.predict} aria-labelledby={head}>
      <h3 id={head}>{strings.point.head}</h3>
      <Markup text={say(words, question)} value={value} />
      <p className={styles.quiet}>{things.length > 0 && !past ? strings.point.how : strings.point.nothing}</p>
      {!past && (
        <div className={own.options}>
          {things.map((thing) => (
            <button
              key={strings.point.name(thing)}
              type="button"
              aria-label={strings.point.label(strings.point.name(thing))}
              onClick={() => run.point(thing)}
            >
              <Crosshair aria-hidden />
              {strings.point.name(thing)}
            </button>
          ))}
        </div>
      )}
      <p role="status">{pointed && <b>{strings.point.answer(strings.point.name(pointed.thing), pointed.hit)}</b>}</p>
    </fieldset>
  );
}

/** What is selected, from the smallest to the largest. */
function useSelected(): readonly Pointing[] {
  const playground = usePlayground();
  const { node, block, dimm, pfn } = usePlaygroundState((state) => state.selection);
  const records = usePlaygroundState((state) => state.records);
  const [page, setPage] = useState<PageInfo | null>(null);
  const partition = block === null ? undefined : records.block[block]?.partition;
  useEffect(() => {
    let stays = true;
    setPage(null);
    if (partition !== undefined && pfn !== null)
      void playground.inspect(partition, pfn).then((info) => {
        if (stays) setPage(info);
      });
    return () => {
      stays = false;
    };
  }, [playground, partition, pfn]);
  const things = [
    page && page.pfn === pfn ? pointAtPage(page, records) : null,
    pointAtThing({ block }, records),
    pointAtThing({ dimm }, records),
    pointAtThing({ node }, records),
  ];
  return things.filter((thing) => thing !== null);
}
