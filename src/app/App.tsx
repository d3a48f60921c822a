/** The shell: header, panels, footer, dialogs, keys; and what is shown when the simulation or the page breaks. */
import { type CSSProperties, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useWordChanges } from "../client/language/react.ts";
import type { Playground } from "../client/playground.ts";
import { Paced, PlaygroundProvider, usePlayground, usePlaygroundState } from "../client/react.tsx";
import { ActionProvider } from "./action-context.tsx";
import type { ActionContext } from "./action.ts";
import { DrawingBoundary, FaultNotice } from "./FaultScreen.tsx";
import { fetchCode } from "../client/language/fetch-code.ts";
import { Footer } from "./Footer.tsx";
import { Header } from "./Header.tsx";
import { hasLesson, isOver, useLearning } from "./learn.ts";
import { LateViews } from "./late.tsx";
import { LearnPlace } from "./LearnPlace.tsx";
import { Panels, PanelTabs } from "./Panels.tsx";
import { PANELS, panelElementId } from "./panels.ts";
import styles from "./layout.module.css";
import { useShortcuts } from "./shortcuts.ts";
import { appStrings as strings } from "./strings.ts";
import { useStageControl } from "./stage-control.ts";
import { useTerminalControl } from "./terminal-place.ts";
import { chosenTheme } from "./theme.ts";
import { useFramed } from "./use-framed.ts";

/** What is round the panels comes after them. */
const FRAME = PANELS.length;

export function App({ playground }: { readonly playground: Playground }) {
  return (
    <PlaygroundProvider playground={playground}>
      <DrawingBoundary playground={playground}>
        <LateViews>
          <Shell />
        </LateViews>
      </DrawingBoundary>
    </PlaygroundProvider>
  );
}

function Shell() {
  useWordChanges();
  const playground = usePlayground();
  const runningSpeed = useRunningSpeed();
  const [theme, setTheme] = useState(chosenTheme);
  const [dialog, setDialog] = useState<"help" | "palette" | null>(null);
  const terminal = useTerminalControl();
  const stage = useStageControl();
  const [unfolded, setUnfolded] = useState(false);
  const past = usePlaygroundState(({ cursor }) => cursor !== null);
  const close = useCallback(() => setDialog(null), []);
  const context = useMemo<ActionContext>(
    () => ({ playground, runningSpeed, theme, setTheme, terminal, stage, open: setDialog }),
    [playground, runningSpeed, theme, terminal, stage],
  );
  useShortcuts(context);
  const learning = useLearning();
  const framed = useFramed();

  return (
    <ActionProvider context={context}>
      <a className={styles.skip} href={`#${panelElementId("box")}`}>
        {strings.skip}
      </a>
      <div
        className={styles.layout}
        data-terminal={terminal.place}
        data-stage={stage.full ? "full" : undefined}
        data-learn={hasLesson(learning) ? "lesson" : learning.at}
        data-time={unfolded ? "unfolded" : undefined}
        data-past={past || undefined}
        style={{ "--drawer": `${terminal.height}dvh` } as CSSProperties}
      >
        <Paced turn={FRAME}>
          <Header />
        </Paced>
        <FaultNotice />
        {framed && <Panels />}
        {isOver(learning) && (
          <main className={styles.over}>
            <LearnPlace part={learning.at} />
          </main>
        )}
        <Paced turn={FRAME}>
          <Footer unfolded={unfolded} onUnfold={setUnfolded} />
          {framed && <PanelTabs />}
        </Paced>
      </div>
      <FetchedDialog dialog={dialog} onClose={close} />
    </ActionProvider>
  );
}

interface FetchedDialogProps {
  readonly dialog: "help" | "palette" | null;
  onClose(): void;
}

/** A dialog, with the code that comes after the first picture: by the time that somebody asks, it is there. */
function FetchedDialog({ dialog, onClose }: FetchedDialogProps) {
  const [code, setCode] = useState<typeof import("./late-views.ts") | null>(null);
  useEffect(() => {
    if (dialog === null || code !== null) return;
    let stays = true;
    fetchCode(() => import("./late-views.ts"), "VerdictView").then((fetched) => stays && setCode(fetched), onClose);
    return () => {
      stays = false;
    };
  }, [dialog, code, onClose]);
  if (dialog === null || code === null) return null;
  const Dialog = dialog === "help" ? code.HelpDialog : code.Palette;
  return <Dialog onClose={onClose} />;
}

/** The speed now, or before the pause. */
function useRunningSpeed(): number {
  const speed = usePlaygroundState((state) => state.speed);
  const [running, setRunning] = useState(speed || 1);
  const last = useRef(running);
  useEffect(() => {
    if (speed === 0 || speed === last.current) return;
    last.current = speed;
    setRunning(speed);
  }, [speed]);
  return speed === 0 ? running : speed;
}
