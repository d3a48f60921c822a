/**
 * Every lesson of tracks 1 and 2 is finished by its first solution, done with what is visible: buttons and places by their
 * names, and a terminal to type into: by mouse, by keys, and those of track 1 by touch on a phone. Each hand takes the same few in
 * every run, other ones than the other hands; `LESSONS=2/8` takes the second of eight shares, which together are all lessons by
 * every hand, `LESSONS=all` all at once, and `LESSONS=id,id` those.
 */
import { readdirSync, readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { expect, type PlaygroundPage, test } from "./support/playground.ts";

type Point = { do: "point"; at?: "culprit" | "followed"; page?: string; block?: string; dimm?: string; node?: string };
type Move = { do: "move"; dimm: string; to: { slot?: string; shelf?: true } };
type Boot = { do: "boot"; cmdline: string; hotpluggable: readonly number[] };
type Doing = string | Point | Move | Boot;

interface LessonFile {
  readonly id: string;
  readonly track: string;
  readonly order: number;
  readonly text: { readonly en: Readonly<Record<string, string>> };
  readonly solutions: readonly (readonly Doing[] | { readonly commands: readonly Doing[] })[];
}

const FOLDER = "public/lessons";
const LESSONS = readdirSync(FOLDER)
  .map((name): LessonFile => JSON.parse(readFileSync(`${FOLDER}/${name}`, "utf8")))
  .sort((a, b) => a.order - b.order);
const HANDS = ["mouse", "keys", "touch"] as const;
type Hand = (typeof HANDS)[number];

const WANTED = process.env.LESSONS ?? "";
/** Which of how many shares: the first of eight is two or three lessons by each hand. */
const [, SHARE = "1", SHARES = "8"] = /^(\d+)\/(\d+)$/.exec(WANTED) ?? [];

function lessonsFor(hand: Hand): readonly LessonFile[] {
  const fit = LESSONS.filter(({ track }) => hand !== "touch" || track === "talk");
  if (WANTED === "all") return fit;
  if (WANTED !== "" && !WANTED.includes("/")) return fit.filter(({ id }) => WANTED.split(",").includes(id));
  // Each hand begins elsewhere, so that a share is as many lessons as it can be.
  return fit.filter((_, i) => (i + HANDS.indexOf(hand)) % Number(SHARES) === Number(SHARE) - 1);
}

class Player {
  readonly page: Page;
  readonly playground: PlaygroundPage;
  readonly hand: Hand;
  readonly column: Locator;
  readonly box: Locator;

  constructor(page: Page, playground: PlaygroundPage, hand: Hand) {
    this.page = page;
    this.playground = playground;
    this.hand = hand;
    this.column = page.locator("#panel-lesson");
    this.box = page.locator("[data-panel=box]");
  }

  async press(place: Locator): Promise<void> {
    if (this.hand === "mouse") await place.click();
    else if (this.hand === "touch") await place.tap();
    else {
      await this.focus(place);
      await this.page.keyboard.press("Enter");
    }
  }

  /** Tab leads to it, or to a neighbour that arrows lead on from. */
  async focus(place: Locator): Promise<void> {
    await place.focus();
    expect(await place.evaluate(isInTabOrder), `${place} is in the order of Tab`).toBe(true);
  }

  /** On a phone one part is seen at a time, and the bar below leads to each. */
  async see(part: "Lesson" | "Box" | "Memory" | "Verdict" | "Terminal"): Promise<void> {
    if (this.hand !== "touch") return;
    const bar = this.page.getByRole("navigation", { name: "Parts of the page" });
    await bar.getByRole("button", { name: part, exact: true }).tap();
  }

  async do(doing: Doing): Promise<void> {
    if (typeof doing === "string") await this.line(doing);
    else if (doing.do === "move") await this.carry(doing);
    else if (doing.do === "boot") await this.boot(doing);
    else await this.point(doing);
    await this.playground.idle();
  }

  /** Runs a line that the lesson offers, or types it. */
  async line(text: string): Promise<void> {
    await this.see("Lesson");
    // What stands for a DIMM's device is filled in by the page.
    const [device, dimm] = /\{(\w+)\}/.exec(text) ?? [];
    const name = new RegExp(`^Run ${escaped(text).replace(escaped(device ?? "{}"), "[0-9A-F]+")}$`);
    const offered = this.column.getByRole("button", { name }).first();
    if (await offered.isVisible()) await this.press(offered);
    else if (dimm !== undefined) {
      // Whoever is not told the device's name asks the same of the kernel by the DIMM's button.
      expect(text).toBe(`echo 1 > /sys/bus/acpi/devices/PNP0C80:{${dimm}}/eject`);
      await this.see("Box");
      if (this.hand === "touch") {
        // A finger is too large for the button itself: it is an entry of the DIMM's menu.
        await this.press(this.box.getByRole("button", { name: `Move ${dimm} to…`, exact: true }));
        await this.press(this.page.getByRole("menuitem", { name: /^Press the attention button/ }));
      } else await this.press(this.box.getByRole("button", { name: `Attention button of ${dimm}: ` }));
      return;
    } else {
      await this.openTerminal();
      // Lines of lessons are for this folder, as those are that the page types.
      await this.page.keyboard.insertText(`cd /sys/devices/system/memory; ${text}`);
      await this.page.keyboard.press("Enter");
    }
    // The line has ended when a prompt stands below it. A terminal out of sight draws nothing.
    await this.see("Terminal");
    const rows = this.page.locator("#panel-terminal [role=tabpanel] > :not([hidden]) .xterm-rows");
    await expect(rows, text).toContainText(/[#$]\s*$/);
  }

  async openTerminal(): Promise<void> {
    await this.see("Terminal");
    const panel = this.page.locator("#panel-terminal");
    const input = panel.getByRole("textbox").first();
    if (this.hand !== "touch" && !(await panel.isVisible()))
      await this.press(this.page.getByRole("tab", { name: "Terminal", exact: true }));
    if (this.hand === "keys") await input.focus();
    else if (this.hand === "touch") await panel.locator(".xterm-screen").first().tap();
    else await panel.locator(".xterm-screen").first().click();
    await expect(input).toBeFocused();
  }

  /** Chooses words of the command line and marks of the firmware, then boots. */
  async boot({ cmdline, hotpluggable }: Boot): Promise<void> {
    await this.see("Lesson");
    const form = this.column.getByRole("group", { name: "How it boots" });
    const wanted = [...cmdline.split(" "), ...hotpluggable.map((node) => `node ${node}`)];
    for (const one of await form.getByRole("checkbox").all()) {
      const name = await one.evaluate((element) => element.closest("label")?.textContent ?? "");
      if ((await one.isChecked()) === wanted.includes(name)) continue;
      if (this.hand === "keys") {
        await this.focus(one);
        await this.page.keyboard.press("Space");
      } else await this.press(one);
    }
    await this.press(form.getByRole("button", { name: "Boot it" }));
    await expect(form.getByRole("status")).toContainText(`Booted with ${cmdline}`);
  }

  /** By the DIMM's menu, whose entries name places. */
  async carry({ dimm, to }: Move): Promise<void> {
    await this.see("Box");
    if (this.hand === "keys") {
      await this.focus(this.box.getByRole("button", { name: new RegExp(`^DIMM ${dimm},`) }));
      await this.page.keyboard.press("Shift+F10");
    } else await this.press(this.box.getByRole("button", { name: `Move ${dimm} to…`, exact: true }));
    const [partition, node, slot] = to.slot?.split("/") ?? [];
    const title = partition === "B" ? "Web server, " : "(Database server, )?";
    const name = to.shelf ? /spare shelf/ : new RegExp(`^${title}node ${node}, slot ${slot}$`);
    await this.press(this.page.getByRole("menuitem", { name }));
  }

  /** Selects it in the machine, then says in the lesson that it is the cause. */
  async point({ at, page, block, dimm, node }: Point): Promise<void> {
    if (at === "followed") {
      // Migration follows the next page that moves, as long as it is open.
      await this.show("Migration");
      return;
    }
    const name =
      at === "culprit" || page !== undefined ? /^This is it: page/ : `This is it: ${block ?? dimm ?? `node ${node}`}`;
    const claim = this.column.getByRole("button", { name, exact: typeof name === "string" });
    if (at === "culprit") {
      await this.see("Verdict");
      const verdict = this.page.locator("[data-panel=verdict]");
      await this.press(verdict.getByRole("button", { name: "Show the page" }));
    } else if (page !== undefined) await this.find(`${page} node ${node?.split("/")[1]}`);
    else if (!(await claim.isVisible())) {
      // The lesson before may have left another view there.
      if (block === undefined) await this.see("Box");
      else await this.show("Physical memory");
      const option = this.page.getByRole("option", { name: new RegExp(`^${block},`) }).first();
      if (block !== undefined && this.hand === "keys") {
        // Arrows lead from block to block, and what they come to is selected.
        await this.focus(option.locator("xpath=ancestor::*[@role='listbox'][1]"));
        await this.page.keyboard.press("Home");
        for (let steps = 0; steps < 64 && !(await claim.isVisible()); steps++)
          await this.page.keyboard.press("ArrowRight");
      } else if (block !== undefined) await this.press(option);
      else await this.press(this.box.getByRole("button", { name: new RegExp(`^DIMM ${dimm},`) }));
    }
    await this.see("Lesson");
    await this.press(claim);
  }

  /** A view of the large panel. */
  async show(label: string): Promise<void> {
    await this.see("Memory");
    const name = "What the large panel shows";
    if (this.hand === "touch") await this.page.getByRole("combobox", { name }).selectOption({ label });
    else await this.press(this.page.getByRole("tab", { name: label, exact: true }));
  }

  /** Selects the first page that a search of all memory finds. */
  async find(text: string): Promise<void> {
    await this.show("All memory");
    const search = this.page.getByRole("search");
    const input = search.getByRole("textbox");
    if (this.hand === "keys") await this.focus(input);
    else await this.press(input);
    await this.page.keyboard.insertText(text);
    await expect(search.getByRole("status")).toContainText(/^[\d,]+ pages/);
    await this.press(search.getByRole("button", { name: "Next hit (N)" }));
    await this.playground.idle();
  }

  /** Says what it expects wherever it is asked, and a copy answers. */
  async predict(): Promise<void> {
    for (const question of await this.column.getByRole("group", { name: /what do you expect/ }).all()) {
      // A worked run is watched up to its question.
      const watch = question.getByRole("button", { name: "Watch it", exact: true });
      if (await watch.isVisible()) {
        await this.press(watch);
        await expect(watch).toBeHidden();
      }
      await this.press(question.getByRole("button").first());
      await this.press(question.getByRole("button", { name: /^See what the machine answers/ }));
      await expect(question.getByRole("status").last()).toContainText(/You said: .*\. (So it is|It is: )/);
    }
  }

  async play({ id, text, solutions }: LessonFile): Promise<void> {
    await this.page.evaluate((to) => {
      location.hash = `#lesson=${to}`;
    }, id);
    await expect(this.column.getByRole("heading", { level: 2, name: text.en.title ?? "" })).toBeVisible();
    await expect(this.column.getByRole("heading", { name: "Goal" })).toBeVisible();
    if (this.hand === "touch") {
      const bar = this.page.getByRole("navigation", { name: "Parts of the page" });
      await expect(bar.getByRole("button", { name: "Lesson", exact: true })).toHaveAttribute(
        "aria-current",
        "location",
      );
    }
    await this.page.getByLabel("Speed of simulated time").selectOption({ index: 0 });
    await this.predict();
    const [first] = solutions;
    for (const doing of first && "commands" in first ? first.commands : (first ?? [])) await this.do(doing);
    await this.see("Lesson");
    await expect(this.column.getByText("Reached", { exact: true })).toBeVisible();
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** Runs in the page: Tab stops at an element, or at another of its kind in the same menu, map or part of the page. */
function isInTabOrder(element: Element): boolean {
  if (!(element instanceof HTMLElement || element instanceof SVGElement)) return false;
  if (document.activeElement !== element) return false;
  if (element.tabIndex >= 0 || element.getAttribute("role") === "menuitem") return true;
  const kind = element.getAttribute("role") ?? element.tagName.toLowerCase();
  const whole = element.closest("[role=listbox], [role=tablist], [role=grid], [role=tree], [data-panel]");
  if (whole?.matches('[tabindex="0"]')) return true;
  return [...(whole?.querySelectorAll('[tabindex="0"]') ?? [])].some((one) => one.matches(`[role=${kind}], ${kind}`));
}

/** So many lessons a test: one that fails is told with few others. */
const EACH = 4;

for (const hand of HANDS) {
  const lessons = lessonsFor(hand);
  test.describe(hand, () => {
    if (hand === "touch") test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    for (let first = 0; first < lessons.length; first += EACH) {
      const some = lessons.slice(first, first + EACH);
      test(`by ${hand}: ${some.map(({ id }) => id).join(", ")}`, async ({ page, playground }) => {
        test.setTimeout(some.length * 120_000);
        await playground.open({ at: "./#lessons" });
        const player = new Player(page, playground, hand);
        for (const lesson of some) await test.step(lesson.id, () => player.play(lesson));
      });
    }
  });
}
