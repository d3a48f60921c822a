/** The built page sets its own policy, works under it, and what the policy is there to refuse is refused. */
import type { Page } from "@playwright/test";
import { expect, test } from "./support/playground.ts";

declare global {
  interface Window {
    violations: string[];
  }
}

const violations = (page: Page) => page.evaluate(() => window.violations);

test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      window.violations.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
});

test("nothing that a person does breaks the page's own policy", async ({ playground, page }) => {
  await playground.open({ scenario: "busy-server" });
  await page.evaluate(() => window.__playground?.setSpeed(1));
  const policy = page.locator("meta[http-equiv=Content-Security-Policy]");
  await expect(policy).toHaveAttribute("content", /default-src 'self';.*require-trusted-types-for 'script'/);

  const start = await page.getByRole("button", { name: /^DIMM d4,/ }).boundingBox();
  if (!start) throw new Error("d4 is not in sight");
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(start.x - 150, start.y + 150, { steps: 5 });
  await expect(page.locator("[data-carried], [data-carrying]").first()).toBeAttached();
  await page.keyboard.press("Escape");
  await page.mouse.up();

  await page.keyboard.press("Control+`");
  const screen = page.locator("#panel-terminal [role=tabpanel] > :not([hidden]) .xterm-rows");
  await expect(screen).toContainText(/[#$]\s*$/);
  await page.keyboard.type("lsmem | grep --color=always online\n");
  await expect(screen).toContainText("Total online memory");
  await page.getByRole("button", { name: "Theme: as the system" }).click();

  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.locator("h1").click();
  await page.keyboard.press("Shift+?");
  await expect(page.getByRole("dialog")).toBeVisible();
  expect(await violations(page)).toEqual([]);
});

test("injected script, text run as code and foreign workers are refused", async ({ page }) => {
  await page.goto("./");
  await expect(page.getByRole("heading", { name: "The box" })).toBeVisible();
  // From tasks of their own: what the test itself runs at once the browser may let pass.
  const refused = await page.evaluate(async () => {
    type Types = { createPolicy(name: string, rules: object): unknown };
    const types = (window as unknown as { trustedTypes: Types }).trustedTypes;
    const ways: Record<string, () => unknown> = {
      // biome-ignore lint/security/noGlobalEval: that it is refused is what is tested.
      eval: () => window.eval("window.broken = true"),
      function: () => new Function("window.broken = true")(),
      html: () => document.body.insertAdjacentHTML("beforeend", "<b>x</b>"),
      worker: () => new window.Worker("./assets/other.js"),
      policy: () => types.createPolicy("another", {}),
      second: () => types.createPolicy("simulator-worker", {}),
      handler: () => document.body.setAttribute("onclick", "window.broken = true"),
    };
    const names: string[] = [];
    for (const [name, way] of Object.entries(ways))
      await new Promise<void>((done) =>
        setTimeout(() => {
          try {
            way();
          } catch {
            names.push(name);
          }
          done();
        }),
      );
    return names;
  });
  expect(refused).toEqual(["eval", "function", "html", "worker", "policy", "second", "handler"]);
  expect(await page.evaluate(() => "broken" in window)).toBe(false);
});

test("a script that was written into the page on its way doesn't run", async ({ page, baseURL }) => {
  await page.route(baseURL ?? "", async (route) => {
    const response = await route.fetch();
    const text = (await response.text()).replace("</body>", "<script>window.broken = true</script></body>");
    await route.fulfill({ response, body: text });
  });
  await page.goto("./");
  await expect(page.getByRole("heading", { name: "The box" })).toBeVisible();
  expect(await page.evaluate(() => "broken" in window)).toBe(false);
  expect((await violations(page)).map((line) => line.split(" ")[0])).toEqual(["script-src-elem"]);
});
