/** The terminal: a shell on the machine that the picture shows. */
import type { Browser, Locator, Page } from "@playwright/test";
import { type MainThread, recordMainThread } from "../scripts/bench/main-thread.ts";
import { expectAccessible } from "./support/accessibility.ts";
import { expect, type PlaygroundPage, test } from "./support/playground.ts";

const panel = (page: Page) => page.locator("#panel-terminal");
/** What the terminal in front shows. */
const screen = (page: Page) => panel(page).locator("[role=tabpanel] > :not([hidden]) .xterm-rows");
const tabs = (page: Page) => page.getByRole("tablist", { name: "Open terminals" }).getByRole("tab");
const input = (page: Page) => page.getByRole("textbox", { name: /^Shell on/ });
const PROMPT = /[#$]\s*$/;

async function openTerminal(page: Page): Promise<void> {
  await page.keyboard.press("Control+`");
  await expect(screen(page)).toContainText(PROMPT);
  await expect(input(page)).toBeFocused();
}
/** A busy server at full speed, and a shell on it. */
async function begin(playground: PlaygroundPage, page: Page): Promise<void> {
  await playground.open({ scenario: "busy-server" });
  await setSpeed(page, 1);
  await openTerminal(page);
}
async function type(page: Page, line: string): Promise<void> {
  await page.keyboard.type(line);
  await page.keyboard.press("Enter");
}
/** The shell is at its prompt again. */
const atPrompt = (page: Page) => expect(tabs(page).and(page.locator("[data-busy]"))).toHaveCount(0);
const busy = (page: Page) => expect(tabs(page).and(page.locator("[data-busy]"))).toHaveCount(1);
const setSpeed = (page: Page, speed: number) => page.evaluate((value) => window.__playground?.setSpeed(value), speed);
const frames = (page: Page, count: number) =>
  page.evaluate(async (most) => {
    for (let frame = 0; frame < most; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
  }, count);

test("nothing of it is fetched before it is opened", async ({ playground, page }) => {
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(request.url()));
  await playground.open();
  expect(fetched.filter((url) => /Terminal|session|shell/i.test(url))).toEqual([]);
  expect(await page.locator(".xterm").count()).toBe(0);
  await openTerminal(page);
  expect(fetched.some((url) => /TerminalView.*\.js/.test(url))).toBe(true);
});

test("what is typed moves the picture, and the kernel answers in the terminal", async ({ playground, page }) => {
  await begin(playground, page);
  await type(page, "cat /sys/devices/system/memory/memory0/valid_zones");
  await expect(screen(page)).toContainText(/valid_zones\s*(none|DMA)/);

  const block = Object.values((await playground.state()).records.block).find(
    ({ partition, zone }) => partition === "A" && zone === "Movable",
  );
  await type(page, `echo offline > /sys/devices/system/memory/memory${block?.number}/state`);
  // The prompt is still there until the line has arrived: what the line brings about comes first.
  await expect(page.locator("#panel-verdict")).toContainText(`memory${block?.number} is offline`);
  await atPrompt(page);
  await playground.idle();
  expect((await playground.state()).records.block[block?.key ?? ""]?.state).toBe("offline");

  await type(page, "echo nonsense > /sys/devices/system/memory/memory0/state");
  await expect(screen(page)).toContainText("write error: Invalid argument");
  expect(await playground.audit()).toEqual([]);
});

test("what the mouse does appears as the lines that would do it, in the terminal and in the log", async ({
  playground,
  page,
}) => {
  await begin(playground, page);
  await page.keyboard.type("echo kept");
  await playground.send({ do: "move", dimm: "d3", to: { shelf: true } });
  await expect(screen(page)).toContainText("echo 1 > /sys/bus/acpi/devices/PNP0C80:03/eject");
  await expect(screen(page)).toContainText(/for n in \{\d+\.\.\d+\}; do echo offline/);
  await page.keyboard.press("Enter");
  await expect(screen(page)).toContainText(/\skept/);
  await playground.idle();
  await playground.send({ do: "move", dimm: "d6", to: { slot: "A/0/2" } });
  await expect(screen(page)).toContainText("firmware tells the kernel to check PNP0C80:02");
  // The terminal has its drawer, and the log its place beside it.
  await expect(page.getByRole("log")).toContainText("# echo 1 > /sys/bus/acpi/devices/PNP0C80:03/eject");
});

test("a path or a page in the text is a way to it, by mouse in the terminal and by keys in the log", async ({
  playground,
  page,
}) => {
  await begin(playground, page);
  await type(page, "cat /sys/devices/system/memory/memory44/state");
  await expect(screen(page)).toContainText("online");
  await page.evaluate(() => window.__playground?.select({ block: null, node: "B/0" }));
  await clickText(page, screen(page), "memory44");
  await expect.poll(async () => (await playground.state()).selection.block).toBe("A:44");

  const block = (await playground.state()).records.block["A:45"];
  await type(page, `echo pfn 0x${((block?.startPfn ?? 0) + 7).toString(16)}`);
  await clickText(page, screen(page).locator("> div").filter({ hasText: /^pfn/ }), "0x");
  await expect
    .poll(async () => (await playground.state()).selection)
    .toMatchObject({
      block: "A:45",
      pfn: (block?.startPfn ?? 0) + 7,
    });

  await type(page, "echo offline > /sys/devices/system/memory/memory46/state");
  await atPrompt(page);
  await page
    .getByRole("log")
    .getByRole("button", { name: /memory46\/state/ })
    .press("Enter");
  await expect.poll(async () => (await playground.state()).selection.block).toBe("A:46");
});

/** Clicks on the first place where a text stands in a terminal. */
async function clickText(page: Page, where: Locator, text: string): Promise<void> {
  const spot = await where.evaluate((element, wanted) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.textContent?.indexOf(wanted) ?? -1;
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x: x + width / 2, y: y + height / 2 };
    }
    throw new Error(`"${wanted}" does not stand in ${element.textContent}`);
  }, text);
  // A link comes to be when it is pointed at.
  await page.mouse.move(spot.x - 1, spot.y);
  await page.mouse.move(spot.x, spot.y);
  await expect(page.locator(".xterm-cursor-pointer")).toHaveCount(1);
  await page.mouse.click(spot.x, spot.y);
}

