import { readFileSync } from "node:fs";
import { expectAccessibleInBothThemes } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

const TRACE = "linux-6.1/vmemmap-pins-neighbour.json";

test("a recorded kernel beside the simulation, by choice, file and keys; a broken file changes nothing", async ({
  page,
  playground,
}) => {
  await playground.open({ scenario: "device-busy" });
  const past = await page.evaluate(() => window.__playground?.past());
  await page.getByRole("tab", { name: "Compare" }).click();
  const panel = page.locator("[data-panel=memory]");
  await panel.getByRole("button", { name: "Real beside simulated" }).click();
  await panel.getByRole("combobox", { name: "Recorded trace" }).selectOption(TRACE);
  const heading = panel.getByRole("heading", { level: 2 });
  await expect(heading).toContainText(/no disagreements: all \d+ answers agree$/);
  const step = panel.locator("[data-step='8']");
  await expect(step).toContainText("echo offline > memory32/state");
  await expect(step.getByText("Device or resource busy · 0x100000")).toHaveCount(2);
  await step.getByRole("button").click();
  await expect(panel.getByRole("heading", { name: /Step 8, answer by answer all \d+ equal/ })).toBeVisible();
  await expect(
    panel.getByRole("row", { name: "error Device or resource busy equal Device or resource busy" }),
  ).toBeVisible();
  await expect(panel.getByText("Addresses in dumped pages")).toBeVisible();
  await expect(panel.getByText(/^Page 0x100000 of memory32/)).toBeAttached();
  await page.keyboard.press("ArrowRight");
  const slider = panel.getByRole("slider", { name: "Steps" });
  await expect(slider).toHaveAttribute("aria-valuetext", "step 9 of 16, equal");
  await slider.focus();
  await page.keyboard.press("End");
  await expect(slider).toHaveAttribute("aria-valuenow", "16");
  await expectAccessibleInBothThemes(page);

  // What the recording says otherwise is counted in the title, marked in its row, and a key leads there.
  const other = JSON.parse(readFileSync(`public/traces/${TRACE}`, "utf8"));
  other.steps[8].exit = 1;
  other.steps[8].stderr = "sh: write error: Device or resource busy\n";
  const choose = panel.locator("input[type=file]");
  const file = (name: string, text: string) => ({ name, mimeType: "application/json", buffer: Buffer.from(text) });
  await choose.setInputFiles(file("other.json", JSON.stringify(other)));
  await expect(heading).toContainText(/2 disagreements among \d+ answers$/);
  await page.keyboard.press("]");
  await expect(panel.locator("tr[data-current=true]")).toContainText("echo offline > memory33/state");
  await expect(panel.locator("tr[data-current=true]").getByRole("img", { name: "unequal" })).toBeVisible();
  await expect(panel.getByRole("row", { name: "exit status 1 unequal 0" })).toBeVisible();

  other.steps[3].after.zones[0].spanned = "many";
  const dropped = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], "broken.json"));
    return transfer;
  }, JSON.stringify(other));
  await panel.locator("section").first().dispatchEvent("drop", { dataTransfer: dropped });
  await expect(panel.getByRole("alert")).toHaveText(
    /^broken\.json: steps\[3\]\.after\.zones\[0\]\.spanned: expected .*, got "many"$/,
  );
  await expect(heading).toContainText(/2 disagreements/);

  // Another tab and back: it is where it was. And the machine has seen nothing of all this.
  await page.getByRole("tab", { name: "Physical memory" }).click();
  await page.getByRole("tab", { name: "Compare" }).click();
  await expect(panel.locator("tr[data-current=true]")).toContainText("echo offline > memory33/state");
  const journal = (one: typeof past) => one?.journal.texts;
  expect(journal(await page.evaluate(() => window.__playground?.past()))).toEqual(journal(past));
  expect(await playground.audit()).toEqual([]);
});

test("on a phone the recording opens below its steps", async ({ page, playground }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await playground.open({ scenario: "device-busy" });
  await page.getByRole("combobox", { name: "What the large panel shows" }).selectOption("compare");
  const panel = page.locator("[data-panel=memory]");
  await panel.getByRole("button", { name: "Real beside simulated" }).click();
  await panel.getByRole("combobox", { name: "Recorded trace" }).selectOption("linux-6.12/no-room.json");
  await expect(panel.getByRole("heading", { level: 2 })).toContainText(/answers agree$/);
  await expect(panel.getByRole("heading", { name: /^After boot, answer by answer/ })).toBeAttached();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await expectAccessibleInBothThemes(page);
});
