/** What can be measured of the layout: nothing over anything, targets large enough, text large enough, order of tabs. */
import { expect, type Page, test } from "@playwright/test";
import { PAGES_PER_SECTION } from "../src/engine/units.ts";
import { timeStrings } from "../src/views/time/strings.ts";
import { test as withPlayground } from "./support/playground.ts";

const SIZES = [
  [390, 844],
  [768, 1024],
  [1024, 768],
  [1440, 900],
  [1920, 1080],
] as const;

/** Pairs of the page's parts that are drawn over each other, by more than a pixel. */
const overlaps = (page: Page) =>
  page.evaluate(() => {
    const parts = [
      ...document.querySelectorAll<HTMLElement>(
        "main [data-panel] h2, main [data-panel] h3, [data-panel=memory] [role=listbox], [data-panel=memory] canvas, " +
          "[class*=inspector], [class*=blockTitle], [class*=flowFigures], [data-place], [data-panel=box] h3, [data-panel]",
      ),
    ].filter((part) => part.checkVisibility() && part.getBoundingClientRect().width > 2);
    /** What of it is in sight: what scrolls is cut off where it scrolls. */
    const seen = (part: HTMLElement) => {
      let { left, right, top, bottom } = part.getBoundingClientRect();
      for (let around = part.parentElement; around; around = around.parentElement) {
        if (getComputedStyle(around).overflowY === "visible") continue;
        const box = around.getBoundingClientRect();
        [left, right] = [Math.max(left, box.left), Math.min(right, box.right)];
        [top, bottom] = [Math.max(top, box.top), Math.min(bottom, box.bottom)];
      }
      return { left, right, top, bottom };
    };
    const name = (part: HTMLElement) => `${part.localName}.${part.className} ${part.textContent?.slice(0, 20)}`;
    return parts.flatMap((one, at) =>
      parts.slice(at + 1).flatMap((other) => {
        if (one.contains(other) || other.contains(one)) return [];
        // A canvas that lies behind what it is the picture of.
        if (one.localName === "canvas" && one.nextElementSibling === other) return [];
        const [a, b] = [seen(one), seen(other)];
        const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        // What scrolls out of its own panel is cut off there.
        const [mine, its] = [one.closest("[data-panel]"), other.closest("[data-panel]")];
        if (mine !== its && (one !== mine || other !== its)) return [];
        return x > 1 && y > 1 ? [`${name(one)} | ${name(other)}`] : [];
      }),
    );
  });

/** Where elements stand on the page. */
const corners = (elements: Element[]) =>
  elements.map((element) => {
    const { x, y } = element.getBoundingClientRect();
    return { x, y: y + scrollY };
  });
type Corners = ReturnType<typeof corners>;

/** Those that stand elsewhere now, by more than what rounding does. */
const moved = (before: Corners, after: Corners) => {
  expect(after.length).toBe(before.length);
  return after.filter(({ x, y }, i) => Math.hypot(x - (before[i]?.x ?? 0), y - (before[i]?.y ?? 0)) > 1.5);
};

/** Places that something which doesn't scroll cuts off. */
const beyondReach = (page: Page) =>
  page.locator("[data-place]").evaluateAll((places) =>
    places.flatMap((place) => {
      const box = place.getBoundingClientRect();
      for (let around = place.parentElement; around; around = around.parentElement) {
        const { overflowY } = getComputedStyle(around);
        if (overflowY === "auto" || overflowY === "scroll") return [];
        if (overflowY === "visible") continue;
        const { top, bottom } = around.getBoundingClientRect();
        if (box.top < top - 1 || box.bottom > bottom + 1) return [`${place.getAttribute("data-place")}`];
      }
      return [];
    }),
  );

/** Words of the box and the header that end in an ellipsis. */
const cutWords = (page: Page) =>
  page.locator(":is(header, [data-panel=box]) *").evaluateAll((parts) =>
    parts
      .filter((part) => part.clientWidth > 2 && part.localName !== "code" && part.checkVisibility())
      .filter((part) => getComputedStyle(part).textOverflow === "ellipsis" && part.scrollWidth > part.clientWidth)
      .map((part) => part.textContent),
  );