declare global {
  interface Window {
    /** Set by `interrupt`: milliseconds from Ctrl-C to the prompt. */
    __interrupted?: Promise<number>;
  }
}

/** Presses Ctrl-C; milliseconds until the shell is at its prompt again, by the page's own clock. */
async function interrupt(page: Page): Promise<number> {
  await page.evaluate(() => {
    window.__interrupted = new Promise((resolve) => {
      const onKey = ({ key }: KeyboardEvent) => {
        if (key !== "c") return;
        window.removeEventListener("keydown", onKey, true);
        const pressed = performance.now();
        const look = () => {
          if (document.querySelector("#panel-terminal [role=tab][data-busy]")) setTimeout(look);
          else resolve(performance.now() - pressed);
        };
        look();
      };
      window.addEventListener("keydown", onKey, true);
    });
  });
  await page.keyboard.press("Control+c");
  const waited = await page.evaluate(() => window.__interrupted);
  if (waited === undefined) throw new Error("Nothing measured the time.");
  return waited;
}

/** What a frame takes of the main thread that is busier than nine in ten, ms. */
const busiest = ({ processor }: MainThread): number =>
  processor.frames.toSorted((one, other) => one - other)[Math.floor(processor.frames.length * 0.9)] ?? 0;

/** What runs while it lasts leaves the page its frames. */
async function expectFrames(browser: Browser, page: Page, quiet: MainThread): Promise<void> {
  const during = await recordMainThread(browser, page, () => frames(page, 120));
  expect(during.processor.frames.length).toBeGreaterThan(60);
  // Time on a processor, and against the frames before: what else this computer does is no property of the page.
  expect(busiest(during) - busiest(quiet), "ms of a frame that it takes").toBeLessThan(1000 / 60 / 2);
}

/** From Ctrl-C to the prompt, ms: 100 is what a person should wait at most; the rest is for computers that have other things to do. */
const SOON = 400;

