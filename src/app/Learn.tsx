/** Lessons and the list of them, joined to the page: addresses, panels and terminals. Fetched when first opened. */
import { useCallback, useMemo, useRef } from "react";
import { FOLDER } from "../lessons/format.ts";
import { IndexView } from "../lessons/IndexView.tsx";
import { LessonView } from "../lessons/LessonView.tsx";
import { PredictView } from "../lessons/predict/PredictView.tsx";
import { WriteView } from "../lessons/write/WriteView.tsx";
import { displayGroups } from "../views/kinds.ts";
import { useActionContext } from "./action-context.tsx";
import { addressOfLesson, goLearn, useLearning } from "./learn.ts";
import { Talks } from "./Talks.tsx";
import { typeInto } from "./typing.ts";

/** What a lesson does to the rest of the page. */
function useLessonPlaces() {
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
      const lead = there.current.has(partition) ? "" : `cd ${FOLDER}\r`;
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
  return useMemo(() => ({ onType, onAnew, onPanels }), [onType, onAnew, onPanels]);
}

const TO = {
  onLesson: (id: string) => goLearn({ at: "lesson", id }),
  onIndex: () => goLearn({ at: "index" }),
  onLeave: () => goLearn({ at: "box" }),
};

export function LearnColumn() {
  const learning = useLearning();
  const places = useLessonPlaces();
  const source = useMemo(() => {
    if (learning.at === "lesson") return { id: learning.id };
    if (learning.at === "link") return { link: learning.hash };
    return learning.at === "file" ? { file: learning.file, text: learning.text } : { file: "", text: "" };
  }, [learning]);
  return <LessonView source={source} {...TO} {...places} />;
}

export function LearnWrite() {
  const places = useLessonPlaces();
  const preview = useCallback(
    (text: string) => <LessonView source={{ file: "lesson", text }} {...TO} {...places} />,
    [places],
  );
  return <WriteView preview={preview} onLeave={TO.onLeave} />;
}

export function LearnIndex() {
  return (
    <IndexView
      addressOf={addressOfLesson}
      onBox={() => goLearn({ at: "box" })}
      onFile={(file) => goLearn({ at: "file", ...file })}
      talks={<Talks />}
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
