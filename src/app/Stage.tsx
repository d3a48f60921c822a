/** The large panel: physical memory, or one of the views over it. What is not physical memory is fetched when it is opened. */
import {
  type ComponentType,
  type KeyboardEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { useActionContext } from "./action-context.tsx";
import { fetchCode } from "../client/language/fetch-code.ts";
import { Late } from "./late.tsx";
import { hasLesson, useLearning } from "./learn.ts";
import { NotFetched } from "./NotFetched.tsx";
import { useTight, useTightBesideLesson } from "./narrow.ts";
import styles from "./layout.module.css";
import { STAGE_VIEWS, type StageView } from "./stage-control.ts";
import { appStrings } from "./strings.ts";

const strings = appStrings.stage;
type Fetched = ComponentType<{ readonly tabs?: ReactNode }>;

const FETCH: Readonly<Record<Exclude<StageView, "physical">, () => Promise<Fetched>>> = {
  scale: async () => (await fetchCode(() => import("../views/scale/ScaleView.tsx"), "ScaleView")).ScaleView,
  tables: async () =>
    (await fetchCode(() => import("../views/page-tables/PageTablesView.tsx"), "PageTablesView")).PageTablesView,
  migration: async () =>
    (await fetchCode(() => import("../views/migration/MigrationView.tsx"), "MigrationView")).MigrationView,
  zones: async () =>
    (await fetchCode(() => import("../views/zones-in-depth/ZonesInDepthView.tsx"), "ZonesInDepthView"))
      .ZonesInDepthView,
  running: async () => (await fetchCode(() => import("../views/running/RunningView.tsx"), "RunningView")).RunningView,
  compare: async () => (await fetchCode(() => import("../views/compare/CompareView.tsx"), "CompareView")).CompareView,
};

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
  return <FetchedStage key={view} view={view} tabs={tabs} />;
}

function FetchedStage({ view, tabs }: { readonly view: Exclude<StageView, "physical">; readonly tabs: ReactNode }) {
  const [View, setView] = useState<Fetched | "missing" | null>(null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is another fetch.
  useEffect(() => {
    let stays = true;
    FETCH[view]().then(
      (fetched) => stays && setView(() => fetched),
      () => stays && setView("missing"),
    );
    return () => {
      stays = false;
    };
  }, [view, tries]);
  if (View !== null && View !== "missing") return <View tabs={tabs} />;
  return (
    <section className={styles.coming} aria-label={strings.names[view]}>
      {tabs}
      {View === "missing" && (
        <NotFetched
          text={strings.missing}
          again={strings.again}
          onAgain={() => {
            setView(null);
            setTries(tries + 1);
          }}
        />
      )}
    </section>
  );
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
