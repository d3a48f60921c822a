/** The address keeps what is looked at, and the time bar says when things happened. */
import { expect, type PlaygroundPage, test } from "./support/playground.ts";

const looked = async (playground: PlaygroundPage) => {
  const { scenario, kernels, speed, selection } = await playground.state();
  return { scenario, kernels, speed, block: selection.block, node: selection.node };
};

test("reload, back and forward keep scenario, kernels, speed and selection", async ({ playground, page }) => {
  await playground.open();
  const first = await looked(playground);
  await page.getByLabel(/^Scenario/).selectOption("device-busy");
  await expect.poll(async () => (await playground.state()).status).toBe("running");
  await page.getByRole("combobox", { name: /^Kernel of/ }).selectOption("6.12");
  await expect.poll(async () => (await playground.state()).kernels).toEqual({ A: "6.12" });
  await playground.idle();
  await page.getByRole("combobox", { name: "Speed of simulated time" }).selectOption(String(1 / 64));
  await page.evaluate(() => window.__playground?.select({ block: "A:33" }));
  const last = { scenario: "device-busy", kernels: { A: "6.12" }, speed: 1 / 64, block: "A:33", node: "A/0" };
  await expect.poll(() => page.url()).toContain("block=A:33");
  expect(await looked(playground)).toMatchObject(last);

  await page.reload();
  await expect.poll(async () => (await playground.state().catch(() => null))?.status).toBe("running");
  expect(await looked(playground)).toMatchObject(last);

  await page.goBack();
  await expect.poll(async () => (await looked(playground)).kernels).toEqual({});
  await page.goBack();
  await expect.poll(async () => (await looked(playground)).scenario).toBe(first.scenario);
  await page.goForward();
  await page.goForward();
  await expect.poll(() => looked(playground)).toMatchObject(last);
});

test("marks, clock and axis of the time bar agree", async ({ playground, page }) => {
  await playground.open({ scenario: "device-busy" });
  await page.evaluate(() => window.__playground?.setSpeed(1));
  await playground.send({ do: "move", dimm: "d3", to: { shelf: true } });
  await playground.idle();
  await page.evaluate(() => window.__playground?.setSpeed(0));
  await playground.idle();
  const { now } = await playground.state();
  const bar = page.locator("footer");
  await expect(bar.locator("time")).toContainText(/\d\d:\d\d\.\d{3}/);
  expect(await bar.getByRole("list", { name: "Simulated time since power-on" }).innerText()).toMatch(/\d (ms|s|min)\n/);
  // Every place on the bar is the same share of simulated time.
  const places = await bar.evaluate((footer, time) => {
    const at = [...footer.querySelectorAll<HTMLElement>("[data-at]")].map((element) => ({
      at: Number(element.dataset.at),
      x: element.getBoundingClientRect().left,
    }));
    const passed = footer.querySelector("[class*=passed]")?.getBoundingClientRect();
    return [...at, { at: time, x: (passed?.right ?? 0) - 1 }];
  }, now);
  expect(places.length).toBeGreaterThan(5);
  const [first, second] = [places[0], places.find(({ at }) => at > (places[0]?.at ?? 0))];
  if (!first || !second) throw new Error("the bar has nothing on it");
  const scale = (second.x - first.x) / (second.at - first.at);
  for (const { at, x } of places) expect(Math.abs(first.x + (at - first.at) * scale - x)).toBeLessThan(3);
});
