/**
 * Code that the page otherwise fetches when it is first needed, all at once: a side trip is made where the network isn't. What
 * could not be fetched is asked for again when it is needed.
 */
import { wordsHere } from "../client/language/catalogue.ts";

export async function fetchAhead(): Promise<void> {
  await Promise.allSettled([
    import("./kernel-rows.ts"),
    import("./late-views.ts"),
    import("./OutcomeSheet.tsx"),
    import("./projector.ts"),
    import("../client/film/reel.ts"),
    import("../client/kernel-news.ts"),
    import("../views/box/box-extras.ts"),
    import("../views/compare/CompareView.tsx"),
    import("../views/glossary/Glossary.tsx"),
    import("../views/memory-map/Onliner.tsx"),
    import("../views/migration/MigrationView.tsx"),
    import("../views/page-tables/PageTablesView.tsx"),
    import("../views/running/RestartForm.tsx"),
    import("../views/running/RunningView.tsx"),
    import("../views/scale/ScaleView.tsx"),
    import("../views/terminal/TerminalView.tsx"),
    import("../views/time/Chain.tsx"),
    import("../views/time/Lanes.tsx"),
    import("../views/time/ways.ts"),
    import("../views/verdict/LateRule.tsx"),
    import("../views/verdict/Killed.tsx"),
    import("../views/verdict/NoDriver.tsx"),
    import("../views/verdict/Since.tsx"),
    import("../views/verdict/Stopped.tsx"),
    import("../views/zones-in-depth/ZonesInDepthView.tsx"),
  ]);
  await wordsHere();
}
