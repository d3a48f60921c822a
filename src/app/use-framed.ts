/** What is round the panels comes first: to lay out and paint it together with the box takes longer than a frame has. */
import { useLayoutEffect, useState } from "react";

/** Whether what is round the panels is laid out and painted. Until then nothing else is there, so nothing can move. */
export function useFramed(): boolean {
  const [framed, setFramed] = useState(false);
  useLayoutEffect(() => {
    // Asked for in the frame that paints it, so that React draws the rest after that frame.
    const frame = requestAnimationFrame(() => setFramed(true));
    return () => cancelAnimationFrame(frame);
  }, []);
  return framed;
}
