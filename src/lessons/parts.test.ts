// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test } from "vitest";
import { followParts } from "./parts.ts";

let stop = () => {};
beforeEach(() => {
  document.body.innerHTML = `
    <section id="panel-lesson" tabindex="-1"><button type="button">in the lesson</button></section>
    <section id="panel-box" tabindex="-1"></section>
    <section id="panel-terminal"><button type="button" role="tab">A</button><textarea></textarea></section>`;
  for (const element of document.querySelectorAll("*"))
    element.getClientRects = () => [new DOMRect(0, 0, 1, 1)] as unknown as DOMRectList;
  // A terminal has a way out of its own.
  const shell = document.querySelector("textarea");
  shell?.addEventListener("keydown", (event) => {
    event.preventDefault();
    document.querySelector<HTMLElement>("[role=tab]")?.focus();
  });
  stop = followParts(document);
});
afterEach(() => stop());

const press = (shiftKey = false) => {
  const event = new KeyboardEvent("keydown", { key: "F6", shiftKey, bubbles: true, cancelable: true });
  (document.activeElement ?? document.body).dispatchEvent(event);
  return document.activeElement?.id || document.activeElement?.localName;
};

test("F6 goes round through lesson, machine and terminal, out of the terminal, too; Shift-F6 the other way", () => {
  document.querySelector<HTMLElement>("#panel-lesson button")?.focus();
  expect([press(), press(), press(), press()]).toEqual(["panel-box", "textarea", "panel-lesson", "panel-box"]);
  expect([press(true), press(true), press(true)]).toEqual(["panel-lesson", "textarea", "panel-box"]);
});

test("what isn't there is left out, and from elsewhere one comes to the lesson", () => {
  document.querySelector("#panel-terminal")?.remove();
  (document.activeElement as HTMLElement | null)?.blur();
  expect([press(), press(), press()]).toEqual(["panel-lesson", "panel-box", "panel-lesson"]);
});
