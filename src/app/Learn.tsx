/** Lessons and the list of them, joined to the page: addresses, panels and terminals. Fetched when first opened. */
import { useCallback, useMemo, useRef } from "react";
import { IndexView } from "../lessons/IndexView.tsx";
import { LessonView } from "../lessons/LessonView.tsx";
import { PredictView } from "../lessons/predict/PredictView.tsx";
import { displayGroups } from "../views/kinds.ts";
import { useActionContext } from "./action-context.tsx";
import { addressOfLesson, goLearn, useLearning } from "./learn.ts";
import { typeInto } from "./typing.ts";

const FOLDER = "cd /sys/devices/system/memory";

export function LearnColumn() {
  const learning = useLearning();
  const { terminal } = useActionContext();
  /** Partitions whose terminal was led to the folder that lines of lessons are for. */
  const there = useRef(new Set<string>());
  const latest = useRef(terminal);
  latest.current = terminal;
  const open = useCallback(() => {
    const { place, setPlace } = latest.current;
    if (place === "closed") setPlace("side");
  }, []);
  const onType = useCallback(
    (partition: string, line: string, run: boolean) => {
      open();
      const lead = there.current.has(partition) ? "" : `${FOLDER}\r`;
      there.current.add(partition);
      typeInto(partition, `${lead}${line}${run ? "\r" : ""}`);
    },
    [open],
  );
  const onAnew = useCallback(() => there.current.clear(), []);
  const onPanels = useCallback(
    (panels: readonly string[]) => {
      if (panels.includes("terminal")) open();
    },
    [open],
  );
  const source = useMemo(
    () =>
      learning.at === "lesson"
        ? { id: learning.id }
        : { file: learning.at === "file" ? learning.file : "", text: learning.at === "file" ? learning.text : "" },
    [learning],
  );
  return (
    <LessonView
      source={source}
      onLesson={(id) => goLearn({ at: "lesson", id })}
      onIndex={() => goLearn({ at: "index" })}
      onLeave={() => goLearn({ at: "box" })}
      onType={onType}
      onAnew={onAnew}
      onPanels={onPanels}
    />
  );
}

export function LearnIndex() {
  return (
    <IndexView
      addressOf={addressOfLesson}
      onBox={() => goLearn({ at: "box" })}
      onFile={(file) => goLearn({ at: "file", ...file })}
    />
  );
}

const onHash = (hash: string, instead?: boolean) => goLearn({ at: "predict", hash }, instead);

export function LearnPredict() {
  const learning = useLearning();
  return (
    <PredictView
      groups={displayGroups}
      hash={learning.at === "predict" ? learning.hash : ""}
      onHash={onHash}
      onIndex={() => goLearn({ at: "index" })}
      onBox={() => goLearn({ at: "box" })}
    />
  );
}