for (const [what, line] of [
  ["a loop that never ends", "while :; do :; done"],
  ["a flood of output", "yes | head -c 100000000"],
  ["a fork bomb", "bomb() { bomb | bomb; }; bomb"],
] as const) {
  test(`${what} leaves the page its frames, and Ctrl-C ends it at once`, async ({ playground, page, browser }) => {
    await begin(playground, page);
    const quiet = await recordMainThread(browser, page, () => frames(page, 120));
    await type(page, line);
    await busy(page);
    await expectFrames(browser, page, quiet);
    await busy(page);
    expect(await interrupt(page), "from the key to the prompt, ms").toBeLessThan(SOON);
    await expect(screen(page)).toContainText(PROMPT);
    await type(page, "echo still $((40 + 2))");
    await expect(screen(page)).toContainText("still 42");
    await expect.poll(() => commands(page)).toBe(1);
    expect(await playground.audit()).toEqual([]);
  });
}

/** Processes that shells started, the shells included. */
const commands = (page: Page) =>
  page.evaluate(
    () =>
      Object.values(window.__playground?.store.getState().records.process ?? {}).filter(
        ({ load }) => load === "command",
      ).length,
  );

test("a fork bomb in the background leaves the terminal usable; killall ends it, and so does closing", async ({
  playground,
  page,
  browser,
}) => {
  await begin(playground, page);
  const quiet = await recordMainThread(browser, page, () => frames(page, 120));
  await type(page, ":(){ :|:& };:");
  // It fills what there is room for.
  await expect.poll(() => commands(page)).toBeGreaterThan(200);
  await type(page, "sleep 1000");
  await busy(page);
  await expectFrames(browser, page, quiet);
  expect(await interrupt(page), "from the key to the prompt, ms").toBeLessThan(SOON);
  await type(page, "killall bash");
  await expect.poll(() => commands(page)).toBe(1);
  await type(page, "echo still $((40 + 2))");
  await expect(screen(page)).toContainText("still 42");

  await type(page, "bomb() { bomb | bomb & }; bomb");
  await expect.poll(() => commands(page)).toBeGreaterThan(200);
  await page.getByRole("button", { name: /^Close the terminal A/ }).click();
  await expect.poll(() => commands(page)).toBe(0);
  expect(await playground.audit()).toEqual([]);
});

test("an offline that can never end leaves the page its frames, and Ctrl-C ends it at once", async ({
  playground,
  page,
  browser,
}) => {
  await begin(playground, page);
  const quiet = await recordMainThread(browser, page, () => frames(page, 120));
  // Pages that something has pinned cannot be moved: the kernel tries until it is told to stop.
  const block = Object.values((await playground.state()).records.block).find(
    ({ partition, zone }) => partition === "A" && zone === "Movable",
  );
  const node = block?.nodes[0] ?? 0;
  await playground.send({ do: "load", partition: "A", load: { kind: "pin", mib: 64, node } });
  await playground.idle();
  const pinned = Object.values((await playground.state()).records.block).find(
    ({ partition, pinned: pages, zone }) => partition === "A" && zone === "Movable" && pages > 0,
  );
  expect(pinned).toBeDefined();
  await type(page, `echo offline > /sys/devices/system/memory/memory${pinned?.number}/state`);
  await busy(page);
  await expectFrames(browser, page, quiet);
  await busy(page);
  expect(await interrupt(page), "from the key to the prompt, ms").toBeLessThan(SOON);
  await playground.idle();
  expect((await playground.state()).records.block[pinned?.key ?? ""]?.state).toBe("online");
  expect(await playground.audit()).toEqual([]);
});

test("a script that is dropped or picked lands in the home folder, and runs", async ({ playground, page }) => {
  await begin(playground, page);
  await panel(page)
    .getByRole("tabpanel")
    .evaluate((target) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(["echo from the script: $1\r\n"], "my script.sh"));
      for (const name of ["dragover", "drop"])
        target.dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }));
    });
  await expect(screen(page)).toContainText("/root/my-script.sh is here");
  await type(page, "bash my-script.sh hello");
  await expect(screen(page)).toContainText("from the script: hello");

  const choosing = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Put a script into the home folder" }).click();
  await (await choosing).setFiles({ name: "a.out", mimeType: "", buffer: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0]) });
  await expect(screen(page)).toContainText("a.out is no text");
});

