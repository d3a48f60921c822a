/**
 * Files that only few write to (src/engine/sysfs/more), and commands that only few give: their code is fetched with the first terminal, or when the page
 * writes to a path that the others don't have. From then on every machine of this worker has them, those that follow for
 * undo, too: so a journal in which one was written comes to the same.
 */
import type { FileTree } from "../engine/sysfs/tree.ts";
import type { Engine } from "../engine/time/engine.ts";

let add: ((engine: Engine, partition: string) => void) | null = null;

/** Whether their code is here. */
export const hasFiles = (): boolean => add !== null;

/** Completes a partition's files, once the code is here; again is nothing. */
export const completeFiles = (engine: Engine, partition: string): void => add?.(engine, partition);

/** Whether a path may be one of those that are not here yet. */
export const mayBeMissing = (tree: FileTree, path: string): boolean => add === null && "errno" in tree.resolve(path);

export async function fetchFiles(): Promise<void> {
  const [files] = await Promise.all([
    import("../engine/time/disk.ts"),
    import("../engine/time/restart.ts"),
    import("../engine/time/swap-commands.ts"),
  ]);
  add = files.addAllFiles;
}
