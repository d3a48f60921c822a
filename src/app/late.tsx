/**
 * Views that come after the box. The box is what a visitor takes hold of, so it is drawn first and alone;
 * once that has been seen, the code of the others is fetched, and they are drawn, one in a display frame.
 */
import { createContext, type ReactNode, useContext, useMemo } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Playground } from "../client/playground.ts";
import { onceSeen } from "../client/late-code.ts";
import { usePlayground } from "../client/react.tsx";
import { fetchCode } from "../client/language/fetch-code.ts";
import { NotFetched } from "./NotFetched.tsx";
import type { PanelId } from "./panels.ts";
import styles from "./layout.module.css";
import { appStrings } from "./strings.ts";

type Views = typeof import("./late-views.ts");

/** In the order in which they are drawn. */
const ORDER = ["verdict", "memory", "zones", "log", "time"] as const satisfies readonly (PanelId | "time")[];
type LateId = (typeof ORDER)[number];

interface Coming {
  readonly views: Views | null;
  readonly missing: boolean;
  /** How many of them are drawn. */
  readonly drawn: number;
}
interface Arrivals {
  readonly store: StoreApi<Coming>;
  fetch(): void;
}

function createArrivals(playground: Playground): Arrivals {
  const store = createStore<Coming>(() => ({ views: null, missing: false, drawn: 0 }));
  const fetch = () => {
    store.setState({ missing: false });
    fetchCode(() => import("./late-views.ts"), "VerdictView").then(
      (views) => {
        store.setState({ views });
        playground.requestFrame();
      },
      () => store.setState({ missing: true }),
    );
  };
  onceSeen(playground, fetch);
  const stop = playground.onFrame(() => {
    if (playground.store.getState().status !== "running") return;
    const { views, missing, drawn } = store.getState();
    if (views) store.setState({ drawn: drawn + 1 });
    if (drawn + 1 > ORDER.length) {
      stop();
      views?.prefetchStageViews(playground);
    }
    // Whoever waits for all to be drawn waits for these too.
    else if (!missing) playground.requestFrame();
  });
  return { store, fetch };
}

const ArrivalsContext = createContext<Arrivals | null>(null);

/** Round everything that holds a `Late`. */
export function LateViews({ children }: { readonly children: ReactNode }) {
  const playground = usePlayground();
  const arrivals = useMemo(() => createArrivals(playground), [playground]);
  return <ArrivalsContext value={arrivals}>{children}</ArrivalsContext>;
}

function useArrivals(): Arrivals {
  const arrivals = useContext(ArrivalsContext);
  if (!arrivals) throw new Error("what comes late needs LateViews above it");
  return arrivals;
}

/** The code of the views, once it is the turn of this one. */
export function useLate(view: LateId): Views | null {
  return useStore(useArrivals().store, ({ views, drawn }) => (drawn > ORDER.indexOf(view) ? views : null));
}

interface LateProps {
  readonly view: Exclude<LateId, "time">;
  children(views: Views): ReactNode;
}

/** A view when its turn has come; before that its title. */
export function Late({ view, children }: LateProps) {
  const arrivals = useArrivals();
  const views = useLate(view);
  const missing = useStore(arrivals.store, (state) => state.missing);
  if (views) return children(views);
  return (
    <section className={styles.coming} aria-label={appStrings.panels[view]} data-coming={view}>
      <h2>{appStrings.panels[view]}</h2>
      {missing && (
        <NotFetched text={appStrings.late.missing} again={appStrings.late.again} onAgain={() => arrivals.fetch()} />
      )}
    </section>
  );
}
