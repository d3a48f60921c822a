/** The log and the terminal: they share the end of the side column, or the terminal has the window's bottom to itself. */
import { type KeyboardEvent, useRef } from "react";
import { useActionContext } from "./action-context.tsx";
import { findAction } from "./actions.ts";
import { Late } from "./late.tsx";
import { Panel } from "./Panel.tsx";
import styles from "./layout.module.css";
import tabStyles from "./panel-tabs.module.css";
import { appStrings } from "./strings.ts";
import { TerminalPanel } from "./TerminalPanel.tsx";
import { useNarrow } from "./narrow.ts";

const strings = appStrings.dock;

export function Dock() {
  const { terminal } = useActionContext();
  const narrow = useNarrow();
  const shared = !narrow && terminal.place !== "drawer";
  const tabs = <DockTabs />;
  return (
    <div className={styles.dock} data-place={terminal.place}>
      <Panel id="log">
        <Late view="log">{({ LogView }) => <LogView title={shared ? tabs : undefined} />}</Late>
      </Panel>
      <Panel id="terminal">
        <TerminalPanel title={shared ? tabs : <h2>{strings.terminal}</h2>} />
      </Panel>
    </div>
  );
}

/** In the bar of whichever of the two is seen, always at the same place. */
function DockTabs() {
  const context = useActionContext();
  const list = useRef<HTMLDivElement>(null);
  const current = context.terminal.place === "side" ? "terminal" : "log";
  const choose = (tab: "log" | "terminal") => {
    if (tab === current) return;
    if (tab === "log") context.terminal.setPlace("closed");
    else findAction("terminal").perform(context);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const dock = list.current?.closest(`.${styles.dock}`);
    choose(current === "log" ? "terminal" : "log");
    for (const tab of dock?.querySelectorAll<HTMLElement>("[data-dock-tab][aria-selected=true]") ?? [])
      if (tab.offsetParent) tab.focus();
  };
  return (
    <div ref={list} className={tabStyles.dockTabs} role="tablist" aria-label={strings.label} onKeyDown={onKeyDown}>
      {(["log", "terminal"] as const).map((tab) => (
        <button
          key={tab}
          type="button"
          role="tab"
          data-dock-tab
          aria-selected={tab === current}
          tabIndex={tab === current ? 0 : -1}
          title={tab === "terminal" ? strings.terminalKey : undefined}
          onClick={() => choose(tab)}
        >
          {strings[tab]}
        </button>
      ))}
    </div>
  );
}
