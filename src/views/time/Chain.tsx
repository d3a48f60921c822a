/** The kernel functions that an operation is in at the instant that is shown, from its entry to the one at work, and what comes next. */
import { Fragment, useEffect, useState } from "react";
import { callsText, type Reel } from "../../client/film/reel.ts";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { fileOf, type KernelFunction } from "../../engine/chronicle/functions.ts";
import type { CallStack } from "../../engine/time/operations.ts";
import { FunctionName } from "../glossary/FunctionName.tsx";
import { FUNCTION_WORDS } from "../function-words.ts";
import styles from "./chain.module.css";
import { timeStrings as strings } from "./strings.ts";

/** Functions beside each other; of more the middle ones fold into one. */
const MOST = 8;
/** Of those that stay, so many stand before the fold. */
const BEFORE = 3;

export function Chain({ reel }: { readonly reel: Reel }) {
  const playground = usePlayground();
  const calls = usePlaygroundState((state) => state.calls);
  const chosen = usePlaygroundState((state) => state.selection.attempt);
  const index = usePlaygroundState((state) => state.cursor?.index ?? null);
  const kernels = usePlaygroundState((state) => state.records.partition);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    playground.watchCalls(true);
    return () => playground.watchCalls(false);
  }, [playground]);
  const shown = calls.find(({ attempt }) => attempt !== null && String(attempt) === chosen) ?? calls.at(-1);
  const next = shown && index !== null ? nextIn(reel, index, shown) : null;
  if (!shown) return <p className={styles.none}>{strings.noChain}</p>;
  const version = kernels[shown.partition]?.kernel ?? "6.1";
  const { stack } = shown;
  const hidden = open || stack.length <= MOST ? 0 : stack.length - MOST + 1;
  const parts = [...stack.entries()].filter(([i]) => hidden === 0 || i < BEFORE || i >= BEFORE + hidden);
  const at = stack.length - 1;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys.
    <section className={styles.chain} aria-label={strings.chain} tabIndex={0}>
      <ol>
        {parts.map(([i, name]) => (
          <Fragment key={i}>
            {hidden > 0 && i === BEFORE + hidden && (
              <li>
                <button type="button" className={styles.more} onClick={() => setOpen(true)}>
                  {strings.moreFunctions(hidden)}
                </button>
              </li>
            )}
            <Called version={version} name={name} at={i === at} />
          </Fragment>
        ))}
        {next && (
          <li className={styles.next}>
            <span>{strings.nextFunction}</span>
            <Words version={version} name={next} />
          </li>
        )}
      </ol>
    </section>
  );
}

interface FunctionProps {
  readonly version: string;
  readonly name: KernelFunction;
}

/** Of the one at work the file is there to read; of the others it is under the pointer, and there when they are at work. */
function Called({ version, name, at }: FunctionProps & { readonly at: boolean }) {
  const file = fileOf(name) ?? strings.noKernel;
  return (
    <li aria-current={at ? "step" : undefined} title={file}>
      <Words version={version} name={name} file={at ? file : null} />
    </li>
  );
}

const Words = ({ version, name, file = null }: FunctionProps & { readonly file?: string | null }) => (
  <span className={styles.function}>
    <FunctionName version={version} name={name} />
    <span>
      {FUNCTION_WORDS[name]}
      {file !== null && ` · ${file}`}
    </span>
  </span>
);

/** The function at work after this one, as far as it was seen. */
function nextIn({ film }: Reel, index: number, { op, stack }: CallStack): KernelFunction | null {
  const here = callsText([{ op, stack } as CallStack]);
  for (let i = index + 1; i < film.length; i++) {
    const then = film.callsAt(i).find((call) => call.op === op);
    if (!then) return null;
    if (callsText([then]) !== here) return then.stack.at(-1) ?? null;
  }
  return null;
}
