/** What lies under the pointer can still be read: every kind of button keeps words and ground apart. */
import { expect, type Page } from "@playwright/test";
import { test } from "./support/playground.ts";

/** WCAG 2.2 AA of text. */
const ENOUGH = 4.5;

/** One of each kind of button or link that looks like one: by its classes and those of what holds it. */
const kinds = (page: Page) =>
  page.evaluate(() => {
    const seen = new Set<string>();
    return [...document.querySelectorAll<HTMLElement>("button, a[class]")].flatMap((element, i) => {
      if (!element.checkVisibility() || element.matches("[disabled], [aria-disabled=true], [inert] *")) return [];
      if (element.textContent?.trim() === "" && !element.querySelector("svg")) return [];
      const kind = `${element.className} ${element.parentElement?.className} ${element.ariaPressed} ${element.ariaSelected}`;
      if (seen.has(kind)) return [];
      seen.add(kind);
      element.dataset.hoverKind = String(i);
      return [String(i)];
    });
  });

/** Contrast of an element's words and the ground that is painted behind them. */
const contrastOf = (element: HTMLElement) => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  if (!pen) throw new Error("no canvas");
  /** Layers from the lowest to the highest, as light of red, green and blue. */
  const light = (...layers: string[]) => {
    for (const layer of layers) {
      pen.fillStyle = layer;
      pen.fillRect(0, 0, 1, 1);
    }
    const [red = 0, green = 0, blue = 0] = [...pen.getImageData(0, 0, 1, 1).data].map((byte) =>
      byte <= 10 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const grounds: string[] = [];
  for (let at: Element | null = element; at; at = at.parentElement)
    grounds.unshift(getComputedStyle(at).backgroundColor);
  const [dark, bright] = [light("#fff", ...grounds), light("#fff", ...grounds, getComputedStyle(element).color)].sort(
    (a, b) => a - b,
  ) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
};

async function faint(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const kind of await kinds(page)) {
    const button = page.locator(`[data-hover-kind="${kind}"]`);
    // Behind something else, or gone meanwhile: not what a pointer can be over.
    const hovered = await button.hover({ timeout: 300 }).then(
      () => true,
      () => false,
    );
    if (!hovered) continue;
    const contrast = await button.evaluate(contrastOf);
    if (contrast < ENOUGH)
      found.push(`${contrast.toFixed(1)}: ${await button.evaluate((element) => element.outerHTML)}`);
  }
  return found;
}

for (const [where, ready, schemes] of [
  ["./#lessons", "a[href^='#lesson=']", ["light"]],
  ["./#lesson=the-price", "[id=panel-lesson] h2", ["light", "dark"]],
  ["./#predict", "kbd", ["light"]],
  ["./#write", "[id=panel-lesson] textarea", ["dark"]],
  ["./#talk=2013&speaker", "nav button", ["dark"]],
] as const)
  test(`buttons of ${where} can be read under the pointer`, async ({ page }) => {
    await page.goto(where);
    await expect(page.locator(ready).first()).toBeVisible();
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      expect(await faint(page), colorScheme).toEqual([]);
    }
  });
