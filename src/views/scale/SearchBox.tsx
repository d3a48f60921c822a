/** What is asked for, how much of it there is, and the way round the hits. */
import { type RefObject, useCallback, useEffect, useId, useRef, useState } from "react";
import { ChevronLeft, ChevronRight, Search, X } from "lucide-react";
import styles from "./scale.module.css";
import { scaleStrings } from "./strings.ts";
import type { Found } from "./use-search.ts";

const words = scaleStrings.search;
/** Real milliseconds after the last letter. */
const REST_MS = 150;

interface SearchBoxProps {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly text: string;
  readonly found: Found | null;
  /** Nodes on which something was found. */
  readonly nodes: number;
  readonly suggestions: readonly string[];
  onAsk(text: string): void;
  onHit(step: 1 | -1): void;
}

export function SearchBox({ input, text, found, nodes, suggestions, onAsk, onHit }: SearchBoxProps) {
  const [typed, setTyped] = useState(text);
  const [status, help] = [useId(), useId()];
  // What was asked from here is in the field already, and more may have been typed since.
  const asked = useRef(text);
  const ask = useCallback(
    (next: string) => {
      asked.current = next;
      onAsk(next);
    },
    [onAsk],
  );
  useEffect(() => {
    if (text === asked.current) return;
    asked.current = text;
    setTyped(text);
  }, [text]);
  useEffect(() => {
    if (typed.trim() === asked.current) return;
    const timer = setTimeout(() => ask(typed.trim()), REST_MS);
    return () => clearTimeout(timer);
  }, [typed, ask]);
  const shown = found && found.text === text ? found : null;
  const problem = shown?.problem ?? null;
  const says =
    shown === null
      ? ""
      : problem === "unreachable"
        ? words.unreachable
        : problem
          ? words.problem(problem)
          : words.found(shown.total, nodes, shown.done);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: older browsers know no search element, and this one is a row. */}
      <div role="search" className={styles.search} data-problem={problem !== null || undefined}>
        <Search aria-hidden size={14} />
        <input
          ref={input}
          type="text"
          aria-label={words.label}
          aria-describedby={`${help} ${status}`}
          aria-invalid={problem !== null}
          aria-keyshortcuts="/"
          placeholder={words.placeholder}
          spellCheck={false}
          autoComplete="off"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") {
              event.preventDefault();
              if (typed.trim() !== text) ask(typed.trim());
              else if (text !== "") onHit(event.shiftKey ? -1 : 1);
            } else if (event.key === "Escape") {
              event.stopPropagation();
              if (typed !== "") {
                setTyped("");
                ask("");
              } else event.currentTarget.blur();
            }
          }}
        />
        <span id={help} className="visually-hidden">
          {words.help}
        </span>
        <span id={status} role="status" className={styles.result} title={says}>
          {problem === null ? says : ""}
        </span>
        {shown && problem === null && (
          <>
            <button type="button" aria-label={words.previous} title={words.previous} onClick={() => onHit(-1)}>
              <ChevronLeft aria-hidden size={14} />
            </button>
            <button type="button" aria-label={words.next} title={words.next} onClick={() => onHit(1)}>
              <ChevronRight aria-hidden size={14} />
            </button>
          </>
        )}
        {typed !== "" && (
          <button
            type="button"
            aria-label={words.clear}
            title={words.clear}
            onClick={() => {
              setTyped("");
              ask("");
              input.current?.focus();
            }}
          >
            <X aria-hidden size={14} />
          </button>
        )}
      </div>
      {problem !== null && (
        <p className={styles.problem} role="alert">
          {says}
        </p>
      )}
      <div className={styles.suggestions}>
        <span aria-hidden="true">{words.suggestions}</span>
        {suggestions.map((one) => (
          <button
            key={one}
            type="button"
            lang="en"
            aria-pressed={one === text}
            onClick={() => onAsk(one === text ? "" : one)}
          >
            {one}
          </button>
        ))}
      </div>
    </>
  );
}
