/** Each mutant is one change, behind its switch, and nothing else changes. */
import { readFileSync } from "node:fs";
import { transformSync } from "rolldown/utils";
import { expect, test } from "vitest";
import equivalent from "./equivalent.json" with { type: "json" };
import { mutate } from "./mutants.ts";
import { chosen, interval } from "./sample.ts";

/** What `run` of a source answers with each of its mutants, and without one (-1). */
function answers(source: string): Map<string, unknown> {
  const { mutants, code } = mutate("x.ts", source, 0, "./switch.ts");
  const script = transformSync("x.ts", code(new Set(mutants.keys())))
    .code.replace(/^import .*$/m, "")
    .replaceAll("export ", "");
  const result = new Map<string, unknown>();
  for (const id of [-1, ...mutants.keys()]) {
    const run = new Function("_m", `${script}\nreturn run;`)((asked: number) => asked === id) as () => unknown;
    result.set(id < 0 ? "as it is" : (mutants[id]?.change ?? ""), run());
  }
  return result;
}

test("conditions, comparisons, arithmetic, numbers; nested ones, too, and what stands at one place", () => {
  const of = answers(`
    const run = (): number => (f(3) ? 10 : 20);
    function f(x: 3): boolean { return x + 1 <= (4 as number) && !(x === 5); }
  `);
  expect(Object.fromEntries(of)).toEqual({
    "as it is": 10,
    "f(3) is true": 10,
    "f(3) is false": 20,
    "3 → 4": 20,
    "10 → 11": 11,
    "20 → 21": 10,
    "− return x + 1 <= (4 as number) && !(x === 5);": 20,
    "x + 1 <= (4 as number) && !(x === 5) → x + 1 <= (4 as number) || !(x === 5)": 10,
    "x + 1 <= (4 as number) → x + 1 < (4 as number)": 20,
    "x + 1 → x - 1": 10,
    "1 → 2": 20,
    "4 → 5": 10,
    "!(x === 5) → (x === 5)": 20,
    "x === 5 → x !== 5": 20,
    "5 → 6": 10,
  });
});

test("statements go, also where another would follow an if without braces; a sentinel's question is turned round", () => {
  const of = answers(`
    const run = () => {
      const said: string[] = [];
      for (const x of [-1, 7])
        if (x < 0) said.push("none");
        else said.push("some");
      return said.join();
    };
  `);
  expect(Object.fromEntries(of)).toMatchObject({
    "as it is": "none,some",
    '− said.push("none");': "some",
    '− said.push("some");': "none",
    "x < 0 is true": "none,none",
    "x < 0 → x >= 0": "some,none",
    "− return said.join();": undefined,
  });
});

test("types, names and imports stay; what runs while a module loads is marked", () => {
  const { mutants } = mutate(
    "x.ts",
    `import { a } from "./a.ts";
     export interface X { readonly kind: 1; readonly is: true }
     export const LIMIT = 4;
     export const f = (x: 1 | 2 = 1) => ({ 5: a(x as 2) });`,
    100,
    "./switch.ts",
  );
  expect(mutants.map(({ id, line, change, atLoad }) => [id, line, change, atLoad])).toEqual([
    [100, 3, "4 → 5", true],
    [101, 4, "1 → 2", false],
  ]);
});

test("a seed chooses the same again, and all when all are asked for", () => {
  const all = Array.from({ length: 50 }, (_, place) => place);
  expect(chosen(all, 10, 3)).toEqual(chosen(all, 10, 3));
  expect(chosen(all, 10, 3)).not.toEqual(chosen(all, 10, 4));
  expect(new Set(chosen(all, 99, 3))).toEqual(new Set(all));
  expect(interval(85, 100).map(Math.round)).toEqual([77, 91]);
});

test("what is taken for equivalent stands in the code", () => {
  const lines = (file: string) =>
    readFileSync(file, "utf8")
      .split("\n")
      .map((line) => line.trim());
  expect(equivalent.filter(({ file, text }) => !lines(file).includes(text))).toEqual([]);
});
