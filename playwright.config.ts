import { createServer } from "node:net";
import { defineConfig } from "@playwright/test";
import { BROWSER_FLAGS, findBrowser } from "./scripts/setup/browser.mjs";

// The config is read again in every worker: what the first reading found out travels in the environment.
process.env.PLAYGROUND_PORT ??= String(await freePort());
process.env.CHROMIUM_PATH ??= findBrowser() ?? "";
const executablePath = process.env.CHROMIUM_PATH;

/** PLAYGROUND_URL tests what is already served somewhere; otherwise the build is served here. */
const elsewhere = process.env.PLAYGROUND_URL;
const baseURL = elsewhere ?? `http://localhost:${process.env.PLAYGROUND_PORT}/`;
const serve = `node node_modules/vite/bin/vite.js preview --port ${process.env.PLAYGROUND_PORT} --strictPort`;
const command = process.env.PLAYGROUND_BUILT ? serve : `node node_modules/vite/bin/vite.js build && ${serve}`;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  fullyParallel: true,
  // Of the time that one takes alone, two at once take six sevenths on two cores; more only wait for each other.
  workers: 2,
  forbidOnly: true,
  // A shared machine can take the processor away in the middle of a drag. A second try is counted and named: often it is a race.
  retries: process.env.CI ? 1 : 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"], ...(process.env.PLAYWRIGHT_JSON_OUTPUT_FILE ? [["json"] as ["json"]] : [])],
  use: {
    baseURL,
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    // Motion is tested where it matters; everywhere else it only takes time.
    contextOptions: { reducedMotion: "reduce" },
    colorScheme: "light",
    locale: "en-GB",
    timezoneId: "UTC",
    // Where a test is tried again its second run is recorded: to record all of them takes as long again.
    trace: process.env.CI ? "on-first-retry" : "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: { args: BROWSER_FLAGS, ...(executablePath ? { executablePath } : {}) },
  },
  ...(elsewhere ? {} : { webServer: { command, url: baseURL, timeout: 180_000, stdout: "ignore", stderr: "pipe" } }),
});

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
