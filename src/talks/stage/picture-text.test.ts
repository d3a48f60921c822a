/** What is told of a picture is what the machine is: each scene's, at each of its clicks. */
import { expect, test } from "vitest";
import { Rehearsal } from "../../author/talk-rehearsal.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import { PAGE_SIZE } from "../../engine/units.ts";
import type { BlockRecord } from "../../protocol/records.ts";
import { talk2013 } from "../built-in/talk-2013.ts";
import { type PanelKind, pictureAt } from "../format.ts";
import { pictureText } from "./picture-text.ts";

/** Pictures that are words already. */
const WORDS: readonly PanelKind[] = ["log", "tables", "support", "page", "service", "follow", "commands"];
const number = (text: string | undefined): number => Number(text?.replaceAll(",", ""));
const pagesOf = ({ kinds }: BlockRecord, of: readonly PageKind[]) =>
  of.reduce<number>((sum, kind) => sum + (kinds[kind] ?? 0), 0);

test("every drawn panel of the talk of 2013 is told at each click, and pages are counted once", async () => {
  const rehearsal = new Rehearsal(talk2013);
  for (const [scene, one] of talk2013.scenes.entries())
    for (let cue = 0; cue <= one.cues.length; cue++) {
      await rehearsal.at(scene, cue);
      await rehearsal.playground.whenIdle();
      const { records } = rehearsal.playground.store.getState();
      for (const panel of pictureAt(one, cue)) {
        const told = pictureText(panel, records);
        if (WORDS.includes(panel.show)) {
          expect(told).toEqual([]);
          continue;
        }
        expect(told.length, `${one.id} ${cue}`).toBeGreaterThan(0);
        expect(new Set(told).size).toBe(told.length);
        expect(told.join("\n")).not.toMatch(/undefined|null|NaN|\[object/);
        if (panel.show === "block" || panel.show === "blocks") {
          // All pages of a block that is online, whatever is in them; holes are none.
          for (const sentence of told) {
            const block = Object.values(records.block).find(
              (block) => sentence.startsWith(`memory${block.number}, `) && panel.show === "blocks",
            );
            if (block?.state !== "online") continue;
            const sum = [...sentence.matchAll(/([\d,]+) [a-z]/g)].reduce((sum, [, many]) => sum + number(many), 0);
            expect(sum, sentence).toBe(block.pages - pagesOf(block, [PageKind.None, PageKind.Offline]));
          }
        }
      }
    }
  rehearsal.close();
}, 120_000);

test("a box: what each DIMM holds, what is failing, what is empty, and the shelf", async () => {
  const scene = talk2013.scenes.findIndex(({ id }) => id === "replace");
  const rehearsal = new Rehearsal({ ...talk2013, scenes: talk2013.scenes.slice(scene, scene + 1) });
  const told = async (cue: number) => {
    await rehearsal.at(0, cue);
    await rehearsal.playground.whenIdle();
    const { records } = rehearsal.playground.store.getState();
    const [box] = talk2013.scenes[scene]?.picture ?? [];
    if (!box) throw new Error("no picture");
    return { sentences: pictureText(box, records), records };
  };
  const before = await told(0);
  const d4 = before.sentences.find((sentence) => sentence.includes("d4"));
  expect(d4).toMatch(/^Database server, Linux 6\.12, node 1, d4 \(256 MiB, failing\): 2 blocks Movable; /);
  const pages = [...(d4?.split("; ")[1] ?? "").matchAll(/([\d,]+) [a-z]/g)].map(([, many]) => number(many));
  expect(pages.reduce((sum, many) => sum + many, 0)).toBe((256 * 1024 * 1024) / PAGE_SIZE);
  expect(before.sentences).toContain("Database server, Linux 6.12, node 1, 1 empty slot");
  expect(before.sentences.at(-1)).toBe("shelf: d6 (256 MiB)");
  const after = await told(3);
  expect(after.sentences.at(-1)).toBe("shelf: d4 (failing)");
  expect(after.sentences.some((sentence) => sentence.includes("node 1, d6 (256 MiB): 2 blocks Movable"))).toBe(true);
  rehearsal.close();
});
