// @vitest-environment happy-dom
import { act, useCallback, useRef } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { usePainted } from "./use-canvas.ts";

let root: Root;
let resize: (width: number) => void;
let painted: [shown: string, width: number][];

function Picture({ shown }: { readonly shown: string; readonly other?: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  usePainted(
    canvas,
    useCallback((_onto, { width }) => void painted.push([shown, width]), [shown]),
  );
  return <canvas ref={canvas} />;
}
const show = (shown: string, other = 0) => act(async () => root.render(<Picture shown={shown} other={other} />));

beforeEach(() => {
  painted = [];
  vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(report: ResizeObserverCallback) {
        resize = (width) => report([{ contentRect: { width, height: 10 } } as ResizeObserverEntry], this as never);
      }
      observe(): void {}
      disconnect(): void {}
    },
  );
  root = createRoot(document.body.appendChild(document.createElement("div")));
});
afterEach(async () => {
  await act(async () => root.unmount());
  vi.unstubAllGlobals();
});

test("a canvas is painted when it has a size, another size, or something else to show, and not for less", async () => {
  await show("one");
  expect(painted).toEqual([]);
  resize(100);
  expect(painted).toEqual([["one", 100]]);
  await show("one", 1);
  expect(painted).toHaveLength(1);
  await show("two");
  expect(painted.slice(1)).toEqual([["two", 100]]);
  resize(200);
  expect(painted.slice(2)).toEqual([["two", 200]]);
  expect(document.querySelector("canvas")?.width).toBe(200);
});
