/** Whether the panels are below one another, for lack of width. */
import { useSyncExternalStore } from "react";

/** The width at which shell.module.css puts panels below one another. */
const NARROW = "(max-width: 45rem)";
const isNarrow = () => matchMedia(NARROW).matches;
const onWidthChange = (listener: () => void) => {
  const query = matchMedia(NARROW);
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
};

export const useNarrow = (): boolean => useSyncExternalStore(onWidthChange, isNarrow);
