/** A scrolled list that follows its end until someone scrolls away from it, and again once they are back. */
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from "react";

/** This close to the end counts as the end, in CSS pixels. */
const CLOSE = 24;

export interface Tail {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly following: boolean;
  onScroll(): void;
  follow(): void;
}

/** `content` is anything that changes when lines are added. */
export function useTail(content: unknown): Tail {
  const ref = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);

  const toEnd = useCallback(() => {
    const list = ref.current;
    if (list) list.scrollTop = list.scrollHeight;
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: new content is what makes the end move
  useLayoutEffect(() => {
    if (following) toEnd();
  }, [following, toEnd, content]);

  const onScroll = useCallback(() => {
    const list = ref.current;
    if (list) setFollowing(list.scrollHeight - list.scrollTop - list.clientHeight < CLOSE);
  }, []);

  const follow = useCallback(() => {
    setFollowing(true);
    toEnd();
  }, [toEnd]);

  return { ref, following, onScroll, follow };
}
