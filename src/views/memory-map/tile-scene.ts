/** The canvas behind the tiles: follows the room it has, the scrolling, the theme and the frames of the playground. */
import type { Playground } from "../../client/playground.ts";
import { observeSurface, type SurfaceSize } from "../canvas-surface.ts";
import { takingTurns } from "../canvas-turns.ts";
import type { Highlight } from "./palette.ts";
import { colourReader, onThemeChange } from "./theme-colours.ts";
import type { TileLayout } from "./tile-geometry.ts";
import { createTilePainter } from "./tile-painter.ts";

export interface TileView {
  readonly layout: TileLayout;
  readonly keys: readonly string[];
  /** `TileMark` bits of each tile. */
  readonly marks: Uint8Array;
  readonly highlight: Highlight | null;
}

export interface TileScene {
  update(view: TileView): void;
  destroy(): void;
}

/** `scroller` is what scrolls; the canvas lies behind it, at its top left, and is as large as what is visible of it. */
export function createTileScene(
  scroller: HTMLElement,
  canvas: HTMLCanvasElement,
  playground: Playground,
  onSize: (size: SurfaceSize) => void,
): TileScene {
  const painter = createTilePainter(canvas, (block) => playground.pageblockMap(block));
  let size: SurfaceSize | undefined;
  let view: TileView | undefined;
  const due = new Set<string>();
  const rests = takingTurns();

  const frameView = () => {
    if (size) painter.view(size.width, size.height, Math.round(scroller.scrollTop * size.ratio), size.unit);
  };
  const recolour = () => {
    painter.recolour(colourReader(), view?.highlight ?? null);
    painter.update([]);
  };
  const onScroll = () => {
    frameView();
    painter.update([]);
  };
  scroller.addEventListener("scroll", onScroll, { passive: true });
  painter.recolour(colourReader(), null);
  const stop = [
    observeSurface(scroller, (next) => {
      size = next;
      frameView();
      canvas.style.width = `${next.width / next.ratio}px`;
      canvas.style.height = `${next.height / next.ratio}px`;
      onSize(next);
      painter.update([]);
    }),
    onThemeChange(recolour),
    playground.onFrame(({ changedBlocks, panel }) => {
      for (const block of changedBlocks) due.add(block);
      if (due.size === 0) return;
      if (rests(panel)) {
        playground.requestFrame();
        return;
      }
      painter.update([...due]);
      due.clear();
    }),
    () => scroller.removeEventListener("scroll", onScroll),
  ];

  return {
    update(next) {
      const before = view;
      view = next;
      painter.arrange(next.layout, next.keys, next.marks);
      if (next.highlight !== before?.highlight) painter.recolour(colourReader(), next.highlight);
      painter.update([]);
    },
    destroy() {
      for (const end of stop) end();
      painter.destroy();
    },
  };
}
