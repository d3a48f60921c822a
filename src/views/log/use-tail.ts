/** A scrolled list that follows its end until someone scrolls away from it, and again once they are back. */
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** This close to the end counts as the end, in CSS pixels. */
const CLOSE = 24;

export interface Tail {
  /** What scrolls, and all that lies in it. */
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly content: RefObject<HTMLDivElement | null>;
  readonly following: boolean;
  onScroll(): void;
  follow(): void;
}

/** `older`: whether what is older than the first lines is there. It comes above them, and moves none of them. */
export function useTail(older: boolean): Tail {
  const ref = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);

  const toEnd = useCallback(() => {
    const list = ref.current;
    if (list) list.scrollTop = list.scrollHeight;
  }, []);

  useEffect(() => {
    if (!following || !ref.current || !content.current) return;
    // Told after the layout that new lines need anyway: looking for the end when they come would ask for one of its own.
    const observer = new ResizeObserver(toEnd);
    observer.observe(ref.current);
    observer.observe(content.current);
    return () => observer.disconnect();
  }, [following, toEnd]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: as what is older comes, whoever follows goes on doing so
  useLayoutEffect(() => {
    if (following) toEnd();
  }, [older, toEnd]);

  const onScroll = useCallback(() => {
    const list = ref.current;
    if (list) setFollowing(list.scrollHeight - list.scrollTop - list.clientHeight < CLOSE);
  }, []);

  const follow = useCallback(() => {
    setFollowing(true);
    toEnd();
  }, [toEnd]);

  return { ref, content, following, onScroll, follow };
}
