/** Where the tools keep and find things. */
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** The playground's folder for what can be made or fetched again. */
export function cacheFolder(...parts: string[]): string {
  const base = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const folder = join(base, "hotplug-playground", parts.join("/"));
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** A folder of kernels and their modules prepared by somebody else (`vmlinuz-6.1`, `linux-6.1/lib/modules`). */
export const labCache = (): string | undefined => process.env.HOTPLUG_LAB_CACHE || undefined;

/** A source file of the recorder that is not TypeScript. The program itself may run from a bundle somewhere below. */
export function sourceFile(...parts: string[]): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const path = join(folder, "src/recorder", parts.join("/"));
    if (existsSync(path)) return path;
    if (dirname(folder) === folder) throw new Error(`src/recorder/${parts.join("/")} is missing`);
  }
}
