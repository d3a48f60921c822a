/**
 * A picture of each scene of the talk of 2013, after its last click (or another), as the audience sees it: docs/talk/NN-ID.webp, at most
 * 60 KiB each.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Bytes of a picture, at most. */
const MOST = 60 * 1024;
const WIDTH = 1280;
/** Scenes that say most before their last click: after which. */
const BEST = /** @type {Readonly<Record<string, number>>} */ ({ limitation: 3 });

/**
 * @param {import("./setup/built-page.ts").BuiltPage} built
 * @param {string} folder
 * @param {readonly string[]} ids of scenes, or `id/cue`; none: all, after their last click
 */
export async function talkPictures({ browser, url }, folder, ids = []) {
  mkdirSync(folder, { recursive: true });
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(`${url}#talk=2013`);
  await page.waitForFunction(() => window.__talk?.player.store.getState().hash);
  const scenes = await page.evaluate(() => window.__talk?.player.talk.scenes.map(({ id, cues }) => [id, cues.length]));
  for (const [i, [id, cues]] of /** @type {[string, number][]} */ (scenes ?? []).entries()) {
    const asked = ids.find((one) => one.split("/")[0] === id);
    if (ids.length > 0 && asked === undefined) continue;
    const cue = asked?.includes("/") ? Number(asked.split("/")[1]) : (BEST[id] ?? cues);
    await page.evaluate((place) => window.__talk?.goTo(place), { scene: i, cue });
    await page.waitForFunction(
      ({ scene, at }) => {
        const { place, hash } = window.__talk?.player.store.getState() ?? {};
        return place?.scene === scene && place.cue === at && hash;
      },
      { scene: i, at: cue },
      { timeout: 120_000 },
    );
    // Experiments of the tables are at their end, and what was drawn in between is drawn.
    await page
      .waitForFunction(() => !document.body.innerText.includes("…"), undefined, { timeout: 60_000 })
      .catch(() => {});
    await page.evaluate(() => window.__playground?.whenIdle());
    await page.waitForTimeout(400);
    const png = await page.screenshot({ animations: "disabled" });
    const path = join(folder, `${String(i + 1).padStart(2, "0")}-${id}.webp`);
    writeFileSync(path, await asWebp(context, png));
    console.log(path);
  }
  await context.close();
}

/**
 * The browser makes it smaller, and as good as fits.
 * @param {import("@playwright/test").BrowserContext} context
 * @param {Buffer} png
 */
async function asWebp(context, png) {
  const page = await context.newPage();
  const parts = await page.evaluate(
    async ({ base64, width, most }) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const picture = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
      const canvas = new OffscreenCanvas(width, Math.round((picture.height * width) / picture.width));
      const pen = canvas.getContext("2d");
      if (!pen) throw new Error("no canvas");
      pen.imageSmoothingQuality = "high";
      pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
      for (let quality = 0.92; ; quality -= 0.06) {
        const blob = await canvas.convertToBlob({ type: "image/webp", quality });
        if (blob.size <= most || quality < 0.2) return [...new Uint8Array(await blob.arrayBuffer())];
      }
    },
    { base64: png.toString("base64"), width: WIDTH, most: MOST },
  );
  await page.close();
  return Buffer.from(parts);
}
