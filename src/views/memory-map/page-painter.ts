/**
 * Paints one section, page by page. Each page is one pixel of a small picture that is scaled up pageblock by
 * pageblock; only what changed since the last frame is drawn, and nothing is allocated on the way. Pageblocks without news are
 * compared, not walked through.
 *
 * A page that changes fades from what it was; one that was just allocated here lights up first. With `calm` (reduced
 * motion) there are no fades: a fresh page keeps its lit colour for as long as the engine calls it fresh.
 */
import { PAGEBLOCK_ORDER, PAGEBLOCK_PAGES, PAGEBLOCKS_PER_SECTION, PAGES_PER_SECTION } from "../../engine/units.ts";
import { MapFlag } from "../../protocol/messages.ts";
import { cellOf, type PageLayout, pageblockRect } from "./page-geometry.ts";
import { changeOf } from "../changes/page-changes.ts";
import { blend, fillPalette, type Highlight, pack, PALETTE_SIZE, type Rgb } from "./palette.ts";

/** Milliseconds for a page to fade from what it was, and from having been allocated. */
const CHANGE_MS = 260;
const FRESH_MS = 900;
const LONGEST_STEP_MS = 40;
const QUIET = 0xff & ~MapFlag.Fresh;

/** A rectangle of the grid of pages: its first column and row, and how many there are. */
interface GridPart {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

export interface PagePainter {
  /** Lays the pages out anew; paints nothing until the next `update`. */
  resize(layout: PageLayout): void;
  /** Takes the colours of the theme, all kinds but `highlight` faded. */
  recolour(colourOf: (token: string) => Rgb, highlight: Highlight | null): void;
  /**
   * From the next `update` on only what differs from these bytes (of the whole block) stands out: with the colour of what it is, or
   * with the accent where nothing is any more. `null`: everything is as it is.
   */
  compare(before: Uint8Array | null): void;
  /** The next `update` shows another section: nothing of it fades in. */
  reset(): void;
  /** Paints what differs from the last frame. `bytes` from `offset` on is the section; `undefined` when unknown. */
  update(bytes: Uint8Array | undefined, offset: number, elapsed: number): void;
  /** True while pages still fade, so that a frame without news needs an `update` too. */
  readonly fading: boolean;
  /** True when colours or layout changed and nothing was painted since. */
  readonly stale: boolean;
  /** Draws a part of the grid of all pages into another canvas, `cell` device pixels a page. */
  magnify(target: CanvasRenderingContext2D, part: GridPart, cell: number): void;
  destroy(): void;
}

export function createPagePainter(canvas: HTMLCanvasElement, calm: () => boolean): PagePainter {
  const context = canvas.getContext("2d");
  const small = document.createElement("canvas");
  const smallContext = small.getContext("2d");

  const palette = new Uint32Array(PALETTE_SIZE);
  /** As pages look that are what they were. */
  const same = new Uint32Array(PALETTE_SIZE);
  let gone = 0;
  let past: Uint8Array | null = null;
  const shown = new Uint8Array(PAGES_PER_SECTION);
  /** What a fading page fades from (a map byte), and how far it still has to go (255 to 0). */
  const from = new Uint8Array(PAGES_PER_SECTION);
  const fade = new Uint8Array(PAGES_PER_SECTION);
  /** Pixel of each page in the small picture. */
  const pixelOf = new Uint32Array(PAGES_PER_SECTION);
  const isolated = new Uint16Array(PAGEBLOCKS_PER_SECTION);
  const outlined = new Uint8Array(PAGEBLOCKS_PER_SECTION);
  const dirty = new Uint8Array(PAGEBLOCKS_PER_SECTION);
  /** Pages of each pageblock that fade. */
  const fading = new Uint16Array(PAGEBLOCKS_PER_SECTION);

  let layout: PageLayout | undefined;
  let image: ImageData | undefined;
  let pixels = new Uint32Array(0);
  let outlineColour = "";
  let fresh = true;
  let everything = true;

  function resize(next: PageLayout): void {
    layout = next;
    canvas.width = next.width + 2 * next.gap;
    canvas.height = next.height + 2 * next.gap;
    small.width = next.blocksAcross * next.pagesAcross;
    small.height = next.blocksDown * next.pagesDown;
    for (let page = 0; page < PAGES_PER_SECTION; page++) {
      const { column, row } = cellOf(next, page);
      pixelOf[page] = row * small.width + column;
    }
    image = smallContext?.createImageData(small.width, small.height);
    pixels = new Uint32Array(image?.data.buffer ?? new ArrayBuffer(0));
    outlined.fill(0);
    everything = true;
  }

  function recolour(colourOf: (token: string) => Rgb, highlight: Highlight | null): void {
    fillPalette(palette, colourOf, highlight);
    fillPalette(same, colourOf, "none");
    gone = pack(colourOf("--accent"));
    const { r, g, b } = colourOf("--accent");
    outlineColour = `rgb(${r} ${g} ${b})`;
    everything = true;
  }

  /** Takes in the new bytes and writes the pixels of pages that changed or fade. */
  function compute(bytes: Uint8Array | undefined, offset: number, elapsed: number): boolean {
    const still = calm();
    // After a quiet time the first frame says how long that was: a fade still begins at its beginning.
    elapsed = Math.min(elapsed, LONGEST_STEP_MS);
    const changeStep = Math.max(1, Math.round((elapsed / CHANGE_MS) * 255));
    const freshStep = Math.max(1, Math.round((elapsed / FRESH_MS) * 255));
    let any = false;
    for (let block = 0; block < PAGEBLOCKS_PER_SECTION; block++) {
      const first = block << PAGEBLOCK_ORDER;
      if (!everything && fading[block] === 0 && isSame(bytes, offset, first)) continue;
      fading[block] = 0;
      isolated[block] = 0;
      for (let page = first; page < first + PAGEBLOCK_PAGES; page++) {
        const byte = bytes === undefined ? 0 : bytes[offset + page]!;
        const before = shown[page]!;
        let paint = everything;
        if (byte !== before) {
          shown[page] = byte;
          const lit = (byte & MapFlag.Fresh) !== 0;
          const changed = ((byte ^ before) & QUIET) !== 0 || (lit && !(before & MapFlag.Fresh));
          if (fresh || still) {
            fade[page] = 0;
            paint = true;
          } else if (changed) {
            from[page] = lit ? byte : before & QUIET;
            fade[page] = 255;
            paint = true;
          }
        } else if (fresh) fade[page] = 0;

        let left = fade[page]!;
        if (left > 0) {
          const origin = from[page]!;
          left = Math.max(0, left - (origin & MapFlag.Fresh ? freshStep : changeStep));
          fade[page] = left;
          paint = true;
          if (left > 0) fading[block]!++;
        }
        if (byte & MapFlag.Isolated) isolated[block]!++;
        if (paint) {
          const now = still ? byte : byte & QUIET;
          const to = past === null ? palette[now]! : compared(now, past[offset + page] ?? 0);
          pixels[pixelOf[page]!] = left === 0 ? to : blend(to, palette[from[page]!]!, left >>> 4);
          dirty[block] = 1;
          any = true;
        }
      }
    }
    return any;
  }

  /** Whether the pages of a pageblock are what they were. */
  function isSame(bytes: Uint8Array | undefined, offset: number, first: number): boolean {
    for (let page = first; page < first + PAGEBLOCK_PAGES; page++)
      if ((bytes === undefined ? 0 : bytes[offset + page]) !== shown[page]) return false;
    return true;
  }

  function compared(byte: number, before: number): number {
    const change = changeOf(before, byte);
    return change === "same" ? same[byte]! : change === "gone" ? gone : palette[byte]!;
  }

  function update(bytes: Uint8Array | undefined, offset: number, elapsed: number): void {
    if (!layout || !image || !context || !smallContext) return;
    if (compute(bytes, offset, elapsed)) {
      smallContext.putImageData(image, 0, 0);
      context.imageSmoothingEnabled = false;
      const { pagesAcross, pagesDown, blocksAcross, cellWidth, cellHeight, gap } = layout;
      const width = pagesAcross * cellWidth;
      const height = pagesDown * cellHeight;
      for (let block = 0; block < PAGEBLOCKS_PER_SECTION; block++) {
        if (!dirty[block]) continue;
        dirty[block] = 0;
        const column = block % blocksAcross;
        const row = Math.floor(block / blocksAcross);
        context.drawImage(
          small,
          column * pagesAcross,
          row * pagesDown,
          pagesAcross,
          pagesDown,
          gap + column * (width + gap),
          gap + row * (height + gap),
          width,
          height,
        );
      }
    }
    outline();
    fresh = false;
    everything = false;
  }

  /** Frames the pageblocks that hold isolated pages, in the gaps round them. */
  function outline(): void {
    if (!layout || !context) return;
    let changed = everything;
    for (let block = 0; block < PAGEBLOCKS_PER_SECTION; block++) {
      const now = isolated[block]! > 0 ? 1 : 0;
      if (outlined[block] !== now) changed = true;
      outlined[block] = now;
    }
    if (!changed) return;
    const { gap, blocksAcross, blocksDown } = layout;
    const { width, height } = pageblockRect(layout, 0);
    for (let column = 0; column <= blocksAcross; column++)
      context.clearRect(column * (width + gap), 0, gap, canvas.height);
    for (let row = 0; row <= blocksDown; row++) context.clearRect(0, row * (height + gap), canvas.width, gap);
    context.fillStyle = outlineColour;
    for (let block = 0; block < PAGEBLOCKS_PER_SECTION; block++) {
      if (!outlined[block]) continue;
      const x = (block % blocksAcross) * (width + gap);
      const y = Math.floor(block / blocksAcross) * (height + gap);
      context.fillRect(x, y, width + 2 * gap, gap);
      context.fillRect(x, y + height + gap, width + 2 * gap, gap);
      context.fillRect(x, y, gap, height + 2 * gap);
      context.fillRect(x + width + gap, y, gap, height + 2 * gap);
    }
  }

  return {
    resize,
    recolour,
    compare(before) {
      past = before;
      everything = true;
    },
    reset() {
      fresh = true;
      everything = true;
    },
    update,
    get fading() {
      return fading.some((pages) => pages > 0);
    },
    get stale() {
      return everything;
    },
    magnify(target, { column, row, columns, rows }, cell) {
      if (!layout) return;
      target.imageSmoothingEnabled = false;
      target.drawImage(small, column, row, columns, rows, 0, 0, columns * cell, rows * cell);
      // Borders of pageblocks, as lines that a page is not hidden by.
      const { pagesAcross, pagesDown } = layout;
      for (let at = pagesAcross - (column % pagesAcross); at < columns; at += pagesAcross)
        target.clearRect(at * cell - 1, 0, 2, rows * cell);
      for (let at = pagesDown - (row % pagesDown); at < rows; at += pagesDown)
        target.clearRect(0, at * cell - 1, columns * cell, 2);
    },
    destroy() {
      small.width = 0;
      small.height = 0;
      canvas.width = 0;
      canvas.height = 0;
    },
  };
}
