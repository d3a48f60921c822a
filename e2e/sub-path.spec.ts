import { expect, test } from "./support/playground.ts";

const FOLDER = "/some/deep/folder/";

test("the build works in any folder of a host", async ({ playground, page, baseURL }) => {
  const outside: string[] = [];
  await page.context().route("**/*", (route) => {
    const url = new URL(route.request().url());
    // The server knows only its own root, so what the page asks of the folder comes from there.
    if (url.pathname.startsWith(FOLDER)) {
      return route.continue({ url: new URL(url.pathname.slice(FOLDER.length), baseURL).href });
    }
    outside.push(url.href);
    return route.continue();
  });
  await playground.open({ at: FOLDER });
  expect((await playground.state()).status).toBe("running");
  expect(outside).toEqual([]);
});
