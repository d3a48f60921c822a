/** The terminal's place in the page. Its code is fetched when it is opened for the first time. */
import { Component, lazy, type ReactNode, Suspense, useLayoutEffect, useState } from "react";
import { useActionContext } from "./action-context.tsx";
import { createEarlyKeys } from "./early-keys.ts";
import { fetchCode } from "../client/language/fetch-code.ts";
import styles from "./layout.module.css";
import { appStrings } from "./strings.ts";
import { provideTyping } from "./typing.ts";

const strings = appStrings.terminal;

const earlyKeys = createEarlyKeys(window);

class NotFetched extends Error {}

const fetchView = () =>
  lazy(() =>
    fetchCode(() => import("../views/terminal/TerminalView.tsx"), "default").catch((cause: unknown) => {
      // Keys are the page's again: what was typed has nowhere to go.
      earlyKeys.take();
      throw new NotFetched(strings.missing, { cause });
    }),
  );

export function TerminalPanel({ title }: { readonly title: ReactNode }) {
  const { terminal, playground, runningSpeed } = useActionContext();
  const shown = terminal.place !== "closed";
  // What was opened once stays, and its shells with it.
  const [opened, setOpened] = useState(shown);
  if (shown && !opened) setOpened(true);
  useLayoutEffect(() => {
    if (opened && !matchMedia("(pointer: coarse)").matches) earlyKeys.listen();
  }, [opened]);
  const [TerminalView, setTerminalView] = useState(fetchView);
  if (!opened) return null;
  return (
    <FetchBoundary shown={shown} onAgain={() => setTerminalView(fetchView)}>
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
          provideTyping={provideTyping}
          takeEarlyKeys={earlyKeys.take}
          onRun={() => playground.setSpeed(runningSpeed)}
        />
      </Suspense>
    </FetchBoundary>
  );
}

interface FetchBoundaryProps {
  /** Who hides the terminal and opens it again asks for it again. */
  readonly shown: boolean;
  onAgain(): void;
  readonly children: ReactNode;
}

interface Fetching {
  readonly error: unknown;
}

/** Catches that the code did not come. It is fetched again as often as someone asks for it. */
class FetchBoundary extends Component<FetchBoundaryProps, Fetching> {
  override state: Fetching = { error: null };

  static getDerivedStateFromError(error: unknown): Fetching {
    return { error };
  }

  override componentDidUpdate(before: FetchBoundaryProps): void {
    if (this.state.error !== null && this.props.shown && !before.shown) this.again();
  }

  private again(): void {
    this.props.onAgain();
    this.setState({ error: null });
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    // What the terminal throws once it is there is the panel's own affair.
    if (!(error instanceof NotFetched)) throw error;
    return (
      <Notice text={strings.missing}>
        <button type="button" onClick={() => this.again()}>
          {strings.again}
        </button>
      </Notice>
    );
  }
}

function Notice({ text, children }: { readonly text: string; readonly children?: ReactNode }) {
  return (
    <p className={styles.notice} role="status">
      {text} {children}
    </p>
  );
}
