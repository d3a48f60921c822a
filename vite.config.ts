import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { licenceTexts } from "./scripts/setup/licences.ts";
import { withPolicy } from "./scripts/setup/page-policy.ts";
import { quietReact } from "./scripts/setup/quiet-react.ts";
import { traceIndex } from "./scripts/setup/trace-index.ts";

/** Chunks that a page runs nearly all of as soon as it has them. */
const RUN_AT_ONCE = new Set(["index", "late-views"]);

/**
 * Tells the browser that all functions of these chunks are needed at once: it compiles them beside the main thread, while
 * they are loading, not one by one at their first call. Browsers that know nothing of it see a comment.
 * https://github.com/WICG/explicit-javascript-compile-hints-file-based
 */
const compileAhead: Plugin = {
  name: "compile-ahead",
  apply: "build",
  generateBundle: {
    order: "post",
    handler(_, bundle) {
      for (const chunk of Object.values(bundle))
        if (chunk.type === "chunk" && RUN_AT_ONCE.has(chunk.name))
          chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`;
    },
  },
};

/** Parts that somebody waits for, by the names of their chunks: what follows the box, lessons, talks, the terminal. */
const FETCHED_IN_A_HURRY = /(late-views|Learn|TerminalView|open)-[^/]*$/;

/** Puts the licence texts of all that is shipped beside it. */
const licences: Plugin = {
  name: "licences",
  apply: "build",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: "licences.txt", source: licenceTexts(import.meta.dirname) });
  },
};

/** The built page sets its own policy; the development server injects scripts of its own and goes without. */
const policy: Plugin = {
  name: "page-policy",
  apply: "build",
  // Last: a hash holds for the script's final text.
  transformIndexHtml: { order: "post", handler: withPolicy },
};

/** What modules are asked of while they are put into chunks. */
interface Modules {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

/**
 * All that is loaded together, in one chunk: what is in several compresses worse, and each is a request, a task when it comes, and a
 * module to link. Of what several parts load, the first of them has it.
 */
function loadedTogether(
  parts: Readonly<Record<string, readonly string[]>>,
): (id: string, modules: Modules) => string | null {
  const entries = Object.values(parts).flat();
  const chunks = new Map<string, string>();
  return (id, modules) => {
    // Each worker is a build of its own.
    if (entries.some((entry) => modules.getModuleInfo(entry) === null)) return null;
    if (chunks.size === 0)
      for (const [name, first] of Object.entries(parts)) {
        const closure = new Set(first.filter((entry) => !chunks.has(entry)));
        for (const one of closure) {
          chunks.set(one, name);
          for (const imported of modules.getModuleInfo(one)?.importedIds ?? [])
            if (!chunks.has(imported)) closure.add(imported);
        }
      }
    return chunks.get(id) ?? null;
  };
}
const source = (path: string): string => join(import.meta.dirname, "src", path);
const SIMULATOR = { simulator: [source("worker/main.ts")] };
/** What the first picture is drawn by, and what always follows it. */
const PAGE = {
  index: [source("app/main.tsx")],
  "late-views": ["app/late-views.ts", "client/kernel-news.ts", "views/box/box-extras.ts"].map(source),
};

export default defineConfig({
  // Relative addresses: the build works under any sub-path of any static host.
  base: "./",
  plugins: [react(), quietReact, compileAhead, licences, policy, traceIndex],
  worker: {
    format: "es",
    rolldownOptions: {
      output: {
        codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: loadedTogether(SIMULATOR) }] },
      },
    },
  },
  build: {
    target: "es2023",
    rolldownOptions: {
      output: { codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: loadedTogether(PAGE) }] } },
    },
    modulePreload: {
      // Every browser that knows es2023 preloads modules by itself.
      polyfill: false,
      // What a late part imports is fetched along with it, not after it, and all those names stand in what is loaded first. Parts
      // that are fetched when nothing else goes on can do without.
      resolveDependencies: (file, imported) =>
        FETCHED_IN_A_HURRY.test(file) ? imported : imported.filter((name) => name.endsWith(".css")),
    },
    // Fonts stay files, also small ones: the page's policy takes them from its own host alone.
    assetsInlineLimit: (file) => (file.endsWith(".woff2") ? false : undefined),
  },
});
