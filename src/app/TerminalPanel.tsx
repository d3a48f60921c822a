/** The terminal's place in the page. Its code is fetched when it is opened for the first time. */
import { lazy, type ReactNode, Suspense, useLayoutEffect, useState } from "react";
import { useActionContext } from "./action-context.tsx";
import { createEarlyKeys } from "./early-keys.ts";
import styles from "./shell.module.css";
import { appStrings } from "./strings.ts";

const strings = appStrings.terminal;

const TerminalView = lazy(() =>
  import("../views/terminal/TerminalView.tsx").catch(() => ({ default: () => <Notice text={strings.missing} /> })),
);

const earlyKeys = createEarlyKeys(window);

export function TerminalPanel({ title }: { readonly title: ReactNode }) {
  const { terminal, playground, runningSpeed } = useActionContext();
  const shown = terminal.place !== "closed";
  // What was opened once stays, and its shells with it.
  const [opened, setOpened] = useState(shown);
  if (shown && !opened) setOpened(true);
  useLayoutEffect(() => {
    if (opened && !matchMedia("(pointer: coarse)").matches) earlyKeys.listen();
  }, [opened]);
  if (!opened) return null;
  return (
    <Suspense fallback={<Notice text={strings.loading} />}>
      <TerminalView
        title={title}
        shown={shown}
        drawer={terminal.place === "drawer" ? terminal.height : null}
        screenReader={terminal.screenReader}
        onPlace={terminal.setPlace}
        onHeight={terminal.setHeight}
        onScreenReader={terminal.setScreenReader}
        provideTexts={terminal.provideTexts}
        takeEarlyKeys={earlyKeys.take}
        onRun={() => playground.setSpeed(runningSpeed)}
      />
    </Suspense>
  );
}

function Notice({ text }: { readonly text: string }) {
  return (
    <p className={styles.notice} role="status">
      {text}
    </p>
  );
}
