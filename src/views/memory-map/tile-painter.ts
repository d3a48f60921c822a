/**
 * Paints the tiles of a node's blocks into one canvas, as large as what is visible of the list. All pixels are
 * written into one buffer that goes to the canvas in one call; a frame writes only the tiles that changed.
 */
import { PageKind } from "../../engine/memory/kinds.ts";
import { gatherMosaic, MOSAIC_CELLS, stackOf } from "./mosaic.ts";
import { fillPalette, type Highlight, PALETTE_SIZE, pack, type Rgb, mix } from "./palette.ts";
import { MOSAIC, type TileLayout, tileRect } from "./tile-geometry.ts";

/** How a tile stands out, as bits. */
export const TileMark = { Offline: 1, GoingOffline: 2, Culprit: 4, Selected: 8, OfSelectedDimm: 16 } as const;

export interface TilePainter {
  /** Tiles in the order of the layout: keys of their blocks, and their `TileMark` bits. */
  arrange(layout: TileLayout, keys: readonly string[], marks: Uint8Array): void;
  /** Size of the canvas, how far the list is scrolled, and the unit of line widths, in device pixels. */
  view(width: number, height: number, scroll: number, unit: number): void;
  recolour(colourOf: (token: string) => Rgb, highlight: Highlight | null): void;
  /** Paints what is out of date: everything after one of the above, else the tiles of `changed` blocks. */
  update(changed: readonly string[]): void;
  destroy(): void;
}

