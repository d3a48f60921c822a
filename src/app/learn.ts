/** Where somebody is among the lessons: in none, at the list of all, or in one. The address's end says so. */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

export type Learning =
  | { readonly at: "box" | "index" }
  | { readonly at: "lesson"; readonly id: string }
  /** A lesson file that was opened. */
  | { readonly at: "file"; readonly file: string; readonly text: string };

const INDEX = "#lessons";
const LESSON = /^#lesson=([\w.-]{1,64})$/;

export function readLearning(hash: string): Learning {
  const id = LESSON.exec(hash)?.[1];
  if (id !== undefined) return { at: "lesson", id };
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
export const hasLesson = ({ at }: Learning): boolean => at === "lesson" || at === "file";

export function goLearn(to: Learning): void {
  const hash = to.at === "lesson" ? addressOfLesson(to.id) : to.at === "index" ? INDEX : "";
  // Leaving is no step that going back would undo.
  if (hash === "") history.replaceState(null, "", location.pathname + location.search);
  else location.hash = hash;
  store.setState(to, true);
}

/** The address is a lesson's: what box is looked at is the lesson's affair. */
export const inLesson = (hash: string): boolean => readLearning(hash).at === "lesson";
