/** What people, files and networks do to the page, and what it does not let happen. */
import type { Page } from "@playwright/test";
import { expect, test } from "./support/playground.ts";

const screen = (page: Page) => page.locator("#panel-terminal [role=tabpanel] > :not([hidden]) .xterm-rows");
async function openTerminal(page: Page): Promise<void> {
  await page.keyboard.press("Control+`");
  await expect(screen(page)).toContainText(/[#$]\s*$/);
}

test("with a full storage theme and keys can be chosen", async ({ playground, page }) => {
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
  });
  await playground.open();
  const html = page.locator("html");
  await page.getByRole("button", { name: "Theme: as the system" }).click();
  await page.getByRole("button", { name: "Theme: light" }).click();
  await expect(html).toHaveAttribute("data-theme", "dark");
  // Asked again, as when the system's theme changes.
  await page.emulateMedia({ colorScheme: "dark" });
  await page.emulateMedia({ colorScheme: "light" });
  await expect(html).toHaveAttribute("data-theme", "dark");
  await page.keyboard.press("Shift+?");
  const keys = page.getByRole("checkbox", { name: /Single-letter keys/ });
  await keys.uncheck();
  await page.keyboard.press("Escape");
  const { speed } = await playground.state();
  await page.keyboard.press("p");
  expect((await playground.state()).speed).toBe(speed);
});

test("a file or link that is dropped anywhere never takes the browser off the page", async ({ playground, page }) => {
  await playground.open();
  const taken = await page.evaluate(() => {
    const places = ["header", "#panel-box", "#panel-memory", "#panel-verdict", "#panel-log", "footer", "body"];
    const drag = (type: string, file: boolean) => {
      const dataTransfer = new DataTransfer();
      if (file) dataTransfer.items.add(new File(["x"], "picture.png"));
      else dataTransfer.setData("text/uri-list", "https://example.org/");
      return new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer });
    };
    return places.flatMap((place) =>
      ["dragover", "drop"].flatMap((type) =>
        [true, false].map((file) => document.querySelector(place)?.dispatchEvent(drag(type, file))),
      ),
    );
  });
  // `false`: the browser's own way with it was refused.
  expect(taken).toEqual(taken.map(() => false));
});

test("all chosen scripts arrive, and a refused file's name commands no terminal", async ({ playground, page }) => {
  await playground.open({ scenario: "busy-server" });
  await page.evaluate(() => window.__playground?.setSpeed(1));
  await openTerminal(page);
  const script = (name: string, text = "echo ok\n") => ({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  await page
    .locator("#panel-terminal input[type=file]")
    .setInputFiles([script("one.sh"), script("two.sh"), script("evil\x1b[31m.bin", "\0"), script("three.sh")]);
  for (const name of ["one", "two", "three"]) await expect(screen(page)).toContainText(`${name}.sh is here`);
  await expect(screen(page)).toContainText("evil\ufffd[31m.bin is no text: not taken");
});

test("the terminal's code, when it did not come, is fetched again when someone asks again", async ({
  playground,
  page,
}) => {
  await playground.open();
  // The browser and React tell of each failure in the console; nothing else may go wrong.
  playground.provoked.push(/TerminalView|could not be fetched/);
  let online = false;
  let asked = 0;
  await page.route(/TerminalView-[^/]*\.js/, (route) => {
    asked++;
    return online ? route.continue() : route.abort();
  });
  await page.keyboard.press("Control+`");
  const again = page.locator("#panel-terminal").getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible();
  const before = asked;
  await again.click();
  await expect.poll(() => asked).toBeGreaterThan(before);
  await expect(again).toBeVisible();
  online = true;
  await again.click();
  await expect(screen(page)).toContainText(/[#$]\s*$/);
});

test("a DIMM whose menu's code did not come is picked up instead; the next time its menu is there", async ({
  playground,
  page,
}) => {
  playground.provoked.push(/late-views|ERR_FAILED/);
  let online = false;
  await page.route(/late-views-[^/]*\.js/, (route) => (online ? route.continue() : route.abort()));
  await playground.open();
  await page.getByRole("button", { name: /^DIMM d1,/ }).focus();
  await page.keyboard.press("Shift+F10");
  await expect(page.locator("[data-box] [role=status]").first()).toContainText("Picked up DIMM d1");
  await expect(page.getByRole("menu")).toHaveCount(0);
  await page.keyboard.press("Escape");
  online = true;
  await page.keyboard.press("Shift+F10");
  await expect(page.getByRole("menu", { name: /d1/ })).toBeVisible();
  await page.keyboard.press("Escape");
});
