/** A room: a speaker, and an audience that follows on machines of its own, with a real broker where this machine has one. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import type { Follower } from "../src/follow/follower.ts";
import { findServer, freePorts, NO_SERVER } from "../src/present/nats-server.ts";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

declare global {
  interface Window {
    __follower?: Follower;
  }
}

/** Pages of the audience, each with a machine of its own. */
const PLAYGROUNDS = 4;

const there = (page: Page) =>
  page.evaluate(() => {
    const state = window.__talk?.player.store.getState();
    return state && state.hash !== null ? { ...state.place, hash: state.hash } : null;
  });
const followed = (page: Page) => page.evaluate(() => window.__follower?.store.getState());

let room: ChildProcess | null = null;
let folder = "";
test.afterEach(async () => {
  if (room && room.exitCode === null) {
    const ended = new Promise((resolve) => room?.once("exit", resolve));
    room.kill("SIGTERM");
    await ended;
  }
  room = null;
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** The links that `npm run present -- serve` prints. */
async function serve(): Promise<{ readonly audience: string; readonly speaker: string }> {
  folder = mkdtempSync(join(tmpdir(), "present-"));
  const [port = 0] = await freePorts(1);
  const words = ["serve", "--built", "--port", String(port), "--at", `http://localhost:${port}/`, "--folder", folder];
  room = spawn(process.execPath, ["scripts/run-ts.mjs", "src/present/cli.ts", ...words], { stdio: "pipe" });
  let said = "";
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const audience = /^ {2}(http\S+&live=\w+)$/m.exec(said)?.[1];
      const speaker = /^ {2}a: (http\S+)$/m.exec(said)?.[1];
      if (audience && speaker) resolve({ audience, speaker });
    };
    room?.stdout?.on("data", hear);
    room?.stderr?.on("data", hear);
    room?.once("exit", () => reject(new Error(said)));
  });
}

test("an audience follows, looks around, has a copy, guesses, and goes on alone when the broker is gone", async ({
  browser,
}) => {
  test.skip(!findServer(), NO_SERVER);
  const { audience, speaker } = await serve();
  const open = async (where: string) => {
    const page = await (await browser.newContext({ reducedMotion: "reduce" })).newPage();
    page.on("pageerror", (error) => expect(error.stack).toBe(""));
    await page.goto(where);
    return page;
  };
  const drives = await open(speaker.replace("talk=2013", "talk=2013/limitation"));
  // Not to be read from the last row.
  await expect.poll(() => drives.url()).not.toContain("key=");
  const seats = await Promise.all(Array.from({ length: PLAYGROUNDS }, () => open(audience)));
  const [one, other] = seats as [Page, Page];
  const inStep = async (cue: number) => {
    await expect.poll(() => there(drives), { timeout: 30_000 }).toMatchObject({ scene: 11, cue });
    for (const seat of seats) {
      await expect.poll(() => followed(seat), { timeout: 30_000 }).toMatchObject({ mode: "in-step", differs: false });
      await expect
        .poll(() => seat.evaluate(() => window.__playground?.past().then((past) => past?.hash)), { timeout: 30_000 })
        .toBe((await there(drives))?.hash);
    }
  };
  await inStep(0);
  await drives.keyboard.press("PageDown");
  await drives.keyboard.press("PageDown");
  await inStep(1);
  await expectAccessible(one);
  // One tap each; the speaker sees sums.
  await one.getByRole("button", { name: "none" }).click();
  await other.keyboard.press("3");
  await expect(drives.getByText("in step with you")).toContainText(`${PLAYGROUNDS}`, { timeout: 10_000 });
  await expect
    .poll(() => drives.locator("meter").evaluateAll((all) => all.map((meter) => (meter as HTMLMeterElement).value)))
    .toEqual([1, 0, 1]);
  await expectAccessible(drives);

  // Looking around is the talk's own machine; whoever does something has a copy, and the talk's is as it was.
  await one.keyboard.press("l");
  await expect(one.getByText("Looking around")).toBeVisible();
  await expect(one.getByRole("region", { name: "Box" })).toBeVisible();
  await drives.keyboard.press("PageDown");
  await inStep(2);
  await one.keyboard.press("Escape");
  await other.keyboard.press("f");
  await expect(other.getByText("Your own copy")).toBeVisible();
  await expect(other.getByRole("region", { name: "Box" })).toBeVisible({ timeout: 15_000 });
  await other.keyboard.press("Escape");
  await expect(other.getByRole("button", { name: /Your copy/ })).toBeVisible();

  // The broker is gone: each goes on alone.
  const ended = new Promise((resolve) => room?.once("exit", resolve));
  room?.kill("SIGTERM");
  await ended;
  await expect(one.getByText("Cut off")).toBeVisible();
  await one.keyboard.press("PageDown");
  await expect.poll(() => one.evaluate(() => window.__playground && document.body.innerText)).toContain("dentry");
  for (const page of [drives, ...seats]) await page.context().close();
});
