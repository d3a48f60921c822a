/** When it became impossible, found by trying forks, a way there, and what would have prevented it. */
import { type ReactNode, useState } from "react";
import { useStore } from "zustand";
import type { StoreApi } from "zustand/vanilla";
import { usePlayground } from "../../client/react.tsx";
import type { AttemptRecord } from "./attempts.ts";
import { askSince, type SinceState, sinceOf } from "./since-state.ts";
import { sinceStrings as words } from "./since-strings.ts";
import styles from "./since.module.css";

export function Since({ attempt }: { readonly attempt: AttemptRecord }): ReactNode {
  const playground = usePlayground();
  const [, setAsked] = useState(0);
  const store = sinceOf(playground, attempt);
  if (!store)
    return (
      <button
        type="button"
        title={words.askWhy}
        onClick={() => {
          askSince(playground, attempt);
          setAsked((times) => times + 1);
        }}
      >
        {words.ask}
      </button>
    );
  return <Told store={store} attempt={attempt} />;
}

function Told({ store, attempt }: { readonly store: StoreApi<SinceState>; readonly attempt: AttemptRecord }) {
  const playground = usePlayground();
  const { found, prevented, running, broke } = useStore(store);
  const since = found?.since ?? null;
  return (
    <section className={styles.since} aria-label={words.ask} aria-busy={running}>
      <p role="status">{found ? words.found(found, attempt) : broke === null ? words.trying : ""}</p>
      {found && <p>{words.tried(found)}</p>}
      {found && found.earlier.length > 0 && <p>{words.earlier(found.earlier)}</p>}
      {since && (
        <button type="button" onClick={() => void playground.goTo(since)}>
          {words.goThere}
        </button>
      )}
      {prevented.length > 0 && (
        <>
          <h3>{words.prevented}</h3>
          <ul>
            {prevented.map(({ by, what, came }) => (
              <li key={`${by} ${what}`} data-result={came?.result}>
                <span>{words.otherwise(by, what)}</span>
                <b>{words.came(came, attempt.target)}</b>
              </li>
            ))}
          </ul>
        </>
      )}
      {found && running && <p className={styles.quiet}>{words.going}</p>}
      {broke !== null && <p role="alert">{words.broke(broke)}</p>}
    </section>
  );
}
