// @vitest-environment happy-dom
import { expect, test, vi } from "vitest";
import { createFlip } from "./flip.ts";

test("what moved is looked at before anything slides: the page is laid out once for all of it", () => {
  const root = document.createElement("div");
  const told: string[] = [];
  let shift = 0;
  for (const key of ["d1", "d2", "d3"]) {
    const element = document.createElement("button");
    element.dataset.flip = key;
    element.getBoundingClientRect = () => {
      told.push("look");
      return new DOMRect(shift, 0, 20, 50);
    };
    element.animate = vi.fn(() => void told.push("slide")) as never;
    root.append(element);
  }
  const flip = createFlip(root);
  flip.capture();
  shift = 80;
  told.length = 0;
  flip.play();
  expect(told).toEqual(["look", "look", "look", "slide", "slide", "slide"]);
});
