/** Whether there is width for what stands beside each other. */
import { useSyncExternalStore } from "react";

function widthHook(query: string): () => boolean {
  // Asked for once: each new list looks at the window anew, in every render.
  let list: MediaQueryList | undefined;
  const asked = () => (list ??= matchMedia(query));
  const matches = () => asked().matches;
  const onChange = (listener: () => void) => {
    asked().addEventListener("change", listener);
    return () => asked().removeEventListener("change", listener);
  };
  return () => useSyncExternalStore(onChange, matches);
}

/** The width at which layout.module.css puts panels below one another. */
export const useNarrow = widthHook("(max-width: 45rem)");
/** The width at which the large panel has no room for a tab for each of its views. */
export const useTight = widthHook("(max-width: 62rem)");
/** The same with a lesson beside it. */
export const useTightBesideLesson = widthHook("(max-width: 88rem)");
