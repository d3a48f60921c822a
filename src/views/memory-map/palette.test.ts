import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PAGE_KINDS, PageKind } from "../../engine/memory/kinds.ts";
import { MapFlag } from "../../protocol/messages.ts";
import { displayGroups, kindToken } from "../kinds.ts";
import { blend, fillPalette, mix, pack, PALETTE_SIZE, type Rgb } from "./palette.ts";

/** A different colour for each token, dark ones for the light theme's ink. */
const tokens = new Map<string, Rgb>([
  ["--panel", { r: 255, g: 255, b: 255 }],
  ["--ink", { r: 10, g: 20, b: 30 }],
]);
for (const [index, group] of displayGroups.entries())
  tokens.set(group.token, { r: 20 + index * 10, g: 100, b: 200 - index * 9 });
tokens.set("--kind-pinned", { r: 1, g: 2, b: 3 });
const colourOf = (token: string): Rgb => {
  const colour = tokens.get(token);
  if (!colour) throw new Error(`no colour ${token}`);
  return colour;
};
const filled = (highlight: Parameters<typeof fillPalette>[2] = null) => {
  const palette = new Uint32Array(PALETTE_SIZE);
  fillPalette(palette, colourOf, highlight);
  return palette;
};

describe("palette", () => {
  test("every kind without flags has the colour of its token", () => {
    const palette = filled();
    for (let kind = 0; kind < PAGE_KINDS; kind++) expect(palette[kind]).toBe(pack(colourOf(kindToken(kind))));
  });

  test("all pixels are opaque", () => {
    for (const pixel of filled("anon")) expect(pixel >>> 24).toBe(255);
  });

  test("a pinned page looks pinned whatever it holds", () => {
    const palette = filled();
    expect(palette[PageKind.Anon | MapFlag.Pinned]).toBe(pack(colourOf("--kind-pinned")));
    expect(palette[PageKind.PageCache | MapFlag.Pinned]).toBe(pack(colourOf("--kind-pinned")));
  });

  test("isolated and fresh pages differ from quiet ones", () => {
    const palette = filled();
    const looks = [0, MapFlag.Isolated, MapFlag.Fresh].map((flag) => palette[PageKind.Anon | flag]);
    expect(new Set(looks).size).toBe(3);
  });

  test("a highlight keeps its own kind and fades the others", () => {
    const plain = filled();
    const palette = filled("anon");
    expect(palette[PageKind.Anon]).toBe(plain[PageKind.Anon]);
    expect(palette[PageKind.PageCache]).toBe(pack(mix(colourOf("--kind-file"), colourOf("--panel"), 0.86)));
  });

  test("highlighting pinned pages is about the pin, not about the kind", () => {
    const plain = filled();
    const palette = filled("pinned");
    expect(palette[PageKind.Anon | MapFlag.Pinned]).toBe(plain[PageKind.Anon | MapFlag.Pinned]);
    expect(palette[PageKind.Anon]).not.toBe(plain[PageKind.Anon]);
    expect(filled("anon")[PageKind.Anon | MapFlag.Pinned]).not.toBe(plain[PageKind.Anon | MapFlag.Pinned]);
  });
});

describe("blend", () => {
  const pixels = fc
    .record({ r: fc.nat(255), g: fc.nat(255), b: fc.nat(255) })
    .map((colour) => ({ colour, pixel: pack(colour) }));

  test("ends are the pixels themselves and the way between is that of mix", () => {
    fc.assert(
      fc.property(pixels, pixels, fc.integer({ min: 0, max: 16 }), (to, from, sixteenths) => {
        const got = blend(to.pixel, from.pixel, sixteenths);
        const want = mix(to.colour, from.colour, sixteenths / 16);
        expect(got >>> 24).toBe(255);
        expect(Math.abs((got & 255) - want.r)).toBeLessThanOrEqual(1);
        expect(Math.abs(((got >>> 8) & 255) - want.g)).toBeLessThanOrEqual(1);
        expect(Math.abs(((got >>> 16) & 255) - want.b)).toBeLessThanOrEqual(1);
      }),
    );
    expect(blend(0xff112233, 0xff445566, 0)).toBe(0xff112233);
    expect(blend(0xff112233, 0xff445566, 16)).toBe(0xff445566);
  });
});
