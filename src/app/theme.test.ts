// biome-ignore lint/style/noRestrictedImports: the test runs in Node; the style sheet is read as text
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { contrast, linear } from "../views/testing/contrast.ts";

const css = readFileSync(new URL("./theme.css", import.meta.url), "utf8");

/** Tokens of the theme block that begins with this `color-scheme`. */
function tokens(scheme: "light" | "dark"): ReadonlyMap<string, string> {
  const block = new RegExp(`color-scheme: ${scheme};([^}]*)}`).exec(css)?.[1] ?? "";
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name ?? "", value ?? ""]),
  );
}

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

const times = (matrix: Matrix, [x, y, z]: Triple) =>
  matrix.map((row) => row[0] * x + row[1] * y + row[2] * z) as unknown as Triple;

/** How eyes without one kind of cone see linear light (Machado, Oliveira and Fernandes 2009, severity 1). */
const EYES: Readonly<Record<string, Matrix>> = {
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
const SAME: Matrix = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];
const LMS: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const LAB: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];

/** Distance of two colours in Oklab, in hundredths of the way from black to white; 2 is just seen side by side. */
function apart(one: string | undefined, other: string | undefined, eyes: Matrix = SAME): number {
  if (!one || !other) return 0;
  const seen = (colour: string) => {
    const light = times(eyes, linear(colour)).map((value) => Math.min(1, Math.max(0, value))) as unknown as Triple;
    return times(LAB, times(LMS, light).map(Math.cbrt) as unknown as Triple);
  };
  const [a, b] = [seen(one), seen(other)];
  return 100 * Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

describe.each(["light", "dark"] as const)("the %s theme", (scheme) => {
  const theme = tokens(scheme);
  const surfaces = ["panel", "bg", "raised"];

  test.each(["ink", "ink2", "ink3", "accent", "ok", "bad", "warn"])(
    "--%s can be read on every surface (WCAG AA)",
    (ink) => {
      for (const surface of surfaces)
        expect(contrast(theme.get(ink), theme.get(surface)), surface).toBeGreaterThanOrEqual(4.5);
    },
  );

  test("words on the accent can be read, edges of controls can be seen", () => {
    expect(contrast(theme.get("on-accent"), theme.get("accent"))).toBeGreaterThanOrEqual(4.5);
    for (const surface of surfaces)
      expect(contrast(theme.get("edge"), theme.get(surface)), surface).toBeGreaterThanOrEqual(3);
  });

  const named = (prefix: string) => [...theme].filter(([name]) => name.startsWith(prefix));
  const kinds = named("kind-");
  /** Pairs that are nearer than `least`, as the named eyes see them. */
  const tooNear = (
    ones: readonly (readonly [string, string])[],
    others: readonly (readonly [string, string])[],
    least: number,
    eyes?: Matrix,
  ) =>
    ones.flatMap(([name, colour]) =>
      others
        .filter(([other, its]) => other !== name && apart(colour, its, eyes) < least)
        .map(([other, its]) => `${name} and ${other}: ${apart(colour, its, eyes).toFixed(1)}`),
    );
  const meanings = (...names: string[]) => names.map((name) => [name, theme.get(name) ?? ""] as const);

  test("a zone has the colour of no kind, of no other zone, nor of a refusal, a success or the selection", () => {
    expect(tooNear(named("zone-"), [...kinds, ...named("zone-"), ...meanings("bad", "ok", "accent")], 7)).toEqual([]);
  });

  test.each(Object.entries(EYES))("nor for eyes with %s", (_, eyes) => {
    expect(tooNear(named("zone-"), [...kinds, ...named("zone-"), ...meanings("bad", "accent")], 4, eyes)).toEqual([]);
  });

  test("a refusal has the colour of nothing else", () => {
    // Free and offline are the ground that it is drawn on: there it has to stand out further.
    const [ground, others] = [
      ["kind-free", "kind-offline"],
      ["ok", "accent", "warn"],
    ];
    expect(tooNear(meanings("bad"), kinds, 10)).toEqual([]);
    expect(tooNear(meanings("bad"), meanings(...others), 10)).toEqual([]);
    expect(tooNear(meanings("bad"), meanings(...ground), 25)).toEqual([]);
  });

  test.each(Object.entries(EYES))("nor for eyes with %s, who have its form besides", (_, eyes) => {
    expect(tooNear(meanings("bad"), kinds, 4, eyes)).toEqual([]);
  });

  test("the selection has the colour of no kind", () => {
    expect(tooNear(meanings("accent"), kinds, 6)).toEqual([]);
  });

  test("zones, which are thin lines and small dots, are seen on the panel", () => {
    for (const [name, colour] of named("zone-"))
      expect(contrast(colour, theme.get("panel")), name).toBeGreaterThanOrEqual(3);
  });

  test("no two kinds of page look the same", () => {
    expect(kinds).toHaveLength(14);
    expect(tooNear(kinds, kinds, 4)).toEqual([]);
  });

  test.each(Object.entries(EYES))("nor for eyes with %s", (_, eyes) => {
    expect(tooNear(kinds, kinds, 4, eyes)).toEqual([]);
  });

  // A near page is solid and a far one hatched: told apart by texture, seen on what is not touched, and not taken for a migration entry.
  test.each(Object.entries({ ...EYES, "all cones": SAME }))(
    "distance is seen on its ground by eyes with %s",
    (_, eyes) => {
      const ground = meanings("kind-free", "kind-isolated", "panel");
      expect(tooNear(meanings("near", "far"), ground, 15, eyes)).toEqual([]);
    },
  );
});

test("both themes define the same tokens", () => {
  expect([...tokens("dark").keys()]).toEqual([...tokens("light").keys()]);
});
