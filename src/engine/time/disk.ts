/** A partition's disk as its kernel meets it. Fetched with what has files on it: a shell. */
import type { DiskPort } from "../holders/disk.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { PAGE_SIZE } from "../units.ts";
import type { Engine } from "./engine.ts";

/** Files that only people at a shell look at (`addFiles`), with those on the partition's disk. */
export const addAllFiles = (engine: Engine, partition: string): void =>
  addFiles(engine.files(partition), diskOf(engine, partition));

function diskOf(engine: Engine, partition: string): DiskPort | null {
  const { disk } = engine.description(partition);
  if (!disk) return null;
  return {
    pages: disk.size / PAGE_SIZE,
    nsPerPage: (PAGE_SIZE * 1e9) / disk.writes,
    run: (what, steps) => engine.spawn(partition, `disk:${partition}`, what, steps, () => {}),
  };
}
