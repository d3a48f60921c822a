/**
 * The budget of the initial JavaScript: everything that the built page loads before anyone does anything. That is what
 * index.html names (scripts and module preloads), what those import statically, and the workers they start.
 * Dynamic imports come later and don't count. `node scripts/checks/bundle.mjs` prints the figure and ends with 1 above it.
 */
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { parseSync, Visitor } from "rolldown/utils";
import { root } from "../setup/packages.mjs";

/**
 * 220, what lessons need before one is opened (the way to them, and instants that no frame may skip), what words in another
 * language need before one is read (the choice, and where each catalogue is fetched), and swap: which page goes when
 * memory runs short is decided inside allocations, where nothing can be waited for.
 */
export const BUDGET_KIB = 230;

/**
 * The files of the initial JavaScript in a folder that Vite has built, with their sizes in bytes after gzip -9.
 *
 * @param {string} dist
 * @returns {Map<string, number>}
 */
export function initialJavaScript(dist) {
  /** @type {Map<string, number>} */
  const sizes = new Map();
  const waiting = scriptsOf(readFileSync(join(dist, "index.html"), "utf8"));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (sizes.has(file)) continue;
    const source = readFileSync(join(dist, file), "utf8");
    sizes.set(file, gzipSync(source, { level: 9 }).length);
    for (const specifier of loadsOf(file, source)) waiting.push(posix.join(posix.dirname(file), specifier));
  }
  return sizes;
}

/**
 * Scripts and module preloads of a page, relative to it.
 *
 * @param {string} html
 */
function scriptsOf(html) {
  const tags = html.match(/<(?:script|link)\b[^>]*>/g) ?? [];
  return tags
    .filter((tag) => tag.startsWith("<script") || /\brel="?modulepreload\b/.test(tag))
    .map((tag) => /\b(?:src|href)="?([^"\s>]+)/.exec(tag)?.[1])
    .filter((address) => address !== undefined && !/^[a-z]+:/.test(address))
    .map((address) => posix.normalize(/** @type {string} */ (address)));
}

/**
 * What a module loads as soon as it runs: its static imports, and its workers.
 *
 * @param {string} file
 * @param {string} source
 */
function loadsOf(file, source) {
  /** @type {string[]} */
  const found = [];
  /** @param {{ value: unknown } | null} node */
  const add = (node) => {
    if (typeof node?.value === "string" && /^\.{0,2}\//.test(node.value)) found.push(node.value);
  };
  new Visitor({
    ImportDeclaration: (node) => add(node.source),
    ExportNamedDeclaration: (node) => add(node.source),
    ExportAllDeclaration: (node) => add(node.source),
    NewExpression(node) {
      const { callee } = node;
      if (callee.type === "Identifier" && callee.name === "URL") return;
      const [address] = node.arguments;
      const text = address && source.slice(address.start, address.end);
      // Vite writes `new URL("" + new URL("worker-….js", import.meta.url).href, …)` or something like it, whatever the
      // class is called that starts the worker.
      const name = text && /import\.meta\.url/.test(text) && /["'`]([^"'`]+\.m?js)["'`]/.exec(text)?.[1];
      if (name) found.push(name);
      else if (callee.type === "Identifier" && callee.name === "Worker")
        throw new Error(`${file} starts a worker whose file can't be told from: ${text}`);
    },
  }).visit(parseSync(file, source).program);
  return found;
}

/** @param {number} bytes */
const kib = (bytes) => (bytes / 1024).toFixed(1).padStart(7);

/**
 * Prints the figure; true when it is within the budget.
 *
 * @param {string} dist
 */
export function checkBundle(dist) {
  const sizes = [...initialJavaScript(dist)].sort(([, one], [, other]) => other - one);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  for (const [file, size] of sizes) console.log(`${kib(size)} KiB  ${file}`);
  const within = sizes.length > 0 && total <= BUDGET_KIB * 1024;
  console.log(`${kib(total)} KiB  initial JavaScript, gzip (budget ${BUDGET_KIB} KiB): ${within ? "within" : "OVER"}`);
  return within;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = checkBundle(process.argv[2] ?? join(root, "dist")) ? 0 : 1;
}