for (const [width, height] of SIZES)
  withPlayground(`nothing is drawn over anything at ${width}×${height}`, async ({ playground, page }) => {
    await page.setViewportSize({ width, height });
    await playground.open();
    expect(await overlaps(page)).toEqual([]);
    // Nothing is squeezed away either.
    const seen = page.locator(":is([data-panel=box], [data-panel=memory], [data-panel=verdict], [data-panel=zones])");
    for (const panel of await seen.all())
      expect((await panel.boundingBox())?.height, `${await panel.getAttribute("id")}`).toBeGreaterThan(120);
    const map = await page.locator("[data-panel=memory] [class*=pageRoom]").boundingBox();
    expect(Math.min(map?.width ?? 0, map?.height ?? 0)).toBeGreaterThan(100);
    const cut = await page
      .locator("[data-panel=memory] > section")
      .evaluate((panel) => panel.scrollHeight - panel.clientHeight);
    expect(cut).toBeLessThanOrEqual(1);
    expect(await beyondReach(page)).toEqual([]);
    expect(await cutWords(page)).toEqual([]);
    // The legend: a row or two, and what a node holds moves none of its entries.
    const entries = () => page.locator("[class*=legend] > li").evaluateAll(corners);
    await page.evaluate(() => window.__playground?.select({ node: "A/1" }));
    const before = await entries();
    expect(new Set(before.map(({ y }) => Math.round(y))).size).toBeLessThanOrEqual(
      width >= 1440 ? 1 : width >= 1024 ? 2 : 4,
    );
    await page.evaluate(() => window.__playground?.select({ node: "A/0" }));
    await playground.idle();
    expect(moved(before, await entries())).toEqual([]);
    // Nor does anything in the box give way to what is carried.
    const places = () => page.locator("[data-place]:not([data-place=shelf])").evaluateAll(corners);
    const resting = await places();
    await page.locator("[data-handle=d1]").click();
    await expect(page.locator("[data-voice]")).toContainText("Picked up");
    expect(moved(resting, await places())).toEqual([]);
  });

withPlayground("no text is smaller than 12 px at 1080p", async ({ playground, page }) => {
  await page.setViewportSize({ width: 1920, height: 1080 });
  await playground.open({ scenario: "device-busy" });
  await page.evaluate(() => window.__playground?.setSpeed(1));
  await playground.send({ do: "move", dimm: "d3", to: { shelf: true } });
  await playground.idle();
  const small = await page.evaluate(() => {
    const found = new Set<string>();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      if (!element || !walker.currentNode.textContent?.trim() || !element.checkVisibility()) continue;
      const box = element.getBoundingClientRect();
      if (box.width <= 1 || element.closest("title, option")) continue;
      const matrix = element instanceof SVGGraphicsElement ? element.getScreenCTM() : null;
      const size = Number.parseFloat(getComputedStyle(element).fontSize) * (matrix?.a ?? 1);
      if (size < 11.99) found.add(`${size.toFixed(1)} px: ${element.localName} ${element.textContent?.slice(0, 30)}`);
    }
    return [...found];
  });
  expect(small).toEqual([]);
});

