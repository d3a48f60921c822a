/** Words of a kernel's command line that do nothing here are said, at every width. */
import type { ToWorker } from "../src/protocol/messages.ts";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

test.beforeEach(async ({ page }) => {
  // The scenario of the menu, with two more words than its author wrote.
  await page.addInitScript(() => {
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (this: Worker, message: ToWorker, transfer: unknown) {
      let sent = message;
      if (message.type === "start") {
        const { scenario } = message;
        const partitions = scenario.box.partitions.map((partition) => ({
          ...partition,
          cmdline: `${partition.cmdline ?? ""} isolcpus=1 noapic`,
        }));
        sent = { ...message, scenario: { ...scenario, box: { ...scenario.box, partitions } } };
      }
      Reflect.apply(post, this, [sent, transfer]);
    } as typeof post;
  });
});

for (const width of [1024, 1440])
  test(`at ${width} the header counts the words, and lists them when asked`, async ({ playground, page }) => {
    await page.setViewportSize({ width, height: 900 });
    await playground.open();
    const count = page.getByRole("button", { name: "2 not simulated" });
    await count.click();
    const list = page.getByRole("note");
    await expect(list.getByText("Linux acts on these words of the command line")).toBeVisible();
    await expect(list.getByRole("listitem")).toHaveText(["isolcpus=1", "noapic"]);
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await expect(list).toBeHidden();
    // Whatever the command line is, the speed beside it keeps its room.
    const speed = page.getByRole("combobox", { name: "Speed of simulated time" });
    expect((await speed.boundingBox())?.width).toBeGreaterThan(70);
  });

for (const width of [390, 768])
  test(`at ${width}, where the header has no room, the kernel log says them`, async ({ playground, page }) => {
    await page.setViewportSize({ width, height: 900 });
    await playground.open();
    await expect(page.getByRole("button", { name: "2 not simulated" })).toBeHidden();
    const tab = page.getByRole("tab", { name: "Log" });
    if (await tab.first().isVisible()) await tab.first().click();
    const line = page.locator("#panel-log").getByText("playground: not simulated: isolcpus=1 noapic").first();
    await line.scrollIntoViewIfNeeded();
    await expect(line).toBeInViewport();
  });
