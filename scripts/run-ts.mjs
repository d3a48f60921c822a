/**
 * Runs a TypeScript program in this Node: `node scripts/run-ts.mjs ENTRY.ts [ARGUMENTS]`.
 *
 * Rolldown, which also makes the production build, bundles it first. So a benchmark measures the code that browsers
 * get, and no second transpiler is needed. Packages and Node's own modules stay outside the bundle.
 */
import { mkdirSync, rmSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { ensurePackages, requireNode, root } from "./setup/packages.mjs";

requireNode();
ensurePackages();

const [entry, ...args] = process.argv.slice(2);
if (!entry) {
  console.error("usage: node scripts/run-ts.mjs ENTRY.ts [ARGUMENTS]");
  process.exit(2);
}

const { rolldown } = await import("rolldown");

// Inside node_modules, so that the bundle finds the packages; one folder a process, so that two runs don't meet.
const folder = join(root, "node_modules/.cache/run-ts", String(process.pid));
mkdirSync(folder, { recursive: true });
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const bundle = await rolldown({
  input: join(root, entry),
  cwd: root,
  platform: "node",
  external: /^(?![./]|[A-Za-z]:[\\/])/,
  logLevel: "warn",
});
const name = `${basename(entry, ".ts")}.mjs`;
await bundle.write({ dir: folder, format: "esm", sourcemap: "inline", entryFileNames: name });
await bundle.close();

process.setSourceMapsEnabled(true);
process.argv.splice(1, process.argv.length - 1, relative(process.cwd(), entry), ...args);
await import(pathToFileURL(join(folder, name)).href);
