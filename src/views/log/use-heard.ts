/**
 * What a screen reader is told of the log. Lines can come by the hundred; read out one by one they would drown
 * everything else. So what came is summed up, and told once it has been quiet for a moment.
 */
import { useEffect, useRef, useState } from "react";
import type { LogEntry } from "../../protocol/messages.ts";
import { logStrings as strings } from "./strings.ts";
import { lineOf } from "./log-filter.ts";

/** Milliseconds without a new line before what came is told. */
const QUIET = 1200;
/** A burst longer than this is told as a number only. */
const MOST_TOLD = 20;

export function useHeard(log: readonly LogEntry[]): string {
  const last = log.at(-1);
  const told = useRef(last?.seq ?? -1);
  const [heard, setHeard] = useState("");

  useEffect(() => {
    if (!last || last.seq === told.current) return;
    if (last.seq < told.current) told.current = -1;
    const timer = setTimeout(() => {
      const fresh = log.filter((entry) => entry.seq > told.current && entry.level !== "debug");
      told.current = last.seq;
      const newest = fresh.at(-1);
      const line = newest && lineOf(newest);
      if (line !== undefined)
        setHeard(fresh.length > MOST_TOLD ? strings.heardCount(fresh.length) : strings.heard(fresh.length, line));
    }, QUIET);
    return () => clearTimeout(timer);
  }, [log, last]);

  return heard;
}
