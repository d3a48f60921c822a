/** Words for components. */
import { useSyncExternalStore } from "react";
import { onWords, wordChanges, wordsNow } from "./catalogue.ts";

/** Draws the component anew when words change. Whatever is drawn by it is drawn anew with it, unless it is a `memo`. */
export function useWordChanges(): number {
  return useSyncExternalStore(onWords, wordChanges, wordChanges);
}

/** A catalogue for a component that keeps what it drew, a `memo` or a `useMemo`: another object after a switch. */
export function useWords<T extends object>(strings: T): T {
  useWordChanges();
  return wordsNow(strings);
}
