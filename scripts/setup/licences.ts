/** The licence texts of everything that is shipped: our own, and those of all packages that run in the page. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;

/** One text, package by package, sorted by name. Throws for a package that brings no licence text. */
export function licenceTexts(root: string): string {
  const folders = new Map<string, string>();
  const visit = (from: string): void => {
    for (const name of Object.keys(manifestIn(from).dependencies ?? {})) {
      const nested = join(from, "node_modules", name);
      const folder = existsSync(nested) ? nested : join(root, "node_modules", name);
      if (folders.has(name)) continue;
      folders.set(name, folder);
      visit(folder);
    }
  };
  visit(root);
  const texts = [...folders.values()].sort().map(textOf);
  return [textOf(root), ...texts].join(`\n${"-".repeat(80)}\n\n`);
}

function textOf(folder: string): string {
  const { name, version, license } = manifestIn(folder);
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.|$)/i.test(entry));
  if (file === undefined) throw new Error(`${name} brings no licence text`);
  return `${name} ${version} (${license ?? "see below"})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
}
