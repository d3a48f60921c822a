/** What comes with every frame is a copy, and so another object each time, also where it says the same. */
import { useRef } from "react";

/** The object of before while it says the same: what is drawn of it need not be drawn anew. */
export function useSame<T>(value: T): T {
  const text = JSON.stringify(value);
  const last = useRef({ value, text });
  if (last.current.text !== text) last.current = { value, text };
  return last.current.value;
}
