import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { contrast } from "../../views/testing/contrast.ts";

const css = ["stage", "rich", "block-panel", "box-panel", "other-panels", "zones"]
  .map((name) => readFileSync(new URL(`./${name}.module.css`, import.meta.url), "utf8"))
  .join("\n");
const token = (name: string): string =>
  new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(css)?.[1] ?? expect.fail(`no --${name}`);

test("text on the stage has at least 7 : 1, on the stage itself and on what stands out from it", () => {
  for (const ground of ["stage", "surface"])
    for (const text of ["text", "quiet", "good", "bad-text", "signal"])
      expect(contrast(token(text), token(ground)), `--${text} on --${ground}`).toBeGreaterThanOrEqual(7);
  // Letters on cells of their own colour.
  const cells = [...css.matchAll(/background: (#[0-9a-f]{6});\n\s*color: #fff;/g)].map(([, colour]) => colour ?? "");
  expect(cells.length).toBeGreaterThan(1);
  for (const cell of [...cells, "#2a5f1c", "#454d5c", "#23508f"])
    expect(contrast(cell, "#ffffff"), cell).toBeGreaterThanOrEqual(7);
});

test("the frame's own width is what everything on the stage is measured in: nothing in it is a container", () => {
  // --u is a share of the nearest container's width, worked out anew wherever it is used.
  expect([...css.matchAll(/\.([\w-]+) \{[^}]*\bcontainer(?:-type)?:/g)].map(([, name]) => name)).toEqual(["fit"]);
});

test("no text of the stage is smaller than 24 of the frame's 1920", () => {
  const sizes = [...css.matchAll(/font(?:-size)?:[^;]*?calc\((\d+) \* var\(--u\)\)/g)].map(([, size]) => Number(size));
  expect(sizes.length).toBeGreaterThan(30);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(24);
});
