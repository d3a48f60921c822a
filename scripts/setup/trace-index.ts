/** The list of the recorded traces that come with the page, for whoever chooses one: made when the page is built. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** Where the page finds it. */
export const TRACE_INDEX = "traces/index.json";

export interface IndexedTrace {
  /** Below `traces/`. */
  readonly path: string;
  readonly kernel: string;
  readonly about: string;
  readonly steps: number;
}

/** All traces in a folder and those below, by path. */
export function indexTraces(folder: string): IndexedTrace[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => name.replaceAll("\\", "/"))
    .sort()
    .map((path) => {
      const { kernel, about = "", steps } = JSON.parse(readFileSync(join(folder, path), "utf8"));
      return { path, kernel, about, steps: steps.length };
    });
}

/** Puts the list beside the traces, in the built page and for the development server. */
export const traceIndex: Plugin = {
  name: "trace-index",
  generateBundle() {
    this.emitFile({ type: "asset", fileName: TRACE_INDEX, source: JSON.stringify(indexTraces("public/traces")) });
  },
  configureServer({ middlewares }) {
    middlewares.use(`/${TRACE_INDEX}`, (_request, response) => {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(indexTraces("public/traces")));
    });
  },
};
