/**
 * What is shown when the machine contradicted itself, does not answer, or a part of the page could not be drawn: a
 * sentence, and ways out. The rest of the page stays as it was, to be read and saved.
 */
import { troubleWords } from "../views/troubles.ts";
import { Component, type ReactNode, useState } from "react";
import type { Playground } from "../client/playground.ts";
import { usePlayground, usePlaygroundState } from "../client/react.tsx";
import { useActionContext } from "./action-context.tsx";
import { clockTime } from "../views/time/clock.ts";
import type { TerminalText } from "./report.ts";
import faultStyles from "./faults.module.css";
import styles from "./layout.module.css";
import { appStrings } from "./strings.ts";

const strings = appStrings.fault;

/** Above the panels, while something is wrong. */
export function FaultNotice() {
  const playground = usePlayground();
  const { terminal } = useActionContext();
  const fault = usePlaygroundState((state) => (state.status === "fault" ? state.fault : null));
  const silence = usePlaygroundState((state) => state.silence);
  const scenario = usePlaygroundState((state) => state.scenario);
  const kernels = usePlaygroundState((state) => state.kernels);
  const replaced = usePlaygroundState((state) => state.replaced);
  const [read, setRead] = useState<number | null>(null);
  const reason = fault ?? silence;
  return (
    <div className={faultStyles.faultPlace} role="alert">
      {reason !== null && (
        <section className={faultStyles.fault} aria-label={fault === null ? strings.silent : strings.title}>
          <div>
            <h2>{fault === null ? strings.silent : strings.title}</h2>
            <p>{troubleWords(reason)}</p>
            <p className={faultStyles.quiet}>{fault === null ? strings.mayReturn : strings.lost}</p>
          </div>
          <div className={faultStyles.waysOut}>
            <button type="button" className={faultStyles.primary} onClick={() => playground.load(scenario, kernels)}>
              {strings.again}
            </button>
            <SaveButton playground={playground} read={terminal.texts} />
            <ReloadButton />
          </div>
        </section>
      )}
      {reason === null && replaced !== null && replaced !== read && (
        <section className={faultStyles.fault} data-mild aria-label={strings.replaced}>
          <div>
            <h2>{strings.replaced}</h2>
            <p>{strings.madeAgain(clockTime(replaced))}</p>
          </div>
          <div className={faultStyles.waysOut}>
            <button type="button" onClick={() => setRead(replaced)}>
              {strings.read}
            </button>
          </div>
        </section>
      )}
    </div>
  );
}

interface SaveButtonProps {
  readonly playground: Playground;
  readonly read: () => readonly TerminalText[];
}

/** Its code has come with the views that are read. */
async function save(playground: Playground, read: SaveButtonProps["read"]): Promise<void> {
  const { saveReport } = await import("./late-views.ts");
  saveReport(playground.store.getState(), read());
}

const SaveButton = ({ playground, read }: SaveButtonProps) => (
  <button type="button" onClick={() => void save(playground, read)}>
    {strings.save}
  </button>
);

const ReloadButton = () => (
  <button type="button" onClick={() => location.reload()}>
    {strings.reload}
  </button>
);

interface Caught {
  readonly reason: string | null;
}

const caught = (error: unknown): Caught => ({ reason: error instanceof Error ? error.message : String(error) });

/** Catches what a panel throws while it is drawn: the others go on. */
export class PanelBoundary extends Component<{ readonly children: ReactNode }, Caught> {
  override state: Caught = { reason: null };

  static getDerivedStateFromError = caught;

  override render(): ReactNode {
    const { reason } = this.state;
    if (reason === null) return this.props.children;
    return (
      <div className={styles.notice} role="alert">
        <p>{strings.panel(reason)}</p>
        <div className={faultStyles.waysOut}>
          <button type="button" onClick={() => this.setState({ reason: null })}>
            {strings.draw}
          </button>
        </div>
      </div>
    );
  }
}

interface DrawingBoundaryProps {
  readonly playground: Playground;
  readonly children: ReactNode;
}

/** Catches what is left: the page itself. */
export class DrawingBoundary extends Component<DrawingBoundaryProps, Caught> {
  override state: Caught = { reason: null };

  static getDerivedStateFromError = caught;

  override render(): ReactNode {
    const { reason } = this.state;
    if (reason === null) return this.props.children;
    return (
      <main className={faultStyles.broken}>
        <div role="alert">
          <h1>{strings.title}</h1>
          <p>{strings.drawing(reason)}</p>
        </div>
        <div className={faultStyles.waysOut}>
          <SaveButton playground={this.props.playground} read={() => []} />
          <ReloadButton />
        </div>
      </main>
    );
  }
}
