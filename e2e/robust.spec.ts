/** When it breaks it says so, nothing that was on the page is lost, and there is a way on. */
import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, type PlaygroundPage, test } from "./support/playground.ts";

declare global {
  interface Window {
    /** The simulators that the page has started, oldest first. */
    __workers?: Worker[];
  }
}

const notice = (page: Page) =>
  page.getByRole("alert").filter({ has: page.getByRole("button", { name: "Start again" }) });
const verdict = (page: Page) => page.locator("#panel-verdict");
const status = async (playground: PlaygroundPage) => (await playground.state()).status;

/** What a test can make the simulator do, appended to its own script. */
const SABOTAGE = `
{
  const post = self.postMessage.bind(self);
  let breaks = false;
  self.postMessage = (message, ...rest) => {
    post(message, ...rest);
    if (breaks && message.type === "frame") {
      breaks = false;
      Promise.reject(new Error("a list of pages contradicts itself"));
    }
  };
  self.addEventListener("message", (event) => {
    const { sabotage } = event.data;
    if (!sabotage) return;
    event.stopImmediatePropagation();
    if (sabotage === "break") breaks = true;
    else for (const end = Date.now() + sabotage; Date.now() < end; );
  });
}
`;

/** Opens the page with simulators that can be sabotaged: broken right after a frame, or kept busy for some time. */
async function openSabotaged(playground: PlaygroundPage, page: Page): Promise<void> {
  await page.addInitScript(() => {
    const workers: Worker[] = [];
    window.__workers = workers;
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        workers.push(this);
      }
    };
  });
  await page.route(/\/assets\/main-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: SABOTAGE + (await response.text()) });
  });
  await playground.open({ scenario: "device-busy" });
}
const sabotage = (page: Page, what: "break" | number) =>
  page.evaluate((message) => window.__workers?.at(-1)?.postMessage({ sabotage: message }), what);
/** What broke stands in the console, for whoever looks for the fault; nothing else does. */
function expectOnlySabotage({ problems }: PlaygroundPage, times: number): void {
  const said = problems.splice(0);
  expect(said).toHaveLength(times);
  for (const problem of said) expect(problem).toContain("a list of pages contradicts itself");
}

test("a fault right after a frame stands, ten times of ten, and a new start ends it", async ({ playground, page }) => {
  await openSabotaged(playground, page);
  for (let time = 0; time < 10; time++) {
    await sabotage(page, "break");
    await expect(notice(page)).toContainText("a list of pages contradicts itself");
    // Frames that were on their way have long been shown.
    await page.evaluate(() => window.__playground?.whenIdle());
    expect(await status(playground)).toBe("fault");
    await expect(page.locator("#panel-verdict")).not.toContainText("being switched on");
    await notice(page).getByRole("button", { name: "Start again" }).click();
    await expect.poll(() => status(playground)).toBe("running");
    await expect(page.getByRole("button", { name: "Start again" })).toHaveCount(0);
  }
  expectOnlySabotage(playground, 10);
});

