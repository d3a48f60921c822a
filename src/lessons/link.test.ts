/** A lesson in a link comes out as it went in; what is broken, too large or elsewhere is told. */
import { expect, test } from "vitest";
import { isLink, LONGEST_LINK, linkOf, openLink } from "./link.ts";
import { openLesson } from "./open.ts";
import oneWord from "../../public/lessons/one-word.json?raw";

test("a lesson fits into a link, and is the same one", async () => {
  const link = await linkOf(oneWord);
  expect(isLink(link)).toBe(true);
  expect(link.length).toBeLessThan(LONGEST_LINK);
  expect(await openLink(link)).toEqual(await openLesson(oneWord, "link"));
});

test("a link that was cut, that unpacks to more than a lesson, or that leads elsewhere is told", async () => {
  const link = await linkOf(`{"id": "${"x".repeat(400_000)}"}`);
  expect(link.length).toBeLessThan(LONGEST_LINK);
  expect(await openLink(link)).toEqual({ ok: false, problem: "link: cannot be read: larger than 256 KiB" });
  for (const broken of [link.slice(0, 30), "#lesson-text=%%%", "#lesson-text="])
    expect(await openLink(broken)).toMatchObject({ ok: false, problem: expect.stringMatching(/^link: /) });
});
