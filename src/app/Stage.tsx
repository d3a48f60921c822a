/** The large panel: physical memory, or one of the views over it (./FetchedStage.tsx). */
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef } from "react";
import { useActionContext } from "./action-context.tsx";
import { Late } from "./late.tsx";
import { hasLesson, useLearning } from "./learn.ts";
import { useTight, useTightBesideLesson } from "./narrow.ts";
import styles from "./panel-tabs.module.css";
import { STAGE_VIEWS, type StageView } from "./stage-control.ts";
import { appStrings } from "./strings.ts";

const strings = appStrings.stage;

export function Stage() {
  const { view, show, full, setFull } = useActionContext().stage;
  const tabs = <StageTabs current={view} onChoose={show} onFull={() => setFull(!full)} />;
  useEffect(() => {
    if (!full) return;
    const leave = (event: globalThis.KeyboardEvent) => {
      // What is open inside, and who goes out of something in a view, hears it first.
      if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) setFull(false);
    };
    window.addEventListener("keydown", leave);
    return () => window.removeEventListener("keydown", leave);
  }, [full, setFull]);
  if (view === "physical") return <Late view="memory">{({ MemoryMapView }) => <MemoryMapView tabs={tabs} />}</Late>;
  return <Late view="memory">{({ FetchedStage }) => <FetchedStage key={view} view={view} tabs={tabs} />}</Late>;
}

interface StageTabsProps {
  readonly current: StageView;
  onChoose(view: StageView): void;
  /** To the whole stage, or back. */
  onFull(): void;
}

/** A view went with the focus in its tabs: the tabs of the next one take it. */
let followed = false;

function StageTabs({ current, onChoose, onFull }: StageTabsProps) {
  const alone = useTight();
  const beside = useTightBesideLesson();
  const tight = hasLesson(useLearning()) ? beside : alone;
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (followed) list.current?.querySelector<HTMLElement>("[aria-selected=true], select")?.focus();
    followed = false;
    return () => {
      followed = list.current?.contains(document.activeElement) === true;
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: STAGE_VIEWS.length - 1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    onChoose(STAGE_VIEWS[(STAGE_VIEWS.indexOf(current) + step) % STAGE_VIEWS.length] as StageView);
  };
  if (tight)
    return (
      <div ref={list} className={styles.stageChoice}>
        <select
          aria-label={strings.label}
          value={current}
          onChange={({ target }) => onChoose(target.value as StageView)}
        >
          {STAGE_VIEWS.map((view) => (
            <option key={view} value={view}>
              {strings.names[view]}
            </option>
          ))}
        </select>
      </div>
    );
  return (
    <div ref={list} className={styles.dockTabs} role="tablist" aria-label={strings.label} onKeyDown={onKeyDown}>
      {STAGE_VIEWS.map((view) => (
        <button
          key={view}
          type="button"
          role="tab"
          aria-selected={view === current}
          tabIndex={view === current ? 0 : -1}
          onClick={() => onChoose(view)}
          onDoubleClick={onFull}
        >
          {strings.names[view]}
        </button>
      ))}
    </div>
  );
}
