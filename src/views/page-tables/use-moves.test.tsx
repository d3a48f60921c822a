// @vitest-environment happy-dom
import { act, useRef } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Mounted, mount } from "../testing/mounted.tsx";
import { type Moves, useMoves } from "./use-moves.ts";

const moves = { onZoom: vi.fn<Moves["onZoom"]>(), onPan: vi.fn<Moves["onPan"]>(), onWhole: vi.fn<Moves["onWhole"]>() };
const GUTTER = 20;

function Figure() {
  const figure = useRef<HTMLDivElement>(null);
  const { moved: _, ...hands } = useMoves(figure, GUTTER, false, moves);
  return <div ref={figure} data-figure="" {...hands} />;
}

let mounted: Mounted;
beforeEach(async () => {
  vi.clearAllMocks();
  mounted = await mount(<Figure />);
});
afterEach(() => mounted.unmount());

const finger = (type: "pointerdown" | "pointermove" | "pointerup", pointerId: number, clientX: number) =>
  act(async () => {
    const at = { pointerId, clientX, clientY: 5, buttons: 1, bubbles: true };
    mounted.page.querySelector("[data-figure]")?.dispatchEvent(new PointerEvent(type, at));
  });

it("two fingers that part bring nearer what lies between them", async () => {
  await finger("pointerdown", 1, 100);
  await finger("pointerdown", 2, 200);
  await finger("pointermove", 2, 300);
  expect(moves.onZoom).toHaveBeenLastCalledWith(2, 200 - GUTTER);
  await finger("pointermove", 2, 150);
  expect(moves.onZoom).toHaveBeenLastCalledWith(0.25, 125 - GUTTER);
  expect(moves.onPan).not.toHaveBeenCalled();
});

it("one finger moves along, by what it moved", async () => {
  await finger("pointerdown", 1, 100);
  await finger("pointermove", 1, 70);
  expect(moves.onPan).toHaveBeenLastCalledWith(30);
  await finger("pointerup", 1, 70);
  await finger("pointerdown", 2, 300);
  await finger("pointermove", 2, 310);
  expect(moves.onPan).toHaveBeenLastCalledWith(-10);
  expect(moves.onZoom).not.toHaveBeenCalled();
});
