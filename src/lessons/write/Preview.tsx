/** A lesson as a reader gets it, on a phone too, and as a screen reader says it. */
import { type ReactNode, useMemo, useRef, useState } from "react";
import { spoken } from "./spoken.ts";
import { writeStrings as strings } from "./strings.ts";
import styles from "./write.module.css";

type As = "reader" | "phone" | "spoken";

export function Preview({ text, preview }: { readonly text: string; preview(text: string): ReactNode }) {
  const [as, setAs] = useState<As>("reader");
  const [lines, setLines] = useState<readonly string[]>([]);
  const place = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => preview(text), [preview, text]);
  return (
    <>
      <div className={styles.parts} role="toolbar" aria-label={strings.as}>
        {(["reader", "phone", "spoken"] as const).map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={as === one}
            onClick={() => {
              setAs(one);
              if (one === "spoken" && place.current) setLines(spoken(place.current));
            }}
          >
            {strings[one]}
          </button>
        ))}
      </div>
      <div ref={place} className={styles.preview} data-as={as}>
        {shown}
      </div>
      {as === "spoken" && (
        <ol className={styles.spoken} aria-label={strings.spokenTitle}>
          {lines.map((line, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place.
            <li key={i}>{line}</li>
          ))}
        </ol>
      )}
    </>
  );
}
