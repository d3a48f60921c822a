/** axe over the page as it is now; rules of WCAG 2.2 A and AA, and axe's best practices. */
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** Waits until colours and places are what they come to: half way to another theme nothing has the contrast that it will have. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const moving = () =>
      document
        .getAnimations()
        .filter((one) => one.playState === "running" && one.effect?.getComputedTiming().endTime !== Infinity)
        // In a folded part a transition begins when somebody asks for its style, and never gets on.
        .filter(({ effect }) => !(effect instanceof KeyframeEffect) || effect.target?.checkVisibility() !== false);
    // What has been asked for is drawn, and what that sets going ends.
    const latest = performance.now() + 3000;
    for (let quiet = 0; quiet < 3 && performance.now() < latest; quiet++) {
      await frame();
      const all = moving();
      if (all.length > 0) quiet = 0;
      await Promise.allSettled(all.map((one) => one.finished));
    }
  });
}

/** Expects that axe finds nothing, on the page or in a part of it; what it found is listed by rule and element otherwise. */
export async function expectAccessible(page: Page, within?: string): Promise<void> {
  // The page has no frames: axe runs in it whole, and lists nothing but what it minds. That takes a third of the time.
  const builder = new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).setLegacyMode(true);
  if (within !== undefined) builder.include(within);
  await settle(page);
  const { violations } = await builder
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id} (${help}): ${node.target.join(" ")}`),
  );
  expect(found).toEqual([]);
}

/** The same in light and in dark; leaves the page in the theme that it had. */
export async function expectAccessibleInBothThemes(page: Page, within?: string): Promise<void> {
  const dark = await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches);
  for (const colorScheme of dark ? (["light", "dark"] as const) : (["dark", "light"] as const)) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page, within);
  }
}
