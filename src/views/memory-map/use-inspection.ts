/** Asks the engine about a page: one question at a time, and again a few times a second while pages change. */
import { useEffect, useState } from "react";
import { useFrame, usePlayground } from "../../client/react.tsx";
import type { PageInfo } from "../../protocol/records.ts";

/** Milliseconds between two questions about the same page. */
const AGAIN_MS = 250;

export interface Inspection {
  readonly info: PageInfo;
  /** Simulated time of the answer, ns. */
  readonly at: number;
}

/** What is known of a page; the last answer stays until the next has come. `null` when no page is asked about. */
export function useInspection(partition: string | null, pfn: number | null): Inspection | null {
  const playground = usePlayground();
  const [inspection, setInspection] = useState<Inspection | null>(null);
  const [inquiry] = useState(() => createInquiry());

  useEffect(() => {
    inquiry.listen((info) => setInspection(info === null ? null : { info, at: playground.store.getState().now }));
    return () => inquiry.listen(null);
  }, [inquiry, playground]);

  useEffect(() => {
    if (partition === null || pfn === null) {
      inquiry.ask(null);
      setInspection(null);
    } else inquiry.ask(() => playground.inspect(partition, pfn));
  }, [inquiry, playground, partition, pfn]);

  useFrame(({ elapsed, pagesChanged }) => {
    if (pagesChanged) inquiry.again(elapsed);
  });

  return inspection;
}

/** Runs one question at a time; of those that come meanwhile only the newest is asked. */
function createInquiry() {
  let question: (() => Promise<PageInfo | null>) | null = null;
  let listener: ((info: PageInfo | null) => void) | null = null;
  let asking = false;
  let waiting = false;
  let since = 0;

  async function run(): Promise<void> {
    const asked = question;
    if (!asked) return;
    asking = true;
    waiting = false;
    since = 0;
    const info = await asked();
    asking = false;
    // An answer about a page that is no longer pointed at would make the text flicker.
    if (question === asked) listener?.(info);
    if (waiting) void run();
  }

  return {
    listen(next: typeof listener) {
      listener = next;
    },
    ask(next: typeof question) {
      question = next;
      if (asking) waiting = next !== null;
      else void run();
    },
    /** Asks the same again, when the last time is long enough ago. */
    again(elapsed: number) {
      since += elapsed;
      if (question && !asking && since >= AGAIN_MS) void run();
    },
  };
}
