/** The built app in a browser, for benchmarks and pictures: built and served once, and a fresh browser context for each run. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "@playwright/test";
import { build, type PreviewServer, preview } from "vite";
import type { Conductor } from "../../src/talks/conductor.ts";
import { BROWSER_FLAGS, ensureBrowser, findBrowser } from "./browser.mjs";

declare global {
  interface Window {
    __talk?: Conductor;
  }
}

export interface BuiltPage {
  readonly browser: Browser;
  readonly url: string;
  /** An empty page with nothing in its caches. */
  fresh(): Promise<{ readonly page: Page; readonly context: BrowserContext }>;
  close(): Promise<void>;
}

/** Builds and serves the app, and launches a browser; throws an error named `NoBrowser`, a sentence, when none can be had. */
export async function openBuiltPage(): Promise<BuiltPage> {
  const problem = await ensureBrowser();
  if (problem) throw Object.assign(new Error(problem), { name: "NoBrowser" });
  const root = process.cwd();
  // A folder of its own: what is measured or pictured stays the same while others build.
  const outDir = join(root, "node_modules/.cache/built-page", String(process.pid));
  await build({ root, logLevel: "warn", build: { outDir, emptyOutDir: true } });
  const server: PreviewServer = await preview({
    root,
    logLevel: "warn",
    build: { outDir },
    preview: { port: 4300, host: "localhost" },
  });
  const url = server.resolvedUrls?.local[0];
  if (!url) throw new Error("The preview server has no address.");
  const executablePath = findBrowser();
  const browser = await chromium.launch({ args: BROWSER_FLAGS, ...(executablePath ? { executablePath } : {}) });
  return {
    browser,
    url,
    async fresh() {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "light" });
      return { context, page: await context.newPage() };
    },
    async close() {
      await browser.close();
      await server.close();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}
