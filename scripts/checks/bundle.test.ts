import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { checkBundle, initialJavaScript } from "./bundle.mjs";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A folder as a build leaves it, from file names to contents. */
function dist(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  folders.push(folder);
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), content);
  }
  return folder;
}

const page = (tags: string) => `<!doctype html><html><head>${tags}</head><body></body></html>`;
const MAIN = '<script type="module" crossorigin src="./assets/main.js"></script>';

test("what the page names, what that imports, and the workers that it starts", () => {
  const folder = dist({
    "index.html": page(`<script>let inline;</script>${MAIN}<link rel="modulepreload" href="./assets/early.js">`),
    "assets/main.js":
      'import{a}from"./shared.js";export*from"./all.js";a(()=>import("./lazy.js"));' +
      "new Worker(new URL(new URL(`engine.js`,import.meta.url).href,``+import.meta.url),{type:`module`});",
    "assets/early.js": "export const early=1;",
    "assets/shared.js": 'import"./main.js";export const a=1;',
    "assets/all.js": "export const all=1;",
    "assets/lazy.js": "export const lazy=1;",
    "assets/engine.js": 'import"./shared.js";import("./later.js");',
    "assets/later.js": "export const later=1;",
  });
  const files = [...initialJavaScript(folder).keys()].sort();
  expect(files).toEqual(["all", "early", "engine", "main", "shared"].map((name) => `assets/${name}.js`));
});

test("a worker counts whatever the class is called that starts it", () => {
  const folder = dist({
    "index.html": page(MAIN),
    "assets/main.js": "new(trusting())(new URL(new URL(`engine.js`,import.meta.url).href,``+import.meta.url),{});",
    "assets/engine.js": "export const engine=1;",
  });
  expect([...initialJavaScript(folder).keys()].sort()).toEqual(["assets/engine.js", "assets/main.js"]);
});

test("the budget holds at its edge and not above it", () => {
  const print = vi.spyOn(console, "log").mockReturnValue();
  // What doesn't compress, so that the size after gzip is near the size before.
  const noise = (kib: number) => {
    let seed = 1;
    const digit = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return (seed % 256).toString(16).padStart(2, "0");
    };
    return `export const noise="${Array.from({ length: kib * 1024 }, digit).join("")}";`;
  };
  expect(checkBundle(dist({ "index.html": page(MAIN), "assets/main.js": noise(100) }))).toBe(true);
  expect(checkBundle(dist({ "index.html": page(MAIN), "assets/main.js": noise(300) }))).toBe(false);
  print.mockRestore();
});

test("a worker whose file can't be told is an error, not left out", () => {
  const folder = dist({ "index.html": page(MAIN), "assets/main.js": "new Worker(address);" });
  expect(() => initialJavaScript(folder)).toThrow("assets/main.js starts a worker");
});
