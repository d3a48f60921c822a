import { expect, test } from "vitest";
import { meaningOf, type Press } from "./keys.ts";

const press = (key: string, held: Partial<Press> = {}): Press => ({
  key,
  code: "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});
const ctrl = { ctrlKey: true };

test("what is typed is the shell's, Escape and Tab and its control keys too", () => {
  for (const key of ["a", "Enter", "Escape", "Tab", "ArrowUp", "F1"])
    expect(meaningOf(press(key), false)).toBe("shell");
  for (const key of ["a", "c", "d", "k", "l", "r", "z"]) expect(meaningOf(press(key, ctrl), false)).toBe("shell");
});

test("Ctrl-C interrupts, unless something is selected", () => {
  expect(meaningOf(press("c", ctrl), false)).toBe("shell");
  expect(meaningOf(press("c", ctrl), true)).toBe("copy");
  expect(meaningOf(press("C", { ...ctrl, shiftKey: true }), true)).toBe("copy");
  expect(meaningOf(press("C", { ...ctrl, shiftKey: true }), false)).toBe("page");
  expect(meaningOf(press("Insert", ctrl), true)).toBe("copy");
});

test("pasting is the browser's", () => {
  expect(meaningOf(press("v", ctrl), false)).toBe("page");
  expect(meaningOf(press("V", { ...ctrl, shiftKey: true }), true)).toBe("page");
  expect(meaningOf(press("Insert", { shiftKey: true }), false)).toBe("page");
  expect(meaningOf(press("v", { metaKey: true }), false)).toBe("page");
});

test("F6 leaves, and the key that opens and closes the panel is the page's, wherever a keyboard has it", () => {
  expect(meaningOf(press("F6"), false)).toBe("leave");
  expect(meaningOf(press("F6", { shiftKey: true }), false)).toBe("leave");
  expect(meaningOf(press("`", ctrl), false)).toBe("page");
  expect(meaningOf(press("Dead", { ...ctrl, code: "Backquote" }), false)).toBe("page");
});
