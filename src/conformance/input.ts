/** Files for the command line tools: found, read, and refused in one line each. */
import { readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { MAX_TEXT } from "../protocol/border.ts";

/** An input cannot be used. The message is one line that names it. */
export class BadInput extends Error {}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "no permission to read it",
  EISDIR: "a folder, not a file",
  ENOTDIR: "no such file or folder",
  ELOOP: "too many links",
  ENAMETOOLONG: "the name is too long",
};

function fail(path: string, error: unknown): never {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  throw new BadInput(`${path}: ${REASONS[code] ?? (code || "cannot be read")}`);
}

export function readText(path: string): string {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) throw new BadInput(`${path}: ${REASONS.EISDIR}`);
    if (!stat.isFile()) throw new BadInput(`${path}: not a file`);
    if (stat.size > MAX_TEXT) throw new BadInput(`${path}: larger than 256 MiB`);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof BadInput) throw error;
    return fail(path, error);
  }
}

/**
 * Text of a file that holds JSON. A byte order mark before it, as some editors write one, is no part of it; what is empty or
 * is no UTF-8 text is said to be that, instead of where a parser first stumbles over it.
 */
export function readJsonText(path: string): string {
  const text = readText(path);
  if (text.trim() === "") throw new BadInput(`${path}: the file is empty; expected JSON`);
  if (text.includes("\0")) throw new BadInput(`${path}: no text in UTF-8; expected JSON, saved as UTF-8`);
  return text.replace(/^\uFEFF/, "");
}

/** Files named, and all `.json` files below folders named, in the order of their names. */
export function findFiles(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    try {
      if (!statSync(path).isDirectory()) return [path];
    } catch (error) {
      return fail(path, error);
    }
    const found = below(path, new Set());
    if (found.length === 0) throw new BadInput(`${path}: no .json file in this folder`);
    return found;
  });
}

function below(folder: string, seen: Set<string>): string[] {
  const real = realpathSync(folder);
  // A link that leads back up.
  if (seen.has(real)) return [];
  seen.add(real);
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch (error) {
    return fail(folder, error);
  }
  return names.flatMap((name) => {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) return below(path, seen);
    return stat?.isFile() && name.endsWith(".json") ? [path] : [];
  });
}
