/** State, goals and last moves on the clipboard, to ask a colleague. */
import { useState } from "react";
import { language } from "../client/language/catalogue.ts";
import { usePlayground } from "../client/react.tsx";
import type { LessonRun } from "./run.ts";
import { situation } from "./situation.ts";
import { lessonStrings as strings } from "./strings.ts";

export function Situation({ run }: { readonly run: LessonRun }) {
  const playground = usePlayground();
  const [said, setSaid] = useState<{ readonly text: string; readonly copied: boolean } | null>(null);
  const copy = async () => {
    const { book } = run.store.getState();
    if (!book) return;
    const text = situation(run.lesson, book, playground.store.getState(), language());
    try {
      await navigator.clipboard.writeText(text);
      setSaid({ text, copied: true });
    } catch {
      setSaid({ text, copied: false });
    }
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        {strings.copy}
      </button>
      <p role="status">{said ? (said.copied ? strings.copied : strings.notCopied) : ""}</p>
      {said && !said.copied && <textarea readOnly aria-label={strings.copy} value={said.text} rows={6} />}
    </>
  );
}