test("after a fault log, verdict and terminal can be read and saved", async ({ playground, page }) => {
  await openSabotaged(playground, page);
  await page.evaluate(() => window.__playground?.setSpeed(1));
  await playground.send({ do: "move", dimm: "d3", to: { slot: "A/0/2" } });
  await playground.idle();
  await page.keyboard.press("Control+`");
  const screen = page.locator("#panel-terminal [role=tabpanel] > :not([hidden]) .xterm-rows");
  await expect(screen).toContainText(/[#$]\s*$/);
  await page.keyboard.type("echo kept$((6*7))");
  await page.keyboard.press("Enter");
  await expect(screen).toContainText("kept42");

  await sabotage(page, "break");
  await expect(notice(page)).toContainText("The simulation cannot go on");
  await expect(notice(page)).toContainText("Lost: the box, its processes, shells and files.");
  await expect(verdict(page)).toContainText("d3 stayed in node 1: EBUSY");
  await expect(screen).toContainText("kept42");
  const answer = await playground.send({ do: "press", dimm: "d3" });
  expect(answer).toMatchObject({
    errno: "ENODEV",
    rejection: {
      why: "no-simulator",
      trouble: { why: "stopped", said: expect.stringContaining("contradicts itself") },
    },
  });
  await expectAccessible(page);

  const download = page.waitForEvent("download");
  await notice(page).getByRole("button", { name: "Save log, verdicts and terminals" }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe("hotplug-device-busy.txt");
  const text = readFileSync(await file.path(), "utf8");
  expect(text).toContain("The simulation stopped: a list of pages contradicts itself.");
  expect(text).toContain("d3 stayed in its slot: EBUSY");
  expect(text).toContain("page dumped because: unmovable page");
  expect(text).toContain("kept42");

  expectOnlySabotage(playground, 1);
  // The text stays on the screen, and a new shell comes with the new box.
  await notice(page).getByRole("button", { name: "Start again" }).click();
  await expect.poll(() => status(playground)).toBe("running");
  await expect(screen).toContainText("kept42");
  await expect(screen).toContainText(/[#$]\s*$/);
});

const replaced = (page: Page) => page.getByRole("region", { name: "The simulator was replaced" });

test("a stuck simulator is noticed within two seconds, answers every question, and another goes on in its place", async ({
  playground,
  page,
}) => {
  await openSabotaged(playground, page);
  await page.evaluate(() => window.__playground?.setSpeed(1));
  await playground.send({ do: "move", dimm: "d3", to: { shelf: true } });
  await page.evaluate(() => window.__playground?.setSpeed(0));
  await playground.idle();
  const before = await playground.state();
  const { noticed, answered } = await page.evaluate(async () => {
    const { store } = window.__playground ?? {};
    const silent = new Promise<number>((resolve) =>
      store?.subscribe(({ silence }) => silence !== null && resolve(performance.now())),
    );
    const begin = performance.now();
    window.__workers?.at(-1)?.postMessage({ sabotage: 3_600_000 });
    const answer = await window.__playground?.send({ do: "press", dimm: "d3" });
    return { noticed: (await silent) - begin, answered: JSON.stringify(answer?.rejection) };
  });
  expect(noticed).toBeLessThan(2000);
  expect(answered).toContain('"why":"unanswered"');
  await expect(replaced(page)).toContainText("made the box again from all that was done to it");
  await expectAccessible(page);
  await playground.idle();
  // What hung had been asked for something that nobody saw happen: it did not.
  const after = await playground.state();
  expect(after.now).toBe(before.now);
  expect(after.records).toEqual(before.records);
  expect(after.log).toEqual(before.log);
  expect(await page.evaluate(() => window.__workers?.length)).toBe(2);
  expect(await playground.audit()).toEqual([]);
  await replaced(page).getByRole("button", { name: "Close" }).click();
  await expect(replaced(page)).toHaveCount(0);
  expect((await playground.send({ do: "press", dimm: "d3" })).errno).toBeNull();
});

test("a simulator that is killed in the middle of an offline loses nothing: box, shells and what was typed", async ({
  playground,
  page,
}) => {
  await openSabotaged(playground, page);
  await playground.load("busy-server");
  await page.evaluate(() => window.__playground?.setSpeed(1));
  await page.keyboard.press("Control+`");
  const screen = page.locator("#panel-terminal [role=tabpanel] > :not([hidden]) .xterm-rows");
  await expect(screen).toContainText(/[#$]\s*$/);
  await page.keyboard.type("x=kept; echo before$((6*7))\n");
  await expect(screen).toContainText("before42");
  await page.keyboard.type("echo half");
  await expect(screen).toContainText(/echo half\s*$/);
  await page.evaluate(() => window.__playground?.setSpeed(0.02));
  await playground.send({ do: "move", dimm: "d3", to: { shelf: true } });
  await page.waitForFunction(() =>
    Object.values(window.__playground?.store.getState().records.attempt ?? {}).some((one) => one.pagesMoved > 0),
  );
  const killed = await page.evaluate(() => {
    window.__workers?.at(-1)?.terminate();
    const { now, records } = window.__playground?.store.getState() ?? {};
    return { now, attempts: Object.values(records?.attempt ?? {}).filter(({ result }) => result === "running").length };
  });
  expect(killed.attempts).toBeGreaterThan(0);
  await expect(replaced(page)).toBeVisible();
  const { now, silence } = await playground.state();
  expect(silence).toBeNull();
  expect(now).toBeGreaterThanOrEqual(killed.now ?? 0);
  await page.evaluate(() => window.__playground?.setSpeed(1));
  await playground.idle();
  expect((await playground.state()).records.dimm.d3).toMatchObject({ slot: null, phase: "shelf" });
  await expect(screen).toContainText("before42");
  await expect(screen).toContainText("The simulator was replaced.");
  await page.getByRole("textbox", { name: /^Shell on/ }).focus();
  await page.keyboard.type(" $x\n");
  await expect(screen).toContainText("half kept");
  expect(await playground.audit()).toEqual([]);
});

test("a simulator that was only held, or another in its place, goes on where it was", async ({ playground, page }) => {
  await openSabotaged(playground, page);
  await playground.send({ do: "press", dimm: "d3" });
  await playground.idle();
  const before = (await playground.state()).records.attempt;
  const said = await page.evaluate(async () => {
    const { store } = window.__playground ?? {};
    window.__workers?.at(-1)?.postMessage({ sabotage: 4000 });
    const silence = (is: boolean) =>
      new Promise<string>((resolve) => {
        const stop = store?.subscribe((state) => {
          if ((state.silence !== null) !== is) return;
          stop?.();
          requestAnimationFrame(() => resolve(document.querySelector("[role=alert] p + p")?.textContent ?? ""));
        });
      });
    return [await silence(true), await silence(false)];
  });
  expect(said).toEqual([expect.stringContaining("nothing is lost."), ""]);
  await playground.idle();
  expect((await playground.state()).records.attempt).toEqual(before);
  expect((await playground.send({ do: "press", dimm: "d3" })).errno).toBeNull();
});

test("of 200 starts in a row only the last is built", async ({ playground, page }) => {
  await openSabotaged(playground, page);
  const ready = await page.evaluate(async () => {
    const started = window.__workers?.at(-1);
    let count = 0;
    started?.addEventListener("message", ({ data }) => {
      if (data.type === "ready") count++;
    });
    for (let i = 0; i < 200; i++) window.__playground?.load(i % 2 ? "busy-server" : "device-busy");
    await new Promise<void>((resolve) => {
      window.__playground?.store.subscribe(({ status }) => {
        if (status === "running") resolve();
      });
    });
    return count;
  });
  expect(ready).toBe(1);
  expect(await playground.state()).toMatchObject({ status: "running", scenario: "busy-server" });
});
