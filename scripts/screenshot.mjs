/**
 * Pictures of the built app.
 *
 * `npm run screenshot` makes docs/screenshot.png, the picture in the README: a DIMM that the kernel doesn't give up; and
 * docs/views, a picture of each view, light and dark; and docs/talk, each scene of the talk of 2013.
 * `npm run screenshot -- --views FOLDER [VIEW…]` makes pictures of the named views (all, if none is) in a folder.
 * `npm run screenshot -- --talk FOLDER [SCENE[/CLICK]…]` makes pictures of the named scenes.
 * `npm run screenshot -- FOLDER [SCENARIO [DIMM]]` fills a folder with the app in each theme and size, for looking at;
 * with a DIMM, after it was pulled.
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { ensurePackages, requireNode, root } from "./setup/packages.mjs";

requireNode();
ensurePackages();

const { importTypeScript } = await import("./import-ts.mjs");
/** @type {typeof import("./setup/built-page.ts")} */
const { openBuiltPage } = await importTypeScript("scripts/setup/built-page.ts");

/** @typedef {{ file: string, width: number, height: number, theme: "light" | "dark", still?: boolean, touch?: boolean }} View */

/** @type {readonly View[]} */
const MATRIX = [
  { file: "light-1440x900", width: 1440, height: 900, theme: "light" },
  { file: "dark-1440x900", width: 1440, height: 900, theme: "dark" },
  { file: "light-1024x768", width: 1024, height: 768, theme: "light" },
  { file: "light-390x844", width: 390, height: 844, theme: "light", touch: true },
  { file: "dark-390x844", width: 390, height: 844, theme: "dark", touch: true },
  { file: "light-3840x2160", width: 3840, height: 2160, theme: "light" },
  { file: "light-1440x900-reduced-motion", width: 1440, height: 900, theme: "light", still: true },
];

const { talkPictures } = await import("./talk-pictures.mjs");
const { viewPictures } = await import("./view-pictures.mjs");

const [folder, scenario, dimm, ...rest] = process.argv.slice(2);
const built = await openBuiltPage().catch((error) => {
  if (!(error instanceof Error) || error.name !== "NoBrowser") throw error;
  console.error(error.message);
  process.exit(1);
});
try {
  if (folder === "--views") {
    const names = [dimm, ...rest].filter((name) => name !== undefined);
    await viewPictures(built, resolve(scenario ?? "docs/views"), names);
  } else if (folder === "--talk") {
    await talkPictures(
      built,
      resolve(scenario ?? "docs/talk"),
      [dimm, ...rest].filter((name) => name !== undefined),
    );
  } else if (folder) {
    mkdirSync(folder, { recursive: true });
    for (const view of MATRIX) await picture(view, join(resolve(folder), `${view.file}.png`), { scenario, dimm });
  } else {
    mkdirSync(join(root, "docs"), { recursive: true });
    const view = /** @type {const} */ ({ file: "screenshot", width: 1440, height: 900, theme: "light", still: true });
    await picture(view, join(root, "docs/screenshot.png"), { scenario: "device-busy", dimm: "d3", culprit: true });
    await viewPictures(built, join(root, "docs/views"));
    await talkPictures(built, join(root, "docs/talk"));
  }
} finally {
  await built.close();
}

/**
 * @param {View} view
 * @param {string} path
 * @param {{ scenario?: string | undefined, dimm?: string | undefined, culprit?: boolean }} shown
 */
async function picture({ width, height, theme, still = false, touch = false }, path, shown) {
  const context = await built.browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: still ? "reduce" : "no-preference",
    hasTouch: touch,
  });
  const page = await context.newPage();
  await page.goto(built.url);
  await page.waitForFunction(() => window.__playground?.store.getState().status === "running");
  await page.evaluate(async ({ scenario, dimm }) => {
    const playground = window.__playground;
    if (!playground) throw new Error("The page has no playground.");
    if (scenario) playground.load(scenario);
    await playground.whenIdle();
    if (!dimm) return;
    const { speed } = playground.store.getState();
    playground.setSpeed(1);
    await playground.send({ do: "move", dimm, to: { shelf: true } });
    await playground.whenIdle();
    playground.setSpeed(speed);
    await playground.whenIdle();
  }, shown);
  if (shown.culprit) {
    await page.getByRole("button", { name: "Show the page" }).click();
    await page.evaluate(() => window.__playground?.whenIdle());
  }
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.screenshot({ path, animations: still ? "disabled" : "allow" });
  console.log(path);
  await context.close();
}
