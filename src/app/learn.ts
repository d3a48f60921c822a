/** Where somebody is among the lessons: in none, at the list of all, or in one. The address's end says so. */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

export type Learning =
  | { readonly at: "box" | "index" }
  /** An exercise; which, the address says. */
  | { readonly at: "predict"; readonly hash: string }
  | { readonly at: "lesson"; readonly id: string }
  /** A lesson that is written, or one that a link leads to. */
  | { readonly at: "write" | "link"; readonly hash: string }
  /** A lesson file that was opened. */
  | { readonly at: "file"; readonly file: string; readonly text: string };

const INDEX = "#lessons";
const PREDICT = "#predict";
const WRITE = "#write";
/** `#lesson-text=` and `#lesson-at=` (src/lessons/link.ts). */
const LINK = "#lesson-";
const LESSON = /^#lesson=([\w.-]{1,64})$/;

export function readLearning(hash: string): Learning {
  const id = LESSON.exec(hash)?.[1];
  if (id !== undefined) return { at: "lesson", id };
  if (hash.startsWith(PREDICT)) return { at: "predict", hash };
  if (hash === WRITE) return { at: "write", hash };
  if (hash.startsWith(LINK)) return { at: "link", hash };
  return { at: hash === INDEX ? "index" : "box" };
}

export const addressOfLesson = (id: string): string => `#lesson=${id}`;

// Tests of what stands on this have no address.
const store = createStore<Learning>(() => readLearning(globalThis.location?.hash ?? ""));
globalThis.addEventListener?.("hashchange", () => {
  const there = readLearning(location.hash);
  // A file has no address.
  if (there.at !== "box" || store.getState().at !== "file") store.setState(there, true);
});

export const useLearning = (): Learning => useStore(store);

/** A lesson stands beside the machine. */
export const hasLesson = ({ at }: Learning): boolean => at !== "box" && at !== "index" && at !== "predict";

/** `instead`: going back does not lead to where one is now. */
export function goLearn(to: Learning, instead = false): void {
  const hash = to.at === "lesson" ? addressOfLesson(to.id) : "hash" in to ? to.hash : to.at === "index" ? INDEX : "";
  // Leaving is no step that going back would undo.
  if (hash === "" || instead) history.replaceState(null, "", location.pathname + location.search + hash);
  else location.hash = hash;
  store.setState(to, true);
}

/** It covers the box, which stays as it was. */
export const isOver = (there: Learning): there is Extract<Learning, { at: "index" | "predict" }> =>
  there.at === "index" || there.at === "predict";

/** The address is a lesson's, or an exercise's: what box is looked at is its affair. */
export const inLesson = (hash: string): boolean => /^#(lesson|predict)\b/.test(hash);
