/** The views, and dialogs, that are fetched and drawn after the box: one file of the build, asked for by ./late.tsx. */
export { Doors, FirstLesson } from "./Doors.tsx";
export { FetchedStage, prefetchStageViews } from "./FetchedStage.tsx";
export { LogView } from "../views/log/LogView.tsx";
export { MemoryMapView } from "../views/memory-map/MemoryMapView.tsx";
export { TimeBar } from "../views/time/TimeBar.tsx";
export { VerdictView } from "../views/verdict/VerdictView.tsx";
export { ZonesView } from "../views/zones/ZonesView.tsx";
export { KernelChanges } from "./KernelChanges.tsx";
export { HelpDialog } from "./HelpDialog.tsx";
export { Palette } from "./Palette.tsx";
export { References } from "./References.tsx";
export { saveReport } from "./report.ts";