/** Buttons, links and fields that are smaller than `least` px in either direction, text in a sentence excepted. */
const tooSmall = (page: Page, least: number) =>
  page.evaluate((px) => {
    // What is off the screen until it has the focus is not aimed at.
    const targets = [
      ...document.querySelectorAll<HTMLElement>("button, a[href]:not([class*=skip]), select, summary, [role=tab]"),
    ];
    return targets
      .filter((target) => target.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .filter((target) => !target.closest("p, dd, [role=log], .visually-hidden, .xterm"))
      .map((target) => {
        // A select that lies over its label is as large as that.
        const box = target.getBoundingClientRect();
        return { target, width: box.width, height: box.height };
      })
      .filter(({ width, height }) => width > 1 && (width < px - 0.5 || height < px - 0.5))
      .map(({ target, width, height }) => {
        const name = target.getAttribute("aria-label") ?? target.textContent ?? "";
        return `${name.slice(0, 40)}: ${width.toFixed(0)}×${height.toFixed(0)}`;
      });
  }, least);

withPlayground("targets are at least 24 px", async ({ playground, page }) => {
  await playground.open();
  expect(await tooSmall(page, 24)).toEqual([]);
});

test.describe("under a finger", () => {
  withPlayground.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  withPlayground("targets are at least 44 px", async ({ playground, page }) => {
    await playground.open();
    expect(await page.evaluate(() => matchMedia("(pointer: coarse)").matches)).toBe(true);
    expect(await tooSmall(page, 44)).toEqual([]);
  });

  withPlayground("it is told to tap, the shelf wraps, and the outcome comes to it", async ({ playground, page }) => {
    await playground.open({ scenario: "device-busy" });
    const shelf = page.getByRole("list", { name: "Spare shelf" });
    expect(await shelf.evaluate((row) => row.scrollWidth - row.clientWidth)).toBeLessThanOrEqual(0);
    const dimm = page.locator("[data-handle=d3]");
    await dimm.tap();
    await expect(page.locator("[data-voice]")).toContainText("Tap a place");
    // Where it can be laid comes to whoever has it in the hand.
    await expect(page.locator("[data-place=shelf]")).toBeInViewport({ ratio: 1 });
    await expect(page.locator("[data-voice]")).not.toContainText("Click");
    await dimm.tap();
    await page.evaluate(() => window.__playground?.setSpeed(1));
    await playground.send({ do: "move", dimm: "d3", to: { shelf: true } });
    await playground.idle();
    await expect(page.getByText(/d3 .*: EBUSY/).and(page.locator("[role=status] p"))).toBeVisible();
    await expect(page.getByRole("navigation").getByRole("button", { name: "Verdict" })).toHaveAttribute(
      "data-result",
      "failed",
    );
    // The badge leaves the DIMM in sight, and a finger has more room than the eye is shown.
    const badge = page.locator("[data-control=verdict]").first();
    await badge.scrollIntoViewIfNeeded();
    const box = await badge.boundingBox();
    expect(box?.height).toBeLessThan(24);
    const middle = [(box?.x ?? 0) + (box?.width ?? 0) / 2, (box?.y ?? 0) + (box?.height ?? 0) / 2] as const;
    for (const dy of [-21, 21])
      expect(
        await page.evaluate(([x, y]) => document.elementFromPoint(x, y)?.getAttribute("data-control"), [
          middle[0],
          middle[1] + dy,
        ] as const),
      ).toBe("verdict");
    await page.getByRole("button", { name: "See why" }).tap();
    await expect(page.locator("#panel-verdict")).toBeInViewport();
    await expect(page.getByRole("button", { name: "See why" })).toHaveCount(0);
    // What was read is no news, wherever one goes from there.
    const tabs = page.getByRole("navigation");
    await tabs.getByRole("button", { name: "Box" }).tap();
    await expect(tabs.getByRole("button", { name: "Box" })).toHaveAttribute("aria-current", "location");
    await expect(tabs.getByRole("button", { name: "Verdict" })).not.toHaveAttribute("data-result");
  });
});

withPlayground("a DIMM comes before its buttons", async ({ playground, page }) => {
  // While a question is asked, its answers follow each other instead.
  await playground.open({ scenario: "device-busy" });
  await page.locator("[data-handle=d1]").focus();
  await page.keyboard.press("Tab");
  await expect(page.locator(":focus")).toHaveAttribute("data-control", "attention");
  await page.keyboard.press("Tab");
  await expect(page.locator(":focus")).toHaveAttribute("data-control", "menu");
});

withPlayground("an occupied slot says why it takes nothing", async ({ playground, page }) => {
  await playground.open();
  await page.locator("[data-handle=d1]").click();
  await page.locator("[data-handle=d2]").hover();
  await expect(page.getByText("Not here: another DIMM stands there.")).toBeVisible();
  await page.keyboard.press("Escape");
});

/** Windows of laptops: where room is short, each pixel of a page in the map counts. */
const LAPTOPS = [
  { width: 1280, height: 800, perPage: 2 },
  { width: 1366, height: 768, perPage: 2 },
  { width: 1440, height: 900, perPage: 4 },
] as const;

withPlayground(
  "the page map fills its room in the window of a laptop, and none of it is cut off",
  async ({ playground, page }) => {
    const map = page.getByRole("application", { name: /page by page/ });
    const filled = (perPage: number) =>
      expect(async () => {
        const { canvas, room } = await map.evaluate((element) => {
          const size = (one: Element | null) => ({ width: one?.clientWidth ?? 0, height: one?.clientHeight ?? 0 });
          return { canvas: size(element.querySelector("canvas")), room: size(element.parentElement) };
        });
        expect(canvas.width).toBeLessThanOrEqual(room.width);
        expect(canvas.height).toBeLessThanOrEqual(room.height);
        expect(canvas.width * canvas.height).toBeGreaterThanOrEqual(PAGES_PER_SECTION * perPage);
      }, `${perPage} pixels a page at ${page.viewportSize()?.width}`).toPass();
    for (const { width, height, perPage } of LAPTOPS) {
      await page.setViewportSize({ width, height });
      if (width === LAPTOPS[0].width) await playground.open({ scenario: "busy-server" });
      await filled(perPage);
      // The unfolded time bar takes its room from all, and leaves a picture.
      await page.getByRole("button", { name: timeStrings.unfold }).click();
      await filled(2);
      await page.getByRole("button", { name: timeStrings.fold, exact: true }).click();
    }
  },
);

withPlayground(
  "nothing below the box's head moves when the first question is answered, and tiles that have room don't scroll",
  async ({ playground, page }) => {
    await page.setViewportSize({ width: 1024, height: 768 });
    await playground.open();
    const head = page.locator("[data-box] > div > header");
    await expect(head).toHaveAttribute("data-asking", "");
    // Two lines, in a window as narrow as this one.
    const narrow = await head.boundingBox();
    await expect(page.locator("[data-place=shelf]")).toContainText("drop d1 or d3 here");
    await page.setViewportSize({ width: 1440, height: 900 });
    const asking = await head.boundingBox();
    expect(narrow?.height).toBeGreaterThan(asking?.height ?? 0);
    await page.evaluate(() => window.__playground?.send({ do: "move", dimm: "d3", to: { shelf: true } }));
    await expect(head).not.toHaveAttribute("data-asking", "");
    expect((await head.boundingBox())?.height).toBeCloseTo(asking?.height ?? 0, 2);
    await page.setViewportSize({ width: 1024, height: 768 });
    await expect(async () => expect((await head.boundingBox())?.height).toBeCloseTo(narrow?.height ?? 0, 2)).toPass();
    await page.setViewportSize({ width: 1440, height: 900 });
    const overflow = page
      .locator("[data-panel=memory] [role=listbox]")
      .evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight);
    expect(await overflow).toBe(0);
  },
);

withPlayground(
  "the memory map is laid out once, whatever changes on the page, not first as if it were low",
  async ({ playground, page, browser }) => {
    await page.emulateMedia({ reducedMotion: "no-preference" });
    await playground.open();
    await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline.invalidationTracking"] });
    // Laid out here and now, where it changes: what the size of a container decides is decided in the middle of it.
    for (const place of ["[data-panel=memory] [class*=inspector]", "[data-panel=box] [data-place='A/1/2']"])
      await page.locator(place).evaluate((element) => {
        element.append(document.createElement("p"));
        element.getBoundingClientRect();
      });
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString("utf8")) as {
      readonly traceEvents: readonly {
        readonly name: string;
        readonly args: { readonly data?: { readonly nodeName?: string; readonly reason?: string } };
      }[];
    };
    const invalidations = traceEvents.filter(({ name }) => name === "LayoutInvalidationTracking");
    const said = invalidations.map(({ args: { data } }) => `${data?.reason}: ${data?.nodeName}`);
    expect(said.filter((one) => /^Added to layout: P/.test(one))).toHaveLength(2);
    expect(said.filter((one) => /^Style changed: .*inspector/.test(one))).toEqual([]);
  },
);
