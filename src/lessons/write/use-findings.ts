/** What is wrong with a file that is written, as far as it has been found: its own faults at once, the machine's word after some quiet. */
import { useEffect, useMemo, useState } from "react";
import type { Checked } from "../../protocol/border.ts";
import type { ToWorkshop } from "../predict/format.ts";
import { workshop } from "../predict/workshop-line.ts";

/** A kind of file: how it is read, and how the machine tries it. One object for the life of a page. */
export interface Tried<T> {
  /** What its problems begin with. */
  readonly name: string;
  /** Real ms of quiet after a change until the machine tries it. */
  readonly quiet: number;
  read(text: string, name: string): Checked<T>;
  job(text: string): ToWorkshop;
}

export interface Found<T> {
  readonly state: "trying" | "tried" | "broke";
  /** As `field: reason`. */
  readonly list: readonly string[];
  /** `null`: the file can't be read as it is. */
  readonly value: T | null;
  /** The last one that could be. */
  readonly last: T | null;
}

export function useFindings<T>(text: string, { name, quiet, read, job }: Tried<T>): Found<T> {
  const line = useMemo(() => workshop(), []);
  const [found, setFound] = useState<Found<T>>({ state: "trying", list: [], value: null, last: null });
  useEffect(() => () => line.close(), [line]);
  useEffect(() => {
    const checked = read(text, name);
    if (!checked.ok) {
      const { problem } = checked;
      const list = [problem.startsWith(`${name}: `) ? problem.slice(name.length + 2) : problem];
      setFound(({ last }) => ({ state: "tried", list, value: null, last }));
      return;
    }
    setFound({ state: "trying", list: [], value: checked.value, last: checked.value });
    let end = () => {};
    const waiting = setTimeout(() => {
      end = line.begin(job(text), (message) => {
        if (message.type === "finding") setFound((now) => ({ ...now, list: [...now.list, message.finding] }));
        else setFound((now) => ({ ...now, state: message.type === "checked" ? "tried" : "broke" }));
      });
    }, quiet);
    return () => {
      clearTimeout(waiting);
      end();
    };
  }, [text, line, name, quiet, read, job]);
  return found;
}
