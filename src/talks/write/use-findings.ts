/** What is wrong with a talk that is written: the file's own faults at once, the machine's word on every click after some quiet. */
import { useEffect, useMemo, useState } from "react";
import { workshop } from "../../lessons/predict/workshop-line.ts";
import type { Talk } from "../format.ts";
import { readTalk } from "../validate.ts";

/** Real ms of quiet after a change until it is read, and until it is played. */
const READ = 250;
const PLAYED = 1500;

interface Found {
  readonly state: "trying" | "tried" | "broke";
  /** As `field: reason`. */
  readonly list: readonly string[];
  /** `null`: the file can't be read as it is. */
  readonly talk: Talk | null;
  /** The last one that could be. */
  readonly last: Talk | null;
}

export function useFindings(text: string): Found {
  const line = useMemo(() => workshop(), []);
  const [found, setFound] = useState<Found>({ state: "trying", list: [], talk: null, last: null });
  useEffect(() => () => line.close(), [line]);
  useEffect(() => {
    let end = () => {};
    const playing = setTimeout(() => {
      if (!readTalk(text, "talk").ok) return;
      end = line.begin({ type: "rehearse", text }, (message) => {
        if (message.type === "finding") setFound((now) => ({ ...now, list: [...now.list, message.finding] }));
        else setFound((now) => ({ ...now, state: message.type === "checked" ? "tried" : "broke" }));
      });
    }, PLAYED);
    const reading = setTimeout(() => {
      const read = readTalk(text, "talk");
      setFound(({ last }) =>
        read.ok
          ? { state: "trying", list: [], talk: read.value, last: read.value }
          : { state: "tried", list: [read.problem.replace(/^talk: /, "")], talk: null, last },
      );
    }, READ);
    return () => {
      clearTimeout(reading);
      clearTimeout(playing);
      end();
    };
  }, [text, line]);
  return found;
}
