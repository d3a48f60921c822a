/**
 * Imports a TypeScript module into this Node. Rolldown, which also makes the production build, bundles it first: so a
 * benchmark measures the code that browsers get, and no second transpiler is needed. Packages and Node's own modules
 * stay outside the bundle.
 */
import { mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { root } from "./setup/packages.mjs";

// Inside node_modules, so that the bundle finds the packages; one folder a process, so that two runs don't meet.
const folder = join(root, "node_modules/.cache/import-ts", String(process.pid));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

/**
 * @param {string} entry path of the module from the project's root
 * @returns {Promise<any>} its exports
 */
export async function importTypeScript(entry) {
  mkdirSync(folder, { recursive: true });
  const name = `${basename(entry, ".ts")}.mjs`;
  const bundle = await rolldown({
    input: join(root, entry),
    cwd: root,
    platform: "node",
    external: /^(?![./]|[A-Za-z]:[\\/])/,
    logLevel: "warn",
  });
  await bundle.write({ dir: folder, format: "esm", sourcemap: "inline", entryFileNames: name });
  await bundle.close();
  process.setSourceMapsEnabled(true);
  return import(pathToFileURL(join(folder, name)).href);
}
