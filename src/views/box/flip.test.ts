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

test("a slide changes nothing but where it is drawn, so it runs without the page; it lies above the others for as long", async () => {
  const root = document.createElement("div");
  const element = document.createElement("button");
  element.dataset.flip = "d1";
  let x = 0;
  element.getBoundingClientRect = () => new DOMRect(x, 0, 20, 50);
  const animate = vi.fn((_keyframes: PropertyIndexedKeyframes) => ({ finished: new Promise(() => {}) }));
  element.animate = animate as never;
  root.append(element);
  const flip = createFlip(root);
  const move = (finished: Promise<void>) => {
    animate.mockReturnValueOnce({ finished: finished as never });
    flip.capture();
    x += 80;
    flip.play();
  };
  const settled = () => {
    let resolve = () => {};
    const promise = new Promise<void>((done) => {
      resolve = done;
    });
    return { promise, resolve };
  };
  const [first, second] = [settled(), settled()];
  move(first.promise);
  expect(animate.mock.calls.map(([keyframes]) => Object.keys(keyframes))).toEqual([["transform"]]);
  expect(element.style.zIndex).toBe("5");
  move(second.promise);
  first.resolve();
  await first.promise;
  expect(element.style.zIndex).toBe("5");
  second.resolve();
  await second.promise;
  await Promise.resolve();
  expect(element.style.zIndex).toBe("");
});
