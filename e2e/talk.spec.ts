/** The talk in a browser: two windows that stay in step. */
import type { BrowserContext, Page } from "@playwright/test";
import type { Conductor } from "../src/talks/conductor.ts";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

declare global {
  interface Window {
    __talk?: Conductor;
  }
}

/** Where a window's machine is, and what its state comes to; the hash is null while it is on its way. */
const at = (page: Page) =>
  page.evaluate(() => {
    const state = window.__talk?.player.store.getState();
    return state && state.hash !== null ? { ...state.place, hash: state.hash } : null;
  });

async function arrive(page: Page, scene: number, cue: number) {
  await expect.poll(() => at(page), { timeout: 30_000 }).toMatchObject({ scene, cue });
  return at(page);
}

async function open(context: BrowserContext, where: string): Promise<Page> {
  const page = await context.newPage();
  page.on("pageerror", (error) => expect(error.stack).toBe(""));
  await page.goto(`./#talk=2013/${where}`);
  return page;
}

test("speaker's and audience's window stay in step through clicks, back, freeze, reload and closing", async ({
  context,
}) => {
  const audience = await open(context, "hot-add");
  const speaker = await open(context, "hot-add&speaker");
  const inStep = async (scene: number, cue: number) => {
    const one = await arrive(speaker, scene, cue);
    expect(await arrive(audience, scene, cue)).toEqual(one);
    return one;
  };
  const rest = await inStep(7, 0);
  await expect(speaker.getByText("same state as the other window")).toBeVisible();
  await expectAccessible(speaker);
  await speaker.keyboard.press("PageDown");
  await speaker.keyboard.press(".");
  await expect(audience.getByText("time stands still")).toBeVisible();
  await speaker.keyboard.press(".");
  const added = await inStep(7, 1);
  expect(added?.hash).not.toBe(rest?.hash);
  // Either drives.
  await audience.keyboard.press("PageUp");
  expect(await inStep(7, 0)).toEqual(rest);
  await speaker.keyboard.press("PageDown");
  await inStep(7, 1);

  await audience.reload();
  expect(await inStep(7, 1)).toEqual(added);
  await speaker.reload();
  expect(await inStep(7, 1)).toEqual(added);

  // The next scene goes on with the machine; on a side trip the talk's own stands still.
  await speaker.keyboard.press("PageDown");
  const next = await inStep(8, 0);
  await speaker.keyboard.press("f");
  await expect(audience.getByText("back to the talk")).toBeVisible();
  await speaker.keyboard.press("Escape");
  await expect(audience.getByRole("article").getByRole("heading", { name: "Hot remove" })).toBeVisible();
  expect(await inStep(8, 0)).toEqual(next);

  await speaker.close();
  await audience.keyboard.press("PageDown");
  await arrive(audience, 8, 1);
  const again = await open(context, "memory-hotplug&speaker");
  expect(await arrive(again, 8, 1)).toEqual(await at(audience));
});

test("the speaker sees the next scene as it begins, and the talk's machine stays where it is", async ({ context }) => {
  const speaker = await open(context, "replace&speaker");
  const rest = await arrive(speaker, 3, 0);
  const titles = () =>
    speaker.locator("article").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")));
  await expect.poll(titles, { timeout: 30_000 }).toEqual(["4. Replace a DIMM", "5. Resize a guest"]);
  await expect(speaker.locator("article").nth(1)).toContainText("Guest");
  expect(await at(speaker)).toEqual(rest);
  await speaker.keyboard.press("End");
  await arrive(speaker, 19, 0);
  await expect.poll(titles).toEqual(["20. To do: memory map, vmalloc"]);
});

