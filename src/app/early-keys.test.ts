// @vitest-environment happy-dom
import { beforeEach, expect, test } from "vitest";
import { createEarlyKeys, type EarlyKeys, sentBy } from "./early-keys.ts";

const press = (key: string, held: Partial<KeyboardEventInit> = {}) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held });
  document.body.dispatchEvent(event);
  return event;
};

let keys: EarlyKeys;
beforeEach(() => {
  keys = createEarlyKeys(window);
});

test("a press is what a terminal sends", () => {
  const plain = { ctrlKey: false, metaKey: false, altKey: false };
  expect(["a", "A", ".", "€", "Enter", "Backspace", "Tab"].map((key) => sentBy({ ...plain, key }))).toEqual([
    "a",
    "A",
    ".",
    "€",
    "\r",
    "\x7f",
    "\t",
  ]);
  expect(sentBy({ ...plain, key: "c", ctrlKey: true })).toBe("\x03");
  for (const key of ["F5", "Shift", "Escape", "Control"]) expect(sentBy({ ...plain, key })).toBeNull();
  expect(sentBy({ ...plain, key: "`", ctrlKey: true })).toBeNull();
  expect(sentBy({ ...plain, key: "l", metaKey: true })).toBeNull();
});

test("what is typed meanwhile is kept in order, and nobody else hears it", () => {
  const heard: string[] = [];
  const listener = ({ key }: KeyboardEvent) => heard.push(key);
  window.addEventListener("keydown", listener);
  keys.listen();
  keys.listen();
  expect(press("p").defaultPrevented).toBe(true);
  press("w");
  press("d");
  press("Enter");
  press("F5");
  expect(heard).toEqual(["F5"]);
  expect(keys.take()).toBe("pwd\r");
  press("p");
  expect(heard).toEqual(["F5", "p"]);
  expect(keys.take()).toBe("");
  window.removeEventListener("keydown", listener);
});

test("a press of the pointer elsewhere ends it, and what was typed goes nowhere", () => {
  keys.listen();
  press("p");
  document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  expect(press("p").defaultPrevented).toBe(false);
  expect(keys.take()).toBe("");
});
