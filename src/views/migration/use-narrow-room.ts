/** Whether an element is too narrow for parts side by side. */
import { useEffect, useRef, useState } from "react";
import { textScale } from "../theme-values.ts";

/** CSS pixels where text has its usual size. */
const NARROW = 620;

export function useNarrowRoom(): readonly [React.RefObject<HTMLElement | null>, boolean] {
  const element = useRef<HTMLElement>(null);
  const [narrow, setNarrow] = useState(false);
  useEffect(() => {
    const { current } = element;
    if (!current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setNarrow(entry.contentRect.width < NARROW * textScale());
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return [element, narrow];
}
