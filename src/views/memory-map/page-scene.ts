/**
 * The page map as a thing on the screen: it follows its room, the theme and the frames of the playground, and has
 * the painter draw. Made once for a canvas; React only tells it what to show.
 */
import type { Playground } from "../../client/playground.ts";
import { PAGES_PER_SECTION } from "../../engine/units.ts";
import { observeSurface, type SurfaceSize } from "../canvas-surface.ts";
import { LENS_CELL, LENS_COLUMNS, LENS_ROWS, lensWindow } from "./lens.ts";
import { layoutPages, type PageLayout } from "./page-geometry.ts";
import { createPagePainter } from "./page-painter.ts";
import type { Highlight } from "./palette.ts";
import { colourReader, onThemeChange } from "./theme-colours.ts";

export interface PageView {
  readonly block: string | null;
  /** Section of the block, from 0. */
  readonly section: number;
  readonly highlight: Highlight | null;
  /** What the map is compared with. */
  readonly before: Uint8Array | null;
  /** Page of the section to magnify the surroundings of. */
  readonly magnified: number | null;
}

export interface PlacedLayout {
  readonly layout: PageLayout;
  /** Device pixels of a CSS pixel, and of one where text has its usual size. */
  readonly ratio: number;
  readonly unit: number;
}

export interface PageScene {
  update(view: PageView): void;
  /** Canvas that shows the pageblock of the magnified page; it may come and go. */
  lens(canvas: HTMLCanvasElement | null): void;
  destroy(): void;
}

export function createPageScene(
  room: HTMLElement,
  canvas: HTMLCanvasElement,
  playground: Playground,
  onLayout: (placed: PlacedLayout) => void,
): PageScene {
  const stillness = matchMedia("(prefers-reduced-motion: reduce)");
  const painter = createPagePainter(canvas, () => stillness.matches);
  let view: PageView = { block: null, section: 0, highlight: null, before: null, magnified: null };
  let placed: PlacedLayout | undefined;
  let shown = "";
  let lens: HTMLCanvasElement | null = null;
  /** Real milliseconds that what is to be painted has waited for a panel. */
  let overdue: number | null = null;

  function recolour(): void {
    painter.recolour(colourReader(), view.highlight);
    playground.requestFrame();
  }

  function resize({ width, height, ratio, unit }: SurfaceSize): void {
    const layout = layoutPages(width, height, unit);
    placed = { layout, ratio, unit };
    painter.resize(layout);
    canvas.style.width = `${canvas.width / ratio}px`;
    canvas.style.height = `${canvas.height / ratio}px`;
    draw(0);
    onLayout(placed);
  }

  function draw(elapsed: number): void {
    const map = playground.pageMap();
    // The map of a block that was just chosen is on its way: until it comes the last one stays, so nothing flashes.
    if (!map || map.block !== view.block) return;
    const what = `${map.block}/${view.section}`;
    if (what !== shown) {
      painter.reset();
      shown = what;
    }
    painter.update(map.bytes, view.section * PAGES_PER_SECTION, elapsed);
    if (painter.fading) playground.requestFrame();
    drawLens();
  }

  function drawLens(): void {
    if (!lens || !placed || view.magnified === null) return;
    const { layout, ratio, unit } = placed;
    const cell = Math.round(LENS_CELL * unit);
    const width = LENS_COLUMNS * cell;
    const height = LENS_ROWS * cell;
    if (lens.width !== width || lens.height !== height) {
      lens.width = width;
      lens.height = height;
      lens.style.width = `${width / ratio}px`;
      lens.style.height = `${height / ratio}px`;
    }
    const context = lens.getContext("2d");
    const { column, row } = lensWindow(layout, view.magnified);
    if (context) painter.magnify(context, { column, row, columns: LENS_COLUMNS, rows: LENS_ROWS }, cell);
  }

  painter.recolour(colourReader(), null);
  const stop = [
    observeSurface(room, resize),
    onThemeChange(recolour),
    playground.onFrame(({ elapsed, pagesChanged, panel }) => {
      const what = `${view.block}/${view.section}`;
      const due = overdue !== null || pagesChanged || painter.fading || painter.stale || what !== shown;
      const since = (overdue ?? 0) + elapsed;
      // Not in a frame that renders a panel: to paint 32,768 pages is enough for another.
      overdue = due && panel ? since : null;
      if (overdue !== null) playground.requestFrame();
      else if (due) draw(since);
    }),
  ];

  return {
    update(next) {
      const before = view;
      view = next;
      if (next.highlight !== before.highlight) recolour();
      if (next.before !== before.before) {
        painter.compare(next.before);
        playground.requestFrame();
      }
      if (next.block !== before.block || next.section !== before.section) draw(0);
      else if (next.magnified !== before.magnified) drawLens();
    },
    lens(next) {
      lens = next;
      drawLens();
    },
    destroy() {
      for (const end of stop) end();
      painter.destroy();
    },
  };
}
