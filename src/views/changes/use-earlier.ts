/** The moment that somebody chose, for a view: drawn again when it is another. */
import { useSyncExternalStore } from "react";
import { usePlayground } from "../../client/react.tsx";
import { type Chosen, choiceOf, type Earlier } from "./earlier.ts";

export interface Comparing extends Chosen {
  /** Compares with the present from now on, or no more. */
  toggle(): Promise<void>;
}

export function useComparing(): Comparing {
  const choice = choiceOf(usePlayground());
  const chosen = useSyncExternalStore(choice.subscribe, () => choice.chosen);
  return { ...chosen, toggle: choice.toggle };
}

export const useEarlier = (): Earlier | null => useComparing().earlier;
