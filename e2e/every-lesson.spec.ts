/**
 * Every lesson of tracks 1 and 2 is finished by its first solution, done with what is visible: buttons and places by their
 * names, and a terminal to type into. By mouse, by keys or by touch on a phone, in turn by the lesson's number.
 */
import { readdirSync, readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./support/playground.ts";

type Point = { do: "point"; at?: "culprit"; block?: string; dimm?: string; node?: string };
type Move = { do: "move"; dimm: string; to: { slot?: string; shelf?: true } };
type Doing = string | Point | Move;

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
/** What hands there are. */
const HANDS = ["mouse", "keys", "touch"] as const;
type Hand = (typeof HANDS)[number];

/** Lines are fast, so a shell's sleep is short. */
const SPEED = 20;

class Player {
  readonly page: Page;
  readonly hand: Hand;
  readonly column: Locator;

  constructor(page: Page, hand: Hand) {
    this.page = page;
    this.hand = hand;
    this.column = page.locator("#panel-lesson");
  }

  async press(place: Locator): Promise<void> {
    if (this.hand === "mouse") await place.click();
    else if (this.hand === "touch") await place.tap();
    else {
      await place.focus();
      await this.page.keyboard.press("Enter");
    }
  }

  /** On a phone one place is seen at a time. */
  async see(tab: "Lesson" | "Box" | "Memory" | "Verdict" | "Terminal"): Promise<void> {
    if (this.hand !== "touch") return;
    await this.page.getByRole("tab", { name: tab, exact: true }).first().tap();
  }

  async do(doing: Doing): Promise<void> {
    if (typeof doing === "string") await this.line(doing);
    else if (doing.do === "move") await this.carry(doing);
    else await this.point(doing);
    await this.page.evaluate(() => window.__playground?.whenIdle());
  }

  /** Runs a line that the lesson offers, or types it. */
  async line(text: string): Promise<void> {
    const line = await this.filled(text);
    await this.see("Lesson");
    const offered = this.column.getByRole("button", { name: `Run ${line}`, exact: true });
    if (await offered.isVisible()) await this.press(offered);
    else {
      await this.see("Terminal");
      const screen = this.page.locator("#panel-terminal textarea").first();
      await screen.focus();
      await this.page.keyboard.insertText(line);
      await this.page.keyboard.press("Enter");
    }
    await this.prompt(line);
  }

  /** The line has ended when a prompt stands below it. */
  async prompt(line: string): Promise<void> {
    await this.see("Terminal");
    const rows = this.page.locator("#panel-terminal [role=tabpanel] > :not([hidden]) .xterm-rows");
    await expect(rows, line).toContainText(/[#$]\s*$/);
  }

  /** A device's number stands for its DIMM, as the page fills it in. */
  async filled(line: string): Promise<string> {
    const slots = await this.page.evaluate(() =>
      Object.values(window.__playground?.store.getState().records.slot ?? {}),
    );
    return line.replace(/\{(\w+)\}/g, (all, dimm: string) => {
      const slot = slots.find((one) => one.dimm === dimm);
      return slot?.device.split(":").at(-1) ?? all;
    });
  }

  dimm(name: string): Locator {
    return this.page.locator("[data-panel=box]").getByRole("button", { name: new RegExp(`^DIMM ${name},`) });
  }

  /** By the DIMM's menu, whose entries name places. */
  async carry({ dimm, to }: Move): Promise<void> {
    await this.see("Box");
    await this.press(this.page.getByRole("button", { name: `Move ${dimm} to…`, exact: true }));
    const [partition, node, slot] = to.slot?.split("/") ?? [];
    const title = partition === "B" ? "Web server, " : "(Database server, )?";
    const name = to.shelf ? /spare shelf/ : new RegExp(`^${title}node ${node}, slot ${slot}$`);
    await this.press(this.page.getByRole("menuitem", { name }));
  }

  /** Selects it in the machine, then says in the lesson that it is the cause. */
  async point({ at, block, dimm, node }: Point): Promise<void> {
    if (at === "culprit") {
      await this.see("Verdict");
      await this.press(this.page.locator("[data-panel=verdict]").getByRole("button", { name: "Show the page" }));
    } else if (block !== undefined) {
      await this.see("Memory");
      await this.page
        .getByRole("option", { name: new RegExp(`^${block},`) })
        .first()
        .click();
    } else if (dimm !== undefined) {
      await this.see("Box");
      if (this.hand === "keys") await this.dimm(dimm).focus();
      else await this.press(this.dimm(dimm));
    }
    const name = at === "culprit" ? /^This is it: page/ : `This is it: ${block ?? dimm ?? `node ${node}`}`;
    await this.see("Lesson");
    await this.press(this.column.getByRole("button", { name, exact: typeof name === "string" }));
  }

  async play({ id, text, solutions }: LessonFile): Promise<void> {
    await this.page.evaluate((to) => {
      location.hash = `#lesson=${to}`;
    }, id);
    await this.see("Lesson");
    await expect(this.column.getByRole("heading", { level: 2, name: text.en.title ?? "" })).toBeVisible();
    await expect(this.column.getByRole("heading", { name: "Goal" })).toBeVisible();
    await this.page.evaluate((speed) => window.__playground?.setSpeed(speed), SPEED);
    const [first] = solutions;
    const doings: readonly Doing[] = first && "commands" in first ? first.commands : (first ?? []);
    for (const doing of doings) await this.do(doing);
    await this.see("Lesson");
    await expect(this.column.getByText("Reached", { exact: true })).toBeVisible();
  }
}

/** So many lessons a test: one that fails is told with few others. */
const EACH = 4;

for (const [i, hand] of HANDS.entries()) {
  const own = LESSONS.filter((_, n) => n % HANDS.length === i);
  test.describe(hand, () => {
    if (hand === "touch") test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    for (let first = 0; first < own.length; first += EACH) {
      const some = own.slice(first, first + EACH);
      test(`by ${hand}: ${some.map(({ id }) => id).join(", ")}`, async ({ page, playground }) => {
        test.setTimeout(180_000);
        await playground.open({ at: "./#lessons" });
        const player = new Player(page, hand);
        for (const lesson of some) await test.step(lesson.id, () => player.play(lesson));
      });
    }
  });
}
