/** Choosing the kernel: the scenario begins anew, and the box behaves as that kernel does. */
import type { Page } from "@playwright/test";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, test } from "./support/playground.ts";

const chooser = (page: Page) => page.getByRole("combobox", { name: /^Kernel of Database server/ });
const kernelIs = (page: Page, kernel: string) =>
  page.waitForFunction((wanted) => {
    const state = window.__playground?.store.getState();
    return state?.status === "running" && state.records.partition.A?.kernel === wanted;
  }, kernel);

test("a kernel that cannot remove memory refuses, and the verdict says since when Linux can", async ({
  playground,
  page,
}) => {
  await playground.open({ scenario: "busy-server" });
  await expect(chooser(page)).toHaveValue("7.3");
  await chooser(page).selectOption("3.8");
  await kernelIs(page, "3.8");
  await playground.idle();
  await expect(page.getByRole("banner")).toContainText("Linux 3.8");
  const changes = page.getByRole("region", { name: "Linux 7.3 → Linux 3.8" });
  await expect(changes.getByRole("row", { name: "removes memory yes no" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(changes).toHaveCount(0);
  const { records } = await playground.state();
  expect(records.partition.B?.kernel).toBe("7.3");

  await playground.send({ do: "move", dimm: "d3", to: { slot: "A/0/2" } });
  await playground.idle();
  const verdict = page.locator("#panel-verdict");
  await expect(verdict).toContainText("d3 stayed in node 1: EPERM");
  await expect(verdict).toContainText("Linux 3.8 cannot remove memory");
  expect((await playground.state()).records.slot["A/1/0"]?.dimm).toBe("d3");
  expect(await playground.audit()).toEqual([]);
});

test("what the first question says is only said of the kernel that makes it true", async ({ page }) => {
  const question = page.getByText("Linux will let one of d1 and d3 go");
  // A word at the address's end that nobody knows says nothing, as a name that nobody knows.
  await page.goto("#lessns");
  await expect(question).toBeVisible();
  // No zone for what can be moved there: neither goes.
  await chooser(page).selectOption("3.8");
  await kernelIs(page, "3.8");
  await expect(question).toBeHidden();
});

test("what was chosen stays when the scenario is started again, and goes with another scenario", async ({
  playground,
  page,
}) => {
  await playground.open({ scenario: "busy-server" });
  await chooser(page).selectOption("what-if");
  await kernelIs(page, "what-if");
  await playground.idle();
  await page.keyboard.press("Shift+R");
  await kernelIs(page, "what-if");
  await playground.idle();
  await expect(chooser(page)).toHaveValue("what-if");
  await playground.load("device-busy");
  await kernelIs(page, "6.1");
});

test("with kernel memory that can move, the busy DIMM leaves", async ({ playground, page }) => {
  await playground.open({ scenario: "device-busy" });
  await chooser(page).selectOption("what-if");
  await kernelIs(page, "what-if");
  await playground.idle();
  await playground.send({ do: "move", dimm: "d3", to: { slot: "A/0/2" } });
  await playground.idle();
  const { records } = await playground.state();
  expect(records.slot["A/0/2"]?.dimm).toBe("d3");
  await expect(page.locator("#panel-verdict")).toContainText(/d3 left node 1/);
  await expect(page.locator("#panel-verdict")).toContainText(
    /[\d,]+ kernel pages moved, [\d,]+ entries split, all CPUs waited [\d.]+ ms/,
  );
  expect(await playground.audit()).toEqual([]);
});

test("the kernel is chosen by keyboard, from the list of all actions too", async ({ playground, page }) => {
  await playground.open({ scenario: "busy-server" });
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "What do you want to do?" }).fill("boot 3.9");
  await page.keyboard.press("Enter");
  await kernelIs(page, "3.9");
  await playground.idle();
  await expect(chooser(page)).toHaveValue("3.9");
  await expectAccessible(page);
});