test("on one screen, or where no second window may be opened, both views are in one, and S changes between them", async ({
  context,
}) => {
  await context.addInitScript(() => {
    window.open = () => null;
    Object.defineProperty(screen, "isExtended", { value: false, configurable: true });
  });
  const page = await open(context, "two-phases");
  const rest = await arrive(page, 5, 0);
  await page.keyboard.press("s");
  const views = page.getByRole("navigation", { name: "Views of the talk" });
  await expect(views.getByRole("status")).toContainText("There is one screen");
  await views.getByRole("button", { name: "A window of its own" }).click();
  await expect(views.getByRole("status")).toContainText("allow pop-ups");
  await expect(page.getByRole("button", { name: "Next: Add" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("PageDown");
  const added = await arrive(page, 5, 1);
  expect(added?.hash).not.toBe(rest?.hash);
  await page.keyboard.press("s");
  await expect(page.getByRole("button", { name: "Next: Add" })).toBeHidden();
  await expect(page.getByRole("article").getByRole("heading", { name: "Two phases" })).toBeVisible();
  await expectAccessible(page);
  await views.getByRole("button", { name: "Speaker's view" }).click();
  await page.keyboard.press("PageUp");
  expect(await arrive(page, 5, 0)).toEqual(rest);
});

test("on a phone held upright the whole picture is there, and its words beneath it", async ({ context }) => {
  const page = await open(context, "limitation");
  await page.setViewportSize({ width: 390, height: 844 });
  await arrive(page, 11, 0);
  const shown = page.getByRole("region", { name: "What is shown, as text" });
  await expect(
    shown.getByText(/^memory44, Normal: 19,\d+ page cache, 11,\d+ anonymous, 1,421 reclaimable slab/),
  ).toBeInViewport();
  for (const canvas of await page.locator("article canvas").all()) {
    const [picture, room] = [await canvas.boundingBox(), await canvas.locator("xpath=../..").boundingBox()];
    expect(picture?.width).toBeLessThanOrEqual((room?.width ?? 0) + 1);
    expect(picture?.height).toBeLessThanOrEqual((room?.height ?? 0) + 1);
  }
  await expectAccessible(page);
  await page.getByRole("button", { name: "Next click" }).click();
  await expect(shown.getByText("half of the way")).toBeVisible();
});

test("one window and a clicker, with the network off: every click forward and back, black, a side trip; and the whole on paper", async ({
  context,
}) => {
  test.setTimeout(180_000);
  const page = await open(context, "limitation");
  await arrive(page, 11, 0);
  // Code of the whole playground is there already; nothing else is ever asked for.
  await context.setOffline(true);
  const hashes: (string | undefined)[] = [];
  for (let cue = 0; cue <= 4; cue++) {
    if (cue > 0) {
      await page.keyboard.press("PageDown");
      // A second click, in the middle of a run, ends it.
      if (cue === 1) await page.keyboard.press("ArrowRight");
    }
    hashes.push((await arrive(page, 11, cue))?.hash);
  }
  await expectAccessible(page);
  for (let cue = 3; cue >= 0; cue--) {
    await page.keyboard.press("PageUp");
    expect((await arrive(page, 11, cue))?.hash).toBe(hashes[cue]);
  }
  await page.keyboard.press("b");
  await expect(page.getByText("The screen is black")).toBeAttached();
  await page.keyboard.press("b");
  await page.keyboard.press("q");
  await expect(page.getByRole("img", { name: /QR code/ })).toBeVisible();
  await page.keyboard.press("q");
  await expect(page.getByRole("img", { name: /QR code/ })).toBeHidden();
  await context.setOffline(false);

  await page.goto("./?paper#talk=2013&print");
  await expect(page.getByRole("heading", { name: "20. To do: memory map, vmalloc" })).toBeAttached();
  await expect(page.getByRole("region", { name: "2. A box of servers" }).getByText("Neither server")).toHaveCount(0);
  await expect(page.getByRole("region", { name: "1. Memory hotplug" }).locator("article")).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByText("A sheet for each scene.")).toBeVisible({ timeout: 60_000 });
  await expectAccessible(page);
});

test("a talk is written: shown as it is written, tried by the machine, taken back, and given", async ({ context }) => {
  const page = await context.newPage();
  page.on("pageerror", (error) => expect(error.stack).toBe(""));
  await page.goto("./#talk=own&write");
  const shown = page.getByRole("region", { name: "As the audience sees it" });
  await expect(shown.getByRole("heading", { name: "Drag one away" })).toBeVisible();
  await expect(page.getByText(/^It holds/)).toBeVisible({ timeout: 60_000 });
  await shown.getByRole("button", { name: "Click" }).click();
  await expect(shown.getByText("1 of 1 clicks Take d2 out")).toBeVisible();

  const title = page.getByRole("textbox", { name: "Title", exact: true });
  await title.fill("Where it went");
  await expect(shown.getByRole("heading", { name: "Where it went" })).toBeVisible();
  const rest = page.getByRole("textbox", { name: /^What is done/ });
  const kept = await rest.inputValue();
  await rest.fill('{ "point": { "block": "A:9" }');
  await expect(page.getByText("Not JSON yet")).toBeVisible();
  await rest.fill('{ "point": { "block": "A:9" } }');
  await expect(page.getByText("expected a block that was refused for a page").first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole("button", { name: "1. Where it went" })).toHaveAttribute("data-wrong", "true");
  // A machine that is still being made is drawn faintly.
  await expect(shown.locator("[data-coming]")).toHaveCount(0, { timeout: 30_000 });
  await expectAccessible(page);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(rest).toHaveValue(kept);

  await page.getByRole("button", { name: "Add a scene" }).click();
  await expect(page.getByRole("textbox", { name: "Machine" })).toHaveValue(/"after": "first"/);
  await page.getByRole("textbox", { name: "Planned seconds" }).fill("many");
  await expect(page.getByText("scenes[1].seconds: expected").first()).toBeVisible();
  await expect(page.getByRole("button", { name: "Give it" })).toBeDisabled();
  await page.getByRole("textbox", { name: "Planned seconds" }).fill("90");
  await expect(page.getByText("2:30 planned")).toBeVisible();
  // It is there again after the page was left.
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Title", exact: true })).toHaveValue("Where it went");
  const [speaker] = await Promise.all([
    context.waitForEvent("page"),
    page.getByRole("button", { name: "Give it" }).click(),
  ]);
  await expect(speaker.getByRole("heading", { name: "Where it went" }).first()).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await expectAccessible(page);
});
