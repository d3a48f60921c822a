/** Runs a TypeScript program in this Node: `node scripts/run-ts.mjs ENTRY.ts [ARGUMENTS]`. */
import { ensurePackages, requireNode } from "./setup/packages.mjs";

requireNode();
ensurePackages();

const [entry, ...args] = process.argv.slice(2);
if (!entry) {
  console.error("usage: node scripts/run-ts.mjs ENTRY.ts [ARGUMENTS]");
  process.exit(2);
}

// The program sees itself and its own arguments, as if Node had run it.
process.argv = [process.execPath, entry, ...args];
const { importTypeScript } = await import("./import-ts.mjs");
await importTypeScript(entry);