test("each partition can have terminals of its own", async ({ playground, page }) => {
  await begin(playground, page);
  await expect(tabs(page)).toHaveText(["A"]);
  await page.getByRole("combobox", { name: "New terminal" }).selectOption("B");
  await page.getByRole("combobox", { name: "New terminal" }).selectOption("A");
  await expect(tabs(page)).toHaveText(["A", "B", "A 2"]);
  await tabs(page).nth(1).click();
  await type(page, "echo offline > /sys/devices/system/memory/memory9999/state");
  await expect(screen(page)).toContainText(/memory9999\/state: (Permission denied|No such file)/);
  await tabs(page).nth(1).press("ArrowRight");
  await expect(tabs(page).nth(2)).toBeFocused();
  await expect(screen(page)).not.toContainText("memory9999");
  await page.getByRole("button", { name: /^Close the terminal A 2/ }).click();
  await expect(tabs(page)).toHaveText(["A", "B"]);
  await input(page).focus();
  await type(page, "exit");
  await expect(tabs(page)).toHaveText(["A"]);
});

test("it is opened, left, enlarged and closed by keys, and Escape is the shell's", async ({ playground, page }) => {
  await playground.open({ scenario: "busy-server" });
  await page.locator("[data-item]").first().focus();
  await openTerminal(page);
  await page.keyboard.press("Escape");
  await expect(input(page)).toBeFocused();
  await page.keyboard.press("F6");
  await expect(tabs(page).first()).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: /^Close the terminal A/ })).toBeFocused();
  await page.getByRole("button", { name: /into the side column/ }).press("Enter");
  await expect(input(page)).toBeFocused();
  await page.getByRole("button", { name: /drawer along the bottom/ }).press("Enter");
  await expect(input(page)).toBeFocused();
  const grip = page.getByRole("separator", { name: "Height of the terminal drawer" });
  const before = (await panel(page).boundingBox())?.height ?? 0;
  await grip.press("ArrowUp");
  await expect.poll(async () => (await panel(page).boundingBox())?.height ?? 0).toBeGreaterThan(before);
  await input(page).focus();
  await page.keyboard.press("Control+`");
  await expect(panel(page)).toBeHidden();
  await page.keyboard.press("x");
  await expect(input(page)).toBeFocused();
  await expect(grip).toBeVisible();
});

test("a scenario that begins again gives the terminal a new shell", async ({ playground, page }) => {
  await begin(playground, page);
  await type(page, "while :; do :; done");
  await busy(page);
  await playground.load("device-busy");
  await expect(screen(page)).toContainText("Another scenario was loaded.");
  await expect(screen(page)).toContainText(PROMPT);
  await setSpeed(page, 1);
  await input(page).focus();
  await type(page, "echo back");
  await expect(screen(page)).toContainText(/\sback/);
});

test("while time stands still a command waits, and says why", async ({ playground, page }) => {
  await playground.open({ scenario: "busy-server" });
  await openTerminal(page);
  await setSpeed(page, 0);
  await type(page, "sleep 0.01; echo it ran");
  await expect(panel(page).getByRole("status")).toContainText("Time stands still");
  await panel(page).getByRole("button", { name: "Run time" }).click();
  await expect(screen(page)).toContainText(/\sit ran/);
  await expect(panel(page).getByRole("status")).toHaveCount(0);
});

test("a sleep says what it costs at this speed, and offers real time", async ({ playground, page }) => {
  await begin(playground, page);
  await setSpeed(page, 1 / 16);
  await type(page, "sleep 100");
  const notice = panel(page).getByRole("status");
  await expect(notice).toContainText("sleep 100 takes 27 min at 1/16 speed");
  await expectAccessible(page);
  await notice.getByRole("button", { name: "Run at real time" }).click();
  await expect(notice).toHaveCount(0);
  expect((await playground.state()).speed).toBe(1);
  await setSpeed(page, 1 / 64);
  await expect(notice).toContainText("at 1/64 speed");
  await input(page).focus();
  await page.keyboard.press("Control+c");
  await expect(notice).toHaveCount(0);
  await atPrompt(page);
});

