// biome-ignore lint/style/noRestrictedImports: the test runs in Node; the style sheet is read as text
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync(new URL("./theme.css", import.meta.url), "utf8");

/** Tokens of the theme block that begins with this `color-scheme`. */
function tokens(scheme: "light" | "dark"): ReadonlyMap<string, string> {
  const block = new RegExp(`color-scheme: ${scheme};([^}]*)}`).exec(css)?.[1] ?? "";
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name ?? "", value ?? ""]),
  );
}

/** WCAG relative luminance of `#rrggbb`. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string | undefined, other: string | undefined): number {
  if (!one || !other) return 0;
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
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

  test("no two kinds of page look the same", () => {
    const kinds = [...theme].filter(([name]) => name.startsWith("kind-"));
    expect(kinds).toHaveLength(14);
    expect(new Set(kinds.map(([, colour]) => colour)).size).toBe(kinds.length);
  });
});

test("both themes define the same tokens", () => {
  expect([...tokens("dark").keys()]).toEqual([...tokens("light").keys()]);
});
