/**
 * Every catalogue of the page, by loading all of it: each language says what English says, of whatever it is told; and
 * no text is taken out of a catalogue when a module starts, for it would stay in the language of that moment.
 */
// @vitest-environment happy-dom
import { beforeAll, expect, test, vi } from "vitest";

interface Pair {
  readonly english: object;
  readonly ja: () => Promise<{ readonly default: object }>;
}
const { reads, pairs } = vi.hoisted(() => ({ reads: [] as string[], pairs: [] as Pair[] }));

vi.mock("../client/language/catalogue.ts", async (original) => {
  let starting = true;
  const noted = (english: object): object => {
    const view = {};
    for (const [key, text] of Object.entries(english)) {
      const isView = typeof text === "object" && text !== null && !Array.isArray(text);
      const get = () => {
        if (starting) reads.push(key);
        return text;
      };
      Object.defineProperty(view, key, isView ? { value: noted(text), enumerable: true } : { get, enumerable: true });
    }
    return view;
  };
  return {
    ...(await original<object>()),
    inLanguages: (english: object, { ja }: Omit<Pair, "english">) => {
      pairs.push({ english, ja });
      return noted(english);
    },
    started: () => {
      starting = false;
    },
  };
});

const modules = import.meta.glob([
  "../{app,views,lessons,talks}/**/*.{ts,tsx}",
  "../client/owners.ts",
  "!../**/*.test.{ts,tsx}",
  "!../**/testing/**",
  "!../**/*.ja.ts",
  "!../app/main.tsx",
]);

interface Twin {
  readonly path: string;
  readonly english: unknown;
  readonly japanese: unknown;
}
const twins: Twin[] = [];

function walk(path: string, english: unknown, japanese: unknown): void {
  twins.push({ path, english, japanese });
  if (typeof english !== "object" || english === null) return;
  for (const key of new Set([...Object.keys(english), ...Object.keys(japanese ?? {})]))
    walk(
      `${path}.${key}`,
      (english as Record<string, unknown>)[key],
      (japanese as Record<string, unknown> | undefined)?.[key],
    );
}

beforeAll(async () => {
  for (const load of Object.values(modules)) await load();
  const frozen = [...reads];
  const catalogue = (await import("../client/language/catalogue.ts")) as unknown as { started(): void };
  catalogue.started();
  reads.splice(0, reads.length, ...frozen);
  for (const [at, { english, ja }] of pairs.entries()) walk(String(at), english, (await ja()).default);
}, 120_000);

test("nothing is read of any catalogue while modules start", () => {
  expect(pairs.length).toBeGreaterThan(30);
  expect(reads).toEqual([]);
});

test("each text has its like: no key is missing, none is too many, lists are as long", () => {
  const unlike = twins.filter(({ english, japanese }) => typeof english !== typeof japanese);
  expect(unlike.map(({ path }) => path)).toEqual([]);
  const empty = twins.filter(({ english, japanese }) => typeof english === "string" && !english !== !japanese);
  expect(empty.map(({ path, english }) => `${path}: ${english}`)).toEqual([]);
  expect(twins.filter(({ english }) => typeof english === "string").length).toBeGreaterThan(700);
});

/** Something that can be taken for a number, a text, a list or a record: its fields are numbers of their own. */
function anything(seed: number): unknown {
  return new Proxy(() => anything(seed + 1), {
    get: (_, key) => {
      if (key === Symbol.toPrimitive) return (hint: string) => (hint === "string" ? String(seed) : seed);
      if (key === Symbol.iterator) return [][Symbol.iterator];
      if (key === "toString") return () => String(seed);
      return typeof key === "string" && !(key in Array.prototype) && !(key in String.prototype)
        ? anything(seed + key.length * 10)
        : undefined;
    },
  });
}
const CASES: readonly ((at: number) => unknown)[] = [
  (at) => 1009 + 2 * at,
  (at) => at + 1,
  () => 0,
  (at) => `w${at}x`,
  () => "",
  () => [],
  () => null,
  (at) => at % 2 === 0,
  (at) => anything(2003 + 1000 * at),
  (at) => (at === 0 ? `w${at}x` : 1009 + 2 * at),
  (at) => (at === 0 ? 1009 : `w${at}x`),
];
type Call = (...args: unknown[]) => unknown;
const told = (of: unknown): string => (typeof of === "string" ? of : JSON.stringify(of)) ?? String(of);
/** What a text says of what it was told: figures, and names. */
const facts = (text: string): string =>
  [...new Set(text.replaceAll(/(\d),(?=\d{3})/g, "$1").match(/w\dx|\d{4,}/g) ?? [])].sort().join(" ");

test("each function says something in either language, and of the same things", () => {
  const wrong: string[] = [];
  let asked = 0;
  const silent: string[] = [];
  for (const { path, english, japanese } of twins) {
    if (typeof english !== "function" || typeof japanese !== "function") continue;
    let any = english.length === 0;
    for (const make of CASES) {
      const args = Array.from({ length: english.length }, (_, at) => make(at));
      let expected: unknown;
      try {
        expected = (english as Call)(...args);
      } catch {
        // What it is told has another form.
        continue;
      }
      any = true;
      asked++;
      const said = (() => {
        try {
          return (japanese as Call)(...args);
        } catch (error) {
          return error;
        }
      })();
      const [one, other] = [told(expected), told(said)];
      const broken = /undefined|NaN|\[object/;
      if (typeof said !== typeof expected || said instanceof Error || !one !== !other)
        wrong.push(`${path}: ${one} | ${other}`);
      else if (!broken.test(one) && (broken.test(other) || facts(one) !== facts(other)))
        wrong.push(`${path}: ${one} | ${other}`);
    }
    if (!any) silent.push(path);
  }
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(2000);
  // What only real records can be told to: their views' tests do.
  expect(silent.length).toBeLessThan(12);
});
