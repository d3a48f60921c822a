/**
 * What every spec starts from: `import { expect, test } from "./support/playground.ts"`.
 *
 * The `playground` fixture opens the page and fails the test when the page throws, logs an error or asks another host
 * for something. Nothing here sleeps: `idle()` waits until the simulation rests and everything is drawn.
 */
import { test as base, expect, type Locator, type Page } from "@playwright/test";
import type { Command } from "../../src/engine/time/commands.ts";
import type { CommandAnswer, Playground, PlaygroundState } from "../../src/client/playground.ts";

declare global {
  interface Window {
    /** Set by the app as soon as its playground exists; for tests and benchmarks. */
    __playground?: Playground;
  }
}

export class PlaygroundPage {
  /** What went wrong on the page so far; the fixture expects none at the end. */
  readonly problems: string[] = [];
  /** What a test brings about on purpose, and may go wrong at any time after that. */
  readonly provoked: RegExp[] = [];
  private readonly page: Page;

  constructor(page: Page, hostname: string) {
    this.page = page;
    page.on("pageerror", (error) => this.problems.push(`threw ${error.stack ?? error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error") this.problems.push(`logged ${message.text()} (${message.location().url})`);
    });
    page.on("request", (request) => {
      const url = new URL(request.url());
      const ours = url.protocol === "data:" || url.protocol === "blob:" || url.hostname === hostname;
      if (!ours) this.problems.push(`asked another host: ${request.url()}`);
    });
  }

  /** Opens the page (`at` another address than the base's), on a scenario if one is named, and waits until it rests. */
  async open({ scenario, at = "./" }: { scenario?: string; at?: string } = {}): Promise<void> {
    await this.page.goto(at);
    await this.page.waitForFunction(() => window.__playground?.store.getState().status === "running");
    if (scenario !== undefined) await this.load(scenario);
    await this.idle();
  }

  /**
   * Opens the busy server (at a speed of its own, or `speed`) with a tab of the large panel, and gives that panel. The code
   * of a `view` was not fetched before the first picture of the page was there.
   */
  async openTab(name: string, { speed, view }: { speed?: number; view?: string } = {}): Promise<Locator> {
    await this.open({ scenario: "busy-server" });
    if (speed !== undefined) await this.page.evaluate((to) => window.__playground?.setSpeed(to), speed);
    if (view !== undefined) {
      const early = await this.page.evaluate((name) => {
        const [usable] = performance.getEntriesByName("first-usable-frame");
        const files = performance.getEntriesByType("resource").filter((file) => file.name.includes(name));
        return files.filter(({ startTime }) => startTime < (usable?.startTime ?? Number.POSITIVE_INFINITY));
      }, view);
      expect(early).toEqual([]);
    }
    await this.page.getByRole("tab", { name }).click();
    return this.page.locator("#panel-memory");
  }

  /** Loads a built-in scenario from its beginning. */
  async load(scenario: string): Promise<void> {
    await this.page.evaluate((name) => window.__playground?.load(name), scenario);
    await this.page.waitForFunction((name) => {
      const state = window.__playground?.store.getState();
      return state?.status === "running" && state.scenario === name;
    }, scenario);
    await this.idle();
  }

  /** Resolves when nothing is running, no frame is in flight and nothing waits to be drawn. */
  async idle(): Promise<void> {
    await this.page.evaluate(() => window.__playground?.whenIdle());
  }

  /** Sends a command as the app would, and waits for the answer (a long operation goes on after that). */
  async send(command: Command): Promise<CommandAnswer> {
    const answer = await this.page.evaluate((value) => window.__playground?.send(value), command);
    if (!answer) throw new Error("The page has no playground.");
    return answer;
  }

  /** What the engine's own audit finds wrong with the box: nothing, always. */
  async audit(): Promise<readonly string[]> {
    const problems = await this.page.evaluate(() => window.__playground?.audit());
    if (!problems) throw new Error("The page has no playground.");
    return problems;
  }

  /** A copy of what the page knows of the box now. */
  async state(): Promise<PlaygroundState> {
    const state = await this.page.evaluate(() => window.__playground?.store.getState());
    if (!state) throw new Error("The page has no playground.");
    return state;
  }
}

export const test = base.extend<{ playground: PlaygroundPage }>({
  playground: async ({ page, baseURL }, use) => {
    const playground = new PlaygroundPage(page, new URL(baseURL ?? page.url()).hostname);
    await use(playground);
    const unforeseen = playground.problems.filter((problem) => !playground.provoked.some((what) => what.test(problem)));
    expect(unforeseen, `on ${baseURL}`).toEqual([]);
  },
});

export { expect };
