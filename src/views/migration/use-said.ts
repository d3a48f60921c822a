/** A sentence that changes faster than anyone can hear it: passed on at most once a second. */
import { useEffect, useRef, useState } from "react";

/** Real milliseconds. */
const PAUSE = 1000;

export function useSaid(sentence: string): string {
  const [said, setSaid] = useState("");
  const latest = useRef(sentence);
  const waiting = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    let last = latest.current;
    latest.current = sentence;
    if (waiting.current !== null) return;
    // Silence needs no pause after it.
    if (sentence === "") {
      setSaid("");
      return;
    }
    const say = () => {
      last = latest.current;
      setSaid(last);
      waiting.current = setTimeout(() => {
        waiting.current = null;
        if (latest.current !== last) say();
      }, PAUSE);
    };
    say();
  }, [sentence]);
  useEffect(
    () => () => {
      if (waiting.current !== null) clearTimeout(waiting.current);
      waiting.current = null;
    },
    [],
  );
  return said;
}
