/** The large panel: physical memory, or the page tables over it. What is not physical memory is fetched when it is opened. */
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Late } from "./late.tsx";
import styles from "./shell.module.css";
import { appStrings } from "./strings.ts";

const strings = appStrings.stage;
const VIEWS = ["physical", "tables"] as const;
type StageView = (typeof VIEWS)[number];
type Tables = typeof import("../views/page-tables/PageTablesView.tsx");

export function Stage() {
  const [view, setView] = useState<StageView>("physical");
  const tabs = <StageTabs current={view} onChoose={setView} />;
  if (view === "tables") return <TablesStage tabs={tabs} />;
  return <Late view="memory">{({ MemoryMapView }) => <MemoryMapView tabs={tabs} />}</Late>;
}

function TablesStage({ tabs }: { readonly tabs: ReactNode }) {
  const [views, setViews] = useState<Tables | "missing" | null>(null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is another fetch.
  useEffect(() => {
    let stays = true;
    import("../views/page-tables/PageTablesView.tsx").then(
      (fetched) => stays && setViews(fetched),
      () => stays && setViews("missing"),
    );
    return () => {
      stays = false;
    };
  }, [tries]);
  if (views !== null && views !== "missing") return <views.PageTablesView tabs={tabs} />;
  return (
    <section className={styles.coming} aria-label={strings.names.tables}>
      {tabs}
      {views === "missing" && (
        <p role="status">
          {strings.missing}{" "}
          <button
            type="button"
            onClick={() => {
              setViews(null);
              setTries(tries + 1);
            }}
          >
            {strings.again}
          </button>
        </p>
      )}
    </section>
  );
}

interface StageTabsProps {
  readonly current: StageView;
  onChoose(view: StageView): void;
}

/** A view went with the focus in its tabs: the tabs of the next one take it. */
let followed = false;

function StageTabs({ current, onChoose }: StageTabsProps) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (followed) list.current?.querySelector<HTMLElement>("[aria-selected=true]")?.focus();
    followed = false;
    return () => {
      followed = list.current?.contains(document.activeElement) === true;
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: VIEWS.length - 1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onChoose(VIEWS[(VIEWS.indexOf(current) + step) % VIEWS.length] as StageView);
  };
  return (
    <div ref={list} className={styles.dockTabs} role="tablist" aria-label={strings.label} onKeyDown={onKeyDown}>
      {VIEWS.map((view) => (
        <button
          key={view}
          type="button"
          role="tab"
          aria-selected={view === current}
          tabIndex={view === current ? 0 : -1}
          onClick={() => onChoose(view)}
        >
          {strings.names[view]}
        </button>
      ))}
    </div>
  );
}
