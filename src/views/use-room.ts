/** The room that an element has, in whole CSS pixels. */
import { type RefObject, useEffect, useRef, useState } from "react";

export interface Room {
  readonly width: number;
  readonly height: number;
}

/** Nothing wide and high until it was measured. */
export function useRoom(): readonly [RefObject<HTMLDivElement | null>, Room] {
  const element = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<Room>({ width: 0, height: 0 });
  useEffect(() => {
    const { current } = element;
    if (!current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      setRoom({ width: Math.floor(width), height: Math.floor(height) });
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return [element, room];
}
