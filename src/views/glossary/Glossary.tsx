/**
 * Every kernel function that the simulation names: what it does, where it stands in the kernel's source, and where in the order
 * of an operation. Passage by passage, in the order in which they are called; each is told of once, and elsewhere leads there.
 */
import { ArrowLeft } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useWordChanges } from "../../client/language/react.ts";
import { callersOf, type Passage, type Place, passages } from "../../engine/chronicle/call-order.ts";
import { calledIn, fileOf, KERNEL_FUNCTIONS, type KernelFunction } from "../../engine/chronicle/functions.ts";
import { FUNCTION_WORDS } from "../function-words.ts";
import type { Asked } from "./asked.ts";
import styles from "./glossary.module.css";
import { glossaryStrings as strings } from "./strings.ts";

/** Deeper ones stand in no further. */
const DEEPEST = 8;

export function Glossary({ about }: { readonly about: Asked }) {
  useWordChanges();
  const { version } = about;
  const all = useMemo(passages, []);
  /** The way through the glossary; the last is shown. */
  const [way, setWay] = useState<readonly KernelFunction[]>(about.name ? [about.name] : []);
  const at = way.at(-1) ?? null;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (at === null) return;
    // What it stands in opens after it was drawn.
    const frame = requestAnimationFrame(() => {
      const entry = list.current?.querySelector<HTMLElement>(`[data-entry="${at}"]`);
      entry?.focus({ preventScroll: true });
      entry?.scrollIntoView({ block: "center" });
    });
    return () => cancelAnimationFrame(frame);
  }, [at]);
  const go = (name: KernelFunction) => setWay((before) => (before.at(-1) === name ? before : [...before, name]));
  return (
    <div className={styles.glossary} ref={list}>
      <p className={styles.lead}>
        {strings.lead(KERNEL_FUNCTIONS.length, version)}
        <button
          type="button"
          className={styles.back}
          aria-disabled={way.length < 2 || undefined}
          onClick={() => setWay((before) => (before.length > 1 ? before.slice(0, -1) : before))}
        >
          <ArrowLeft aria-hidden /> {strings.back}
        </button>
      </p>
      {[...all].map(([passage, places]) => (
        <Part key={passage} passage={passage} places={places} at={at} version={version} onGo={go} />
      ))}
    </div>
  );
}

interface PartProps {
  readonly passage: Passage;
  readonly places: readonly Place[];
  readonly at: KernelFunction | null;
  readonly version: string;
  onGo(name: KernelFunction): void;
}

function Part({ passage, places, at, version, onGo }: PartProps) {
  return (
    <section aria-label={strings.passages[passage]}>
      <h3>{strings.passages[passage]}</h3>
      <ol>
        {places.map(({ name, depth, home }, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: the order is fixed.
            key={index}
            style={{ "--depth": Math.min(depth, DEEPEST) } as React.CSSProperties}
          >
            {home ? (
              <Entry name={name} at={name === at} version={version} onGo={onGo} />
            ) : (
              <Elsewhere name={name} version={version} onGo={onGo} />
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

interface EntryProps {
  readonly name: KernelFunction;
  readonly version: string;
  onGo(name: KernelFunction): void;
}

function Entry({ name, at, version, onGo }: EntryProps & { readonly at: boolean }) {
  const callers = callersOf(name);
  const called = calledIn(version, name);
  return (
    <div className={styles.entry} data-entry={name} tabIndex={at ? 0 : -1} aria-current={at || undefined}>
      <p>
        <dfn>
          <code>{called}</code>
        </dfn>{" "}
        {FUNCTION_WORDS[name]}
      </p>
      <p className={styles.where}>
        {fileOf(name) ?? strings.noKernel}
        {called !== name && ` · ${strings.inSixOne(name)}`}
        {callers.length > 0 && (
          <>
            {" · "}
            {strings.calledBy}{" "}
            {callers.map((caller, index) => (
              <span key={caller}>
                {index > 0 && ", "}
                <Way name={caller} version={version} onGo={onGo} />
              </span>
            ))}
          </>
        )}
      </p>
    </div>
  );
}

const Elsewhere = ({ name, version, onGo }: EntryProps) => (
  <p className={styles.elsewhere}>
    <Way name={name} version={version} onGo={onGo} /> {FUNCTION_WORDS[name]}
  </p>
);

const Way = ({ name, version, onGo }: EntryProps) => (
  <button type="button" className={`word-button ${styles.way}`} onClick={() => onGo(name)}>
    <code>{calledIn(version, name)}</code>
  </button>
);
