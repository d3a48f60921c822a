/**
 * Views over physical memory. Each is fetched when it is opened; and before that, one after the other, when the page has
 * had nothing to do for a while, so that a tab shows its picture at once.
 */
import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import { fetchCode } from "../client/language/fetch-code.ts";
import { atWork } from "../client/at-work.ts";
import type { Playground } from "../client/playground.ts";
import styles from "./layout.module.css";
import { NotFetched } from "./NotFetched.tsx";
import type { StageView } from "./stage-control.ts";
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

/** Views whose code is there: they are drawn without a wait. */
const fetched = new Map<keyof typeof FETCH, Fetched>();

async function fetchView(view: keyof typeof FETCH): Promise<Fetched> {
  const View = await FETCH[view]();
  fetched.set(view, View);
  return View;
}

/** Real milliseconds after the first picture of all parts: what loading began is over by then. */
const FIRST_LOOK_MS = 3000;

/**
 * Fetches what was not opened yet, a view at a time, while the page is idle and no operation runs: to take in a view costs half
 * a display frame, and pages that move are watched. Not for who asks the browser to save data.
 */
export function prefetchStageViews({ store }: Pick<Playground, "store">): void {
  const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
  if (connection?.saveData) return;
  const whenIdle = (act: () => void) =>
    "requestIdleCallback" in window ? requestIdleCallback(act) : setTimeout(act, FIRST_LOOK_MS / 10);
  const whenAtRest = (act: () => void) => {
    if (!atWork(store.getState().records)) return act();
    const stop = store.subscribe((state) => {
      if (atWork(state.records)) return;
      stop();
      whenIdle(() => whenAtRest(act));
    });
  };
  const next = () => {
    const view = (Object.keys(FETCH) as (keyof typeof FETCH)[]).find((one) => !fetched.has(one));
    // What can't be had now is asked for again when it is opened.
    if (view)
      fetchView(view).then(
        () => whenIdle(() => whenAtRest(next)),
        () => {},
      );
  };
  setTimeout(() => whenIdle(() => whenAtRest(next)), FIRST_LOOK_MS);
}

interface FetchedStageProps {
  readonly view: Exclude<StageView, "physical">;
  readonly tabs: ReactNode;
}

export function FetchedStage({ view, tabs }: FetchedStageProps) {
  const [View, setView] = useState<Fetched | "missing" | null>(() => fetched.get(view) ?? null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is another fetch.
  useEffect(() => {
    let stays = true;
    fetchView(view).then(
      (found) => stays && setView(() => found),
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
