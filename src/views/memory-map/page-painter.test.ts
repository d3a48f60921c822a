// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { PageKind } from "../../engine/memory/kinds.ts";
import { PAGES_PER_SECTION } from "../../engine/units.ts";
import { MapFlag } from "../../protocol/messages.ts";
import { layoutPages, pageblockRect } from "./page-geometry.ts";
import { createPagePainter, type PagePainter } from "./page-painter.ts";
import { fillPalette, PALETTE_SIZE, type Rgb } from "./palette.ts";

/** What the painter asks of a canvas, recorded. */
interface Recorded {
  readonly drawn: number[][];
  readonly filled: number[][];
  picture: Uint32Array;
}

const layout = layoutPages(550, 268);
const colours: Record<string, Rgb> = { "--panel": { r: 255, g: 255, b: 255 }, "--kind-anon": { r: 0, g: 0, b: 255 } };
const colourOf = (token: string): Rgb => colours[token] ?? { r: token.length, g: 7 * token.length, b: 90 };
const palette = new Uint32Array(PALETTE_SIZE);
fillPalette(palette, colourOf);

let recorded: Recorded;
let painter: PagePainter;
let calm = false;
let bytes: Uint8Array;

beforeEach(() => {
  recorded = { drawn: [], filled: [], picture: new Uint32Array(0) };
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockImplementation((() => ({
    createImageData: (width: number, height: number) => ({
      width,
      height,
      data: new Uint8ClampedArray(width * height * 4),
    }),
    putImageData: (image: ImageData) => {
      recorded.picture = new Uint32Array(image.data.buffer);
    },
    drawImage: (_image: unknown, ...at: number[]) => recorded.drawn.push(at),
    fillRect: (...at: number[]) => recorded.filled.push(at),
    clearRect: () => {},
  })) as never);
  calm = false;
  painter = createPagePainter(document.createElement("canvas"), () => calm);
  painter.resize(layout);
  painter.recolour(colourOf, null);
  bytes = new Uint8Array(PAGES_PER_SECTION).fill(PageKind.Free);
  painter.update(bytes, 0, 0);
});
afterEach(() => vi.restoreAllMocks());

/** Pixels of the small picture: one a page, so the first page is the first pixel. */
const firstPixel = () => recorded.picture[0];
const drawnBlocks = () => recorded.drawn.length;
const forget = () => {
  recorded.drawn.length = 0;
  recorded.filled.length = 0;
};

describe("painting pages", () => {
  test("the first time every pageblock is drawn, where the geometry says, without a fade", () => {
    expect(drawnBlocks()).toBe(64);
    expect(painter.fading).toBe(false);
    expect(firstPixel()).toBe(palette[PageKind.Free]);
    const { x, y, width, height } = pageblockRect(layout, 17);
    expect(recorded.drawn[17]?.slice(4)).toEqual([x + layout.gap, y + layout.gap, width, height]);
  });

  test("then only the pageblocks with a page that changed", () => {
    forget();
    painter.update(bytes, 0, 16);
    expect(drawnBlocks()).toBe(0);
    bytes[5 * 512] = PageKind.Anon;
    bytes[5 * 512 + 1] = PageKind.Anon;
    bytes[40 * 512] = PageKind.Anon;
    painter.update(bytes, 0, 16);
    expect(drawnBlocks()).toBe(2);
  });

  test("a page fades from what it was, and then all is still", () => {
    bytes[0] = PageKind.Anon;
    painter.update(bytes, 0, 16);
    expect(painter.fading).toBe(true);
    expect(firstPixel()).not.toBe(palette[PageKind.Anon]);
    for (let frame = 0; painter.fading && frame < 100; frame++) painter.update(bytes, 0, 16);
    expect(painter.fading).toBe(false);
    expect(firstPixel()).toBe(palette[PageKind.Anon]);
    forget();
    painter.update(bytes, 0, 16);
    expect(drawnBlocks()).toBe(0);
  });

  test("a fresh page lights up and takes longer to calm down than one that changed", () => {
    const framesOf = (byte: number) => {
      painter.reset();
      bytes.fill(PageKind.Free);
      painter.update(bytes, 0, 0);
      bytes[0] = byte;
      let frames = 0;
      do painter.update(bytes, 0, 16);
      while (painter.fading && ++frames < 500);
      return frames;
    };
    expect(framesOf(PageKind.Anon | MapFlag.Fresh)).toBeGreaterThan(2 * framesOf(PageKind.Anon));
    expect(firstPixel()).toBe(palette[PageKind.Anon]);
  });

  test("with reduced motion nothing fades, and a fresh page looks fresh while it is", () => {
    calm = true;
    bytes[0] = PageKind.Anon | MapFlag.Fresh;
    painter.update(bytes, 0, 16);
    expect(painter.fading).toBe(false);
    expect(firstPixel()).toBe(palette[PageKind.Anon | MapFlag.Fresh]);
    bytes[0] = PageKind.Anon;
    painter.update(bytes, 0, 16);
    expect(firstPixel()).toBe(palette[PageKind.Anon]);
  });

  test("another section is shown at once", () => {
    const two = new Uint8Array(2 * PAGES_PER_SECTION).fill(PageKind.PageCache, PAGES_PER_SECTION);
    painter.reset();
    painter.update(two, PAGES_PER_SECTION, 16);
    expect(painter.fading).toBe(false);
    expect(firstPixel()).toBe(palette[PageKind.PageCache]);
  });

  test("a pageblock is framed while pages of it are isolated", () => {
    forget();
    bytes[3 * 512 + 9] = PageKind.Anon | MapFlag.Isolated;
    painter.update(bytes, 0, 16);
    expect(recorded.filled).toHaveLength(4);
    const { x, y } = pageblockRect(layout, 3);
    expect(recorded.filled[0]?.slice(0, 2)).toEqual([x, y]);
    forget();
    bytes[3 * 512 + 9] = PageKind.Free;
    painter.update(bytes, 0, 16);
    expect(recorded.filled).toHaveLength(0);
  });
});