export function createTilePainter(
  canvas: HTMLCanvasElement,
  mapOf: (block: string) => Uint8Array | undefined,
): TilePainter {
  const context = canvas.getContext("2d");
  const palette = new Uint32Array(PALETTE_SIZE);
  const cells = new Uint8Array(MOSAIC_CELLS);
  const indexOf = new Map<string, number>();

  let layout: TileLayout | undefined;
  let keys: readonly string[] = [];
  let marks: Uint8Array = new Uint8Array(0);
  let image: ImageData | undefined;
  let pixels = new Uint32Array(0);
  let width = 0;
  let height = 0;
  let scroll = 0;
  let unit = 1;
  let stale = true;
  let colours = { accent: 0, bad: 0, warn: 0, ink: 0, hollow: 0, edge: 0 };
  let dirtyTop = 0;
  let dirtyBottom = 0;

  function fill(x: number, y: number, w: number, h: number, colour: number): void {
    const left = Math.max(0, x);
    const right = Math.min(width, x + w);
    const bottom = Math.min(height, y + h);
    for (let row = Math.max(0, y); row < bottom; row++) pixels.fill(colour, row * width + left, row * width + right);
  }

  /** A frame of `thickness` outside of a square; `dash` breaks it. */
  function frame(x: number, y: number, side: number, thickness: number, colour: number, dash: number): void {
    const outer = side + 2 * thickness;
    const left = x - thickness;
    const top = y - thickness;
    if (dash === 0) {
      fill(left, top, outer, thickness, colour);
      fill(left, top + outer - thickness, outer, thickness, colour);
      fill(left, top, thickness, outer, colour);
      fill(left + outer - thickness, top, thickness, outer, colour);
      return;
    }
    for (let at = 0; at < outer; at += 2 * dash) {
      const length = Math.min(dash, outer - at);
      fill(left + at, top, length, thickness, colour);
      fill(left + at, top + outer - thickness, length, thickness, colour);
      fill(left, top + at, thickness, length, colour);
      fill(left + outer - thickness, top + at, thickness, length, colour);
    }
  }

  /** A corner cut off in colour: the state can be seen without telling colours apart. */
  function corner(x: number, y: number, side: number, colour: number): void {
    for (let row = 0; row < side; row++) fill(x, y + row, side - row, 1, colour);
  }

  function paintTile(index: number): void {
    if (!layout) return;
    const rect = tileRect(layout, index);
    const y = rect.y - scroll;
    const half = Math.ceil(layout.gap / 2);
    if (y + rect.height + half < 0 || y - half > height) return;
    dirtyTop = Math.min(dirtyTop, Math.max(0, y - half));
    dirtyBottom = Math.max(dirtyBottom, Math.min(height, y + rect.height + half));
    const mark = marks[index] ?? 0;
    const { tile, cell, grid } = layout;
    const stroke = Math.max(1, Math.round(unit));

    if (mark & TileMark.Offline) {
      fill(rect.x, y, tile, tile, colours.edge);
      if (tile > 2 * stroke + 2)
        fill(rect.x + stroke, y + stroke, tile - 2 * stroke, tile - 2 * stroke, colours.hollow);
    } else {
      const map = mapOf(keys[index] ?? "");
      if (map === undefined || map.length === 0) fill(rect.x, y, tile, tile, palette[PageKind.Free]!);
      else {
        gatherMosaic(map, cells);
        if (cell === 0) {
          fill(rect.x, y, tile, tile, palette[PageKind.Free]!);
          let floor = y + tile;
          stackOf(cells, (kind, share) => {
            // The least is still seen as its kind.
            const thick = Math.min(floor - y, Math.max(1, Math.round((share * tile) / MOSAIC_CELLS)));
            floor -= thick;
            fill(rect.x, floor, tile, thick, palette[kind]!);
          });
        } else {
          for (let at = 0; at < MOSAIC_CELLS; at++) {
            const column = at % MOSAIC;
            const row = (at - column) / MOSAIC;
            fill(rect.x + column * (cell + grid), y + row * (cell + grid), cell, cell, palette[cells[at]!]!);
          }
        }
      }
    }

    const thick = tile >= 12 * unit ? Math.max(1, Math.round(1.5 * unit)) : stroke;
    if (mark & TileMark.OfSelectedDimm) fill(rect.x, y + tile + stroke, tile, stroke, colours.ink);
    if (mark & TileMark.Culprit) frame(rect.x, y, tile, thick, colours.bad, 0);
    else if (mark & TileMark.GoingOffline)
      frame(rect.x, y, tile, thick, colours.warn, Math.max(2, Math.round(tile / 9)));
    if (mark & TileMark.Selected) frame(rect.x, y, tile, thick, colours.accent, 0);
    if (mark & (TileMark.Culprit | TileMark.GoingOffline))
      corner(rect.x, y, Math.max(3, Math.round(tile / 3.4)), mark & TileMark.Culprit ? colours.bad : colours.warn);
  }

  return {
    arrange(nextLayout, nextKeys, nextMarks) {
      layout = nextLayout;
      keys = nextKeys;
      marks = nextMarks;
      indexOf.clear();
      for (const [index, key] of nextKeys.entries()) indexOf.set(key, index);
      stale = true;
    },
    view(nextWidth, nextHeight, nextScroll, nextUnit) {
      if (nextWidth !== width || nextHeight !== height || !image) {
        width = nextWidth;
        height = nextHeight;
        canvas.width = width;
        canvas.height = height;
        image = context?.createImageData(Math.max(1, width), Math.max(1, height));
        pixels = new Uint32Array(image?.data.buffer ?? new ArrayBuffer(0));
      }
      scroll = nextScroll;
      unit = nextUnit;
      stale = true;
    },
    recolour(colourOf, highlight) {
      fillPalette(palette, colourOf, highlight);
      const panel = colourOf("--panel");
      const offline =
        highlight === null || highlight === "offline"
          ? colourOf("--kind-offline")
          : mix(colourOf("--kind-offline"), panel, 0.7);
      colours = {
        accent: pack(colourOf("--accent")),
        bad: pack(colourOf("--bad")),
        warn: pack(colourOf("--warn")),
        ink: pack(colourOf("--ink2")),
        edge: pack(offline),
        hollow: pack(mix(offline, panel, 0.78)),
      };
      stale = true;
    },
    update(changed) {
      if (!context || !image || !layout) return;
      dirtyTop = height;
      dirtyBottom = 0;
      if (stale) {
        pixels.fill(0);
        for (let index = 0; index < layout.count; index++) paintTile(index);
        dirtyTop = 0;
        dirtyBottom = height;
        stale = false;
      } else
        for (const key of changed) {
          const index = indexOf.get(key);
          if (index !== undefined) paintTile(index);
        }
      if (dirtyBottom > dirtyTop) context.putImageData(image, 0, 0, 0, dirtyTop, width, dirtyBottom - dirtyTop);
    },
    destroy() {
      canvas.width = 0;
      canvas.height = 0;
    },
  };
}
