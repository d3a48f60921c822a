/** No file imports one that imports it, in however many steps; and the engine's folders stand on floors. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { circles, importGraph, importsIn } from "./import-graph.ts";

const graph = importGraph("src");

/** The engine's folders, from the bottom up: each imports only those before it, types included. */
const FLOORS = [
  "memory",
  "hardware",
  "chronicle",
  "holders",
  "kernel",
  "migration",
  "hotplug",
  "virtio",
  "workload",
  "sysfs",
  "inspect",
  "time",
  "experiments",
];

const folderOf = (file: string): string | undefined => /^src\/engine\/([^/]+)\//.exec(file)?.[1];

test("no files import each other in a circle when the program runs", () => {
  expect(graph.size).toBeGreaterThan(500);
  expect(circles(graph)).toEqual([]);
});

test("the engine's folders import one way", () => {
  const upwards: string[] = [];
  let across = 0;
  for (const [file, imports] of graph) {
    const from = folderOf(file);
    // Units and lists stand below all floors.
    if (from === undefined && !/^src\/engine\/[^/]+$/.test(file)) continue;
    for (const { to } of imports) {
      const target = folderOf(to);
      if (target === undefined || target === from) continue;
      across++;
      if (from === undefined || FLOORS.indexOf(target) > FLOORS.indexOf(from)) upwards.push(`${file} -> ${to}`);
    }
  }
  expect(upwards).toEqual([]);
  expect(across).toBeGreaterThan(300);
  expect(new Set([...graph.keys()].flatMap((file) => folderOf(file) ?? []))).toEqual(new Set(FLOORS));
});

test("no folder is excused from the rule about circles", () => {
  const rules = readFileSync("biome.jsonc", "utf8").match(/"noImportCycles": .*/g);
  expect(rules).toEqual(['"noImportCycles": "error",']);
});

describe("the reading of imports", () => {
  const kinds = (text: string) =>
    importsIn("src/a/b.ts", text).map(({ to, typeOnly }) => `${to}${typeOnly ? " type" : ""}`);

  test.each([
    ['import { x } from "./c.ts";', ["src/a/c.ts"]],
    ['import { type X, y } from "../c.ts";', ["src/c.ts"]],
    ['import { type X, type Y } from "./c.ts";', ["src/a/c.ts type"]],
    ['import type { X } from "./c.ts";', ["src/a/c.ts type"]],
    ['import * as c from "./c.ts";', ["src/a/c.ts"]],
    ['import "./c.ts";', ["src/a/c.ts"]],
    ['export { x } from "./c.ts";', ["src/a/c.ts"]],
    ['export type { X } from "./c.ts";', ["src/a/c.ts type"]],
    ['export * from "./c.ts";', ["src/a/c.ts"]],
    ['const c = () => import("./c.ts");', ["src/a/c.ts"]],
    ['type C = typeof import("./c.ts");', ["src/a/c.ts type"]],
    ['import fs from "node:fs"; const text = "import x from \'./c.ts\'";', []],
  ])("%s", (text, expected) => {
    expect(kinds(text)).toEqual(expected);
  });

  test("circles of two, of three and of one are found; those of types are none", () => {
    const of = (edges: Record<string, string[]>) =>
      circles(
        new Map(
          Object.entries(edges).map(([file, imports]) => [
            file,
            imports.map((to) => ({ to: to.replace("?", ""), typeOnly: to.endsWith("?") })),
          ]),
        ),
      );
    expect(of({ a: ["b"], b: ["c"], c: [] })).toEqual([]);
    expect(of({ a: ["b"], b: ["a"], c: ["a"] })).toEqual([["a", "b"]]);
    expect(of({ a: ["b"], b: ["c"], c: ["a"], d: ["d"] })).toEqual([["a", "b", "c"], ["d"]]);
    expect(of({ a: ["b"], b: ["a?"] })).toEqual([]);
  });
});
