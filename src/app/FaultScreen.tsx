/** What is shown when the machine contradicted itself, or the page could not be drawn: a sentence, and ways out. */
import { Component, type ReactNode } from "react";
import { usePlayground, usePlaygroundState } from "../client/react.tsx";
import styles from "./shell.module.css";
import { appStrings } from "./strings.ts";

const strings = appStrings.fault;

export function FaultScreen({ reason }: { readonly reason: string }) {
  const playground = usePlayground();
  const scenario = usePlaygroundState((state) => state.scenario);
  const kernels = usePlaygroundState((state) => state.kernels);
  return (
    <main className={styles.fault}>
      <div role="alert">
        <h2>{strings.title}</h2>
        <p>{reason}</p>
        <p className={styles.quiet}>{strings.kept}</p>
      </div>
      <WaysOut>
        <button type="button" className={styles.primary} onClick={() => playground.load(scenario, kernels)}>
          {strings.again}
        </button>
      </WaysOut>
    </main>
  );
}

const WaysOut = ({ children }: { readonly children?: ReactNode }) => (
  <div className={styles.waysOut}>
    {children}
    <button type="button" onClick={() => location.reload()}>
      {strings.reload}
    </button>
  </div>
);

/** Catches what a view throws while it is drawn. */
export class DrawingBoundary extends Component<{ readonly children: ReactNode }, { readonly reason: string | null }> {
  override state = { reason: null };

  static getDerivedStateFromError(error: unknown): { readonly reason: string } {
    return { reason: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { reason } = this.state;
    if (reason === null) return this.props.children;
    return (
      <main className={styles.fault}>
        <div role="alert">
          <h1>{strings.title}</h1>
          <p>{strings.drawing(reason)}</p>
        </div>
        <WaysOut />
      </main>
    );
  }
}
