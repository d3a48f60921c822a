/** The parts of the page, side by side where there is room, below one another with tabs where there is not. */
import { Cpu, GraduationCap, Grid3x3, Layers, Scale, ScrollText, SquareTerminal } from "lucide-react";
import { useDeferredValue, useEffect, useState } from "react";
import { usePlaygroundState } from "../client/react.tsx";
import { BoxView } from "../views/box/BoxView.tsx";
import { shownAttempt } from "../views/verdict/attempts.ts";
import { toneOf } from "../views/verdict/unattended.ts";
import { useActionContext } from "./action-context.tsx";
import { findAction } from "./actions.ts";
import { Dock } from "./Dock.tsx";
import { Late } from "./late.tsx";
import { hasLesson, isOver, useLearning } from "./learn.ts";
import { LearnPlace } from "./LearnPlace.tsx";
import { useNarrow } from "./narrow.ts";
import { Panel } from "./Panel.tsx";
import { PANELS, type PanelId, panelElementId } from "./panels.ts";
import styles from "./layout.module.css";
import { Stage } from "./Stage.tsx";
import { appStrings as strings } from "./strings.ts";
import { useWelcome } from "./welcome.ts";

const LESSON = "panel-lesson";

export function Panels() {
  const context = useActionContext();
  const learning = useLearning();
  // The question ends as an operation begins: what stood about it is taken away beside that, not in the same frame.
  const { asked, answered } = useDeferredValue(useWelcome(context.playground));
  return (
    <main className={styles.main} inert={isOver(learning)} data-asked={asked.length > 0 || undefined}>
      {hasLesson(learning) && (
        <div id={LESSON} className={styles.lesson} tabIndex={-1}>
          <LearnPlace part={learning.at === "write" ? "write" : "column"} />
        </div>
      )}
      <div className={styles.column}>
        <Panel id="box">
          <BoxView asked={asked} />
        </Panel>
        <Panel id="memory">
          <Stage />
        </Panel>
      </div>
      <div className={styles.side}>
        <div className={styles.sideRows}>
          <Panel id="verdict">
            <Late view="verdict">
              {({ VerdictView, Doors, FirstLesson, KernelChanges }) => (
                <>
                  <VerdictView asked={asked} doors={<Doors />} onward={answered ? <FirstLesson /> : null} />
                  <KernelChanges />
                </>
              )}
            </Late>
          </Panel>
          <Panel id="zones">
            <Late view="zones">
              {({ ZonesView, References }) => (
                <>
                  <ZonesView onDepth={() => findAction("stage-zones").perform(context)} />
                  <References />
                </>
              )}
            </Late>
          </Panel>
          <Dock />
        </div>
      </div>
    </main>
  );
}

const ICONS = {
  box: Cpu,
  memory: Grid3x3,
  verdict: Scale,
  zones: Layers,
  log: ScrollText,
  terminal: SquareTerminal,
} as const;

/** Ways to the panels on a narrow screen, where they do not fit beside each other. */
export function PanelTabs() {
  const context = useActionContext();
  const learning = useLearning();
  const lesson = hasLesson(learning);
  const current = useVisiblePanel(lesson);
  const news = usePlaygroundState(({ records, selection }) => {
    const attempt = shownAttempt(records.attempt, selection.attempt);
    return attempt && `${toneOf(attempt)} ${attempt.key} ${attempt.startedAt}`;
  });
  const [read, setRead] = useState(news);
  useEffect(() => {
    if (current === "verdict") setRead(news);
  }, [current, news]);
  const narrow = useNarrow();
  // Nothing has come to an end in the first picture. Without the sheet the mark on the verdict's tab tells.
  const [sheet, setSheet] = useState<typeof import("./OutcomeSheet.tsx") | null>(null);
  useEffect(() => {
    if (narrow) import("./OutcomeSheet.tsx").then(setSheet, () => {});
  }, [narrow]);
  return (
    <>
      {narrow && sheet && <sheet.OutcomeSheet visible={current} />}
      <nav className={styles.tabs} aria-label={strings.panels.label}>
        {lesson && (
          <button
            type="button"
            aria-current={current === "lesson" ? "location" : undefined}
            onClick={() => document.getElementById(LESSON)?.scrollIntoView()}
          >
            <GraduationCap aria-hidden />
            {strings.learn.tab}
          </button>
        )}
        {PANELS.map((panel) => {
          const Icon = ICONS[panel];
          return (
            <button
              key={panel}
              type="button"
              aria-current={panel === current ? "location" : undefined}
              // A verdict that was not read yet shows how it stands.
              data-result={panel === "verdict" && current !== panel && news !== read ? news?.split(" ")[0] : undefined}
              onClick={() => findAction(`show-${panel}`).perform(context)}
            >
              <Icon aria-hidden />
              {strings.panelsShort[panel]}
            </button>
          );
        })}
      </nav>
    </>
  );
}

/** The panel in the upper part of the window. */
function useVisiblePanel(lesson: boolean): PanelId | "lesson" {
  const [current, setCurrent] = useState<PanelId | "lesson">("box");
  const narrow = useNarrow();
  useEffect(() => {
    // Looking where panels are costs something in every frame: only where there are tabs to show it.
    if (!narrow) return;
    // Below the header no panel is on the line yet.
    setCurrent(lesson ? "lesson" : "box");
    const observer = new IntersectionObserver(
      (entries) => {
        const entering = entries.find((entry) => entry.isIntersecting)?.target;
        const panel = PANELS.find((id) => panelElementId(id) === entering?.id);
        if (entering) setCurrent(panel ?? "lesson");
      },
      // A line across the window, a little below its upper edge, where a panel is that one went to.
      { rootMargin: "-12% 0px -87% 0px" },
    );
    for (const id of [...(lesson ? [LESSON] : []), ...PANELS.map(panelElementId)]) {
      const element = document.getElementById(id);
      if (element) observer.observe(element);
    }
    return () => observer.disconnect();
  }, [narrow, lesson]);
  return current;
}
