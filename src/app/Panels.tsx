/** The parts of the page, side by side where there is room, below one another with tabs where there is not. */
import { Cpu, Grid3x3, Layers, Scale, ScrollText } from "lucide-react";
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";
import { usePlaygroundState } from "../client/react.tsx";
import { BoxView } from "../views/box/BoxView.tsx";
import { shownAttempt } from "../views/verdict/attempts.ts";
import { LogView } from "../views/log/LogView.tsx";
import { MemoryMapView } from "../views/memory-map/MemoryMapView.tsx";
import { VerdictView } from "../views/verdict/VerdictView.tsx";
import { ZonesView } from "../views/zones/ZonesView.tsx";
import { focusPanel, PANELS, type PanelId, panelElementId } from "./panels.ts";
import styles from "./shell.module.css";
import { appStrings as strings } from "./strings.ts";

export function Panels() {
  return (
    <main className={styles.main}>
      <div className={styles.column}>
        <Panel id="box">
          <BoxView />
        </Panel>
        <Panel id="memory">
          <MemoryMapView />
        </Panel>
      </div>
      <div className={styles.side}>
        <Panel id="verdict">
          <VerdictView />
        </Panel>
        <Panel id="zones">
          <ZonesView />
        </Panel>
        <Panel id="log">
          <LogView />
        </Panel>
      </div>
    </main>
  );
}

/** Where a view goes. It takes the focus when someone goes there by key. */
function Panel({ id, children }: { readonly id: PanelId; readonly children: ReactNode }) {
  return (
    <div id={panelElementId(id)} className={styles.panel} data-panel={id} tabIndex={-1}>
      {children}
    </div>
  );
}

const ICONS = { box: Cpu, memory: Grid3x3, verdict: Scale, zones: Layers, log: ScrollText } as const;

/** Ways to the panels on a narrow screen, where they do not fit beside each other. */
export function PanelTabs() {
  const current = useVisiblePanel();
  const result = usePlaygroundState(
    ({ records, selection }) => shownAttempt(records.attempt, selection.attempt)?.result,
  );
  return (
    <nav className={styles.tabs} aria-label={strings.panels.label}>
      {PANELS.map((panel) => {
        const Icon = ICONS[panel];
        return (
          <button
            key={panel}
            type="button"
            aria-current={panel === current ? "location" : undefined}
            // A verdict that is not on the screen shows how it stands.
            data-result={panel === "verdict" ? result : undefined}
            onClick={() => focusPanel(panel)}
          >
            <Icon aria-hidden />
            {strings.panelsShort[panel]}
          </button>
        );
      })}
    </nav>
  );
}

/** The panel in the upper part of the window. */
function useVisiblePanel(): PanelId {
  const [current, setCurrent] = useState<PanelId>("box");
  const narrow = useSyncExternalStore(onWidthChange, isNarrow);
  useEffect(() => {
    // Looking where panels are costs something in every frame: only where there are tabs to show it.
    if (!narrow) return;
    const observer = new IntersectionObserver(
      (entries) => {
        const entering = entries.find((entry) => entry.isIntersecting)?.target;
        const panel = PANELS.find((id) => panelElementId(id) === entering?.id);
        if (panel) setCurrent(panel);
      },
      // A line across the window, a little below its upper edge, where a panel is that one went to.
      { rootMargin: "-12% 0px -87% 0px" },
    );
    for (const panel of PANELS) {
      const element = document.getElementById(panelElementId(panel));
      if (element) observer.observe(element);
    }
    return () => observer.disconnect();
  }, [narrow]);
  return current;
}

/** The width at which shell.module.css puts panels below one another. */
const NARROW = "(max-width: 45rem)";
const isNarrow = () => matchMedia(NARROW).matches;
const onWidthChange = (listener: () => void) => {
  const query = matchMedia(NARROW);
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
};
