// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { typingElsewhere } from "./typing-elsewhere.ts";

test("who types into a field of the page keeps the keys; who is in a terminal, or at a button, is not in the way", () => {
  document.body.innerHTML = `
    <textarea id="form"></textarea><input id="search" type="search"><input id="node" type="radio"><button id="run"></button>
    <div class="xterm"><textarea id="shell"></textarea></div>`;
  const at = (id: string) => {
    document.getElementById(id)?.focus();
    return typingElsewhere();
  };
  expect(typingElsewhere()).toBe(false);
  expect(["form", "search"].map(at)).toEqual([true, true]);
  expect(["node", "run", "shell"].map(at)).toEqual([false, false, false]);
});