test("it greets with commands; a click puts one on the prompt, and Enter runs it", async ({ playground, page }) => {
  await begin(playground, page);
  await expect(screen(page)).toContainText("Linux 7.3 on Database server, simulated.");
  await clickText(page, screen(page), "numactl");
  await expect(screen(page)).toContainText(/# numactl -H\s*$/);
  await expect(input(page)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(screen(page)).toContainText("node distances:");
  await type(page, "help | grep lsmem");
  await expect(screen(page)).toContainText("list the ranges of memory");
});

test("screen reader mode is a setting that stays", async ({ playground, page }) => {
  await begin(playground, page);
  await expect(page.locator(".xterm-accessibility")).toHaveCount(0);
  await page.getByRole("button", { name: "Screen reader mode" }).click();
  await expect(page.locator(".xterm-accessibility")).toHaveCount(1);
  await page.reload();
  await playground.idle();
  await openTerminal(page);
  await setSpeed(page, 1);
  await type(page, "echo read this out");
  await expect(page.locator(".xterm-accessibility-tree")).toContainText("read this out");
  await expectAccessible(page);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing with the terminal open, ${colorScheme}`, async ({ playground, page }) => {
    await page.emulateMedia({ colorScheme });
    await begin(playground, page);
    await type(page, "echo nonsense > /sys/devices/system/memory/memory0/state");
    await expect(screen(page)).toContainText("error");
    await playground.send({ do: "move", dimm: "d3", to: { slot: "A/0/2" } });
    await playground.idle();
    await expectAccessible(page);
    await page.getByRole("button", { name: /into the side column/ }).click();
    await expectAccessible(page);
  });
}

for (const [width, height] of [
  [390, 844],
  [1024, 768],
  [1440, 900],
] as const) {
  test(`with the terminal open nothing is cut off sideways at ${width}×${height}`, async ({ playground, page }) => {
    await page.setViewportSize({ width, height });
    await playground.open({ scenario: "busy-server" });
    await openTerminal(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    const room = await panel(page).boundingBox();
    const drawn = await panel(page).locator(".xterm-screen").boundingBox();
    expect((drawn?.x ?? 0) + (drawn?.width ?? 0)).toBeLessThanOrEqual((room?.x ?? 0) + (room?.width ?? 0));
    expect((drawn?.y ?? 0) + (drawn?.height ?? 0)).toBeLessThanOrEqual((room?.y ?? 0) + (room?.height ?? 0));
    await expect(screen(page)).toBeInViewport();
  });
}

for (const [width, height] of [
  [768, 1024],
  [1024, 768],
  [1440, 900],
] as const)
  test(`a line has 80 columns, and lsmem fits, at ${width}×${height}`, async ({ playground, page }) => {
    await page.setViewportSize({ width, height });
    await begin(playground, page);
    await type(page, "clear; lsmem");
    await expect(screen(page)).toContainText("Total offline memory:");
    // Each range on a row of its own, from its address to its last block.
    const rows = await screen(page).locator("> div").allTextContents();
    const ranges = rows.filter((row) => row.startsWith("0x"));
    expect(ranges.length).toBeGreaterThan(0);
    for (const row of ranges)
      expect(row).toMatch(/^0x[\da-f]+-0x[\da-f]+ +\S+ +(online|offline) +(yes|no)? +[\d-]+\s*$/);
    await type(page, "echo columns: $((COLUMNS >= 80))");
    await expect(screen(page)).toContainText("columns: 1");
  });

test("where someone put it, it opens again", async ({ playground, page }) => {
  await begin(playground, page);
  await page.getByRole("button", { name: /into the side column/ }).click();
  await page.keyboard.press("Control+`");
  await page.reload();
  await playground.idle();
  await openTerminal(page);
  await expect(page.getByRole("separator", { name: "Height of the terminal drawer" })).toHaveCount(0);
});
