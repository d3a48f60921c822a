// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from "vitest";
import { createFakePlayground } from "../../client/sample-world.ts";
import { themeValue } from "../theme-values.ts";
import { createCellPainter } from "./cell-painter.ts";

vi.mock("../theme-values.ts", () => ({
  themeValue: vi.fn<(token: string) => string>(() => "gray"),
  textScale: () => 1,
  onThemeChange: () => () => {},
}));
afterEach(() => vi.unstubAllGlobals());

test("colours are asked for once modules have been laid out, and then once", () => {
  let laidOut: (entries: unknown[]) => void = () => {};
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(callback: (entries: unknown[]) => void) {
        laidOut = callback;
      }
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  const painter = createCellPainter(createFakePlayground());
  const canvas = document.createElement("canvas");
  painter.attach(canvas, () => []);
  expect(themeValue).not.toHaveBeenCalled();
  const entry = { target: canvas, contentRect: { left: 2, top: 2, width: 40, height: 90 } };
  laidOut([entry]);
  const asked = vi.mocked(themeValue).mock.calls.length;
  expect(asked).toBeGreaterThan(0);
  laidOut([entry]);
  expect(themeValue).toHaveBeenCalledTimes(asked);
  painter.destroy();
});
