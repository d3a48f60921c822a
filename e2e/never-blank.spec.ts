/** Whatever keeps the page from starting, there is a sentence and never nothing. */
import { pathToFileURL } from "node:url";
import { test as bare, expect } from "@playwright/test";

const SENTENCE = "If this sentence stays, its scripts could not be loaded";

bare("without its script the page says what is missing", async ({ page }) => {
  await page.route(/index-[^/]*\.js$/, (route) => route.abort());
  await page.goto("./");
  await expect(page.getByText(SENTENCE)).toBeVisible();
});

bare("while a slow network still brings its script the page says so, and then starts", async ({ page }) => {
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => (arrive = resolve));
  await page.route(/index-[^/]*\.js$/, async (route) => {
    await arrived;
    await route.continue();
  });
  // Not until the page is loaded: it won't be before its script is.
  await page.goto("./", { waitUntil: "commit" });
  await expect(page.getByText("The Hotplug Playground is being fetched.")).toBeVisible();
  await expect(page.getByText(SENTENCE)).toBeVisible();
  arrive();
  await expect(page.getByRole("heading", { name: "The box" })).toBeVisible();
  await expect(page.getByText(SENTENCE)).toHaveCount(0);
});

bare("opened as a file it says so", async ({ page }) => {
  await page.goto(pathToFileURL("dist/index.html").href);
  await expect(page.getByText(SENTENCE)).toBeVisible();
  await expect(page.getByText("opened as a file instead of from a server")).toBeVisible();
});

bare("in a sandboxed frame there is a sentence", async ({ page, baseURL }) => {
  await page.route("**/frame.html", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<iframe sandbox="allow-scripts" src="${baseURL}" width="900" height="700"></iframe>`,
    }),
  );
  await page.goto("./frame.html");
  const frame = page.frameLocator("iframe");
  await expect(frame.getByText(SENTENCE).or(frame.getByRole("heading", { name: "The box" }))).toBeVisible();
});

bare("a worker that is refused is a sentence with ways out", async ({ page }) => {
  await page.addInitScript(() => {
    window.Worker = class {
      constructor() {
        throw new DOMException("Access is denied", "SecurityError");
      }
    } as unknown as typeof Worker;
  });
  await page.goto("./");
  await expect(page.getByRole("alert")).toContainText("this page may not start a worker (Access is denied)");
  await expect(page.getByRole("button", { name: "Load the page again" })).toBeVisible();
});

bare("the licences of all that is shipped are beside it", async ({ page, request }) => {
  await page.goto("./");
  await expect(page.getByText(SENTENCE)).toHaveCount(0);
  const text = await (await request.get("./licences.txt")).text();
  expect(text).toContain("SIL OPEN FONT LICENSE");
  expect(text).toMatch(/^react-dom \d/m);
});
