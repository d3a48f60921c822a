/** What ./KernelChanges.tsx shows, fetched when a kernel is chosen: rows, titles and words. */
export { changedRows } from "../engine/kernel/profiles/changes.ts";
export { describeProfile } from "../engine/kernel/profiles/descriptions.ts";
export { kernelChangesStrings } from "./kernel-changes-strings.ts";
