/**
 * Draws the memory blocks of every module on its little canvas, outside of React: once a display frame it looks which
 * block records are new and redraws only the modules that hold them. One painter for the whole box.
 */
import type { Playground, RecordTables } from "../../client/playground.ts";
import type { BlockRecord } from "../../protocol/records.ts";
import { takingTurns } from "../canvas-turns.ts";
import { displayGroups, PINNED_TOKEN, zoneToken } from "../kinds.ts";
import { onThemeChange, textScale, themeValue } from "../theme-values.ts";
import { type Cell, cellOf, type CellGrid, gridFor, mix } from "./cells.ts";

/** Keys of the blocks that a module shows, read off the records each time. */
export type BlockSource = (records: RecordTables) => readonly string[];

export interface CellPainter {
  /** Shows these blocks on the canvas from now on; call the result to stop. */
  attach(canvas: HTMLCanvasElement, source: BlockSource): () => void;
  destroy(): void;
}

interface Face {
  readonly canvas: HTMLCanvasElement;
  readonly source: BlockSource;
  /** Where the cells begin, and the room that they have, CSS px. */
  left: number;
  top: number;
  width: number;
  height: number;
  shown: readonly BlockRecord[];
  lookedAt: number;
  /** Where the frame lies that the stylesheet draws, as last told. */
  marked: string;
}

/** Modules with more blocks than this are looked at a few times a second, not every frame. */
const MANY_BLOCKS = 512;
const MANY_BLOCKS_MS = 250;
/** Modules are painted so long in a display frame; those of a large box that are left come in the next ones. */
const PAINTING_MS = 4;
/** Chips of a module that has no blocks: it lies on the shelf. */
const BLANK_CHIPS = 8;

export function createCellPainter(playground: Playground): CellPainter {
  const faces = new Set<Face>();
  const faceOf = new Map<Element, Face>();
  // Read when something is drawn, after the page has been laid out: earlier, a browser would lay it out in between.
  let palette: Palette | null = null;
  let lastBlocks: unknown;
  const due = new Set<Face>();
  const paint = () => {
    const until = performance.now() + PAINTING_MS;
    for (const face of due) {
      due.delete(face);
      palette ??= readPalette();
      draw(face, palette);
      if (performance.now() >= until) break;
    }
    if (due.size > 0) playground.requestFrame();
  };

  const sizes = new ResizeObserver((entries) => {
    for (const entry of entries) {
      const face = faceOf.get(entry.target);
      if (!face) continue;
      // Left and top are the padding, which keeps the cells off the contacts and edges.
      const { left, top, width, height } = entry.contentRect;
      Object.assign(face, { left, top, width, height });
      due.add(face);
    }
    paint();
  });
  const redrawAll = () => {
    const read = readPalette();
    palette = read;
    for (const face of faces) draw(face, read);
  };
  const stopTheme = onThemeChange(redrawAll);
  // The page's text grows with the window, and the cells with it.
  window.addEventListener("resize", redrawAll);

  /** Takes the module's present blocks; true when any is new. */
  const refresh = (face: Face, now: number): boolean => {
    if (face.shown.length > MANY_BLOCKS && now - face.lookedAt < MANY_BLOCKS_MS) return false;
    face.lookedAt = now;
    const { records } = playground.store.getState();
    const keys = face.source(records);
    let same = keys.length === face.shown.length;
    for (let index = 0; same && index < keys.length; index++)
      same = records.block[keys[index] ?? ""] === face.shown[index];
    if (same) return false;
    face.shown = keys.flatMap((key) => records.block[key] ?? []);
    return true;
  };
  const rests = takingTurns();
  const unsubscribe = playground.onFrame(({ panel }) => {
    const { records } = playground.store.getState();
    if (records !== lastBlocks) {
      lastBlocks = records;
      const now = performance.now();
      for (const face of faces) if (refresh(face, now)) due.add(face);
    }
    if (due.size === 0) return;
    if (rests(panel)) playground.requestFrame();
    else paint();
  });

  return {
    attach(canvas, source) {
      const face: Face = {
        canvas,
        source,
        left: 0,
        top: 0,
        width: 0,
        height: 0,
        shown: [],
        lookedAt: Number.NEGATIVE_INFINITY,
        marked: "",
      };
      faces.add(face);
      faceOf.set(canvas, face);
      refresh(face, performance.now());
      sizes.observe(canvas);
      return () => {
        faces.delete(face);
        due.delete(face);
        faceOf.delete(canvas);
        sizes.unobserve(canvas);
      };
    },
    destroy() {
      unsubscribe();
      sizes.disconnect();
      stopTheme();
      window.removeEventListener("resize", redrawAll);
      faces.clear();
      due.clear();
    },
  };
}

/** Colours by token and the size of a drawn unit in CSS px, read once a theme or size. */
interface Palette {
  readonly colours: ReadonlyMap<string, string>;
  readonly unit: number;
}
const TOKENS = [
  ...displayGroups.map((group) => group.token),
  PINNED_TOKEN,
  ...["DMA", "DMA32", "Normal", "Movable"].map(zoneToken),
  "--ink3",
  "--panel",
];

function readPalette(): Palette {
  return { colours: new Map(TOKENS.map((token) => [token, themeValue(token)])), unit: textScale() };
}

function draw(face: Face, palette: Palette): void {
  const { canvas, width, height, shown } = face;
  if (width < 2 || height < 2) return;
  const ratio = window.devicePixelRatio || 1;
  const pixelWidth = Math.round(width * ratio);
  const pixelHeight = Math.round(height * ratio);
  if (canvas.width !== pixelWidth || canvas.height !== pixelHeight) {
    canvas.width = pixelWidth;
    canvas.height = pixelHeight;
  }
  const pen = canvas.getContext("2d");
  if (!pen) return;
  // Cells grow with the page's text, so that a wall shows the same picture as a laptop.
  const unit = palette.unit;
  pen.setTransform(ratio * unit, 0, 0, ratio * unit, 0, 0);
  pen.clearRect(0, 0, width / unit, height / unit);
  const grid = gridFor(shown.length || BLANK_CHIPS, width / unit, height / unit);
  const cells = cellsOf(shown, grid);
  let scanned: readonly [number, number] | null = null;
  for (let index = 0; index < grid.columns * grid.rows; index++) {
    const cell = shown.length === 0 ? BLANK : cells[index];
    if (!cell) break;
    const x = (index % grid.columns) * (grid.width + grid.gap);
    const y = Math.floor(index / grid.columns) * (grid.height + grid.gap);
    drawCell(pen, cell, { x, y, width: grid.width, height: grid.height }, palette);
    if (cell.state === "going-offline") scanned ??= [x, y];
  }
  const marked = scanned ? `${scanned.join()} ${face.left} ${face.top} ${grid.width} ${grid.height} ${unit}` : "";
  if (marked === face.marked) return;
  face.marked = marked;
  mark(face, scanned, grid, unit);
}

const BLANK: Cell = {
  state: "offline",
  shares: [],
  used: 0,
  zone: null,
  stuck: null,
  stuckPages: 0,
  usedPages: 0,
  pages: 0,
};

/** Where a cell is drawn: units of the pen. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function cellsOf(blocks: readonly BlockRecord[], grid: CellGrid): readonly Cell[] {
  if (grid.blocksPerCell === 1) return blocks.map(cellOf);
  const cells: Cell[] = [];
  for (let first = 0; first < blocks.length; first += grid.blocksPerCell)
    cells.push(mix(blocks.slice(first, first + grid.blocksPerCell)));
  return cells;
}

function drawCell(pen: CanvasRenderingContext2D, cell: Cell, at: Place, palette: Palette): void {
  const { x, y, width, height } = at;
  const colour = (token: string) => palette.colours.get(token) ?? "#888";
  const roomy = width >= 10 && height >= 6;
  // The zone is told by shape as well as by its colour at the edge: movable blocks are rounded, others square.
  const radius = cell.zone === "Movable" || cell.zone === null ? Math.min(3.5, width / 4, height / 3) : 0.75;
  pen.save();
  pen.beginPath();
  pen.roundRect(x, y, width, height, radius);
  pen.clip();
  pen.fillStyle = colour(cell.state === "offline" ? "--kind-offline" : "--kind-free");
  pen.fillRect(x, y, width, height);
  if (cell.state !== "offline") {
    let floor = y + height;
    for (const { token, share } of cell.shares) {
      // The least is still seen, and the last page too.
      const thick = Math.min(floor - y, Math.max(1, height * share));
      floor -= thick;
      pen.fillStyle = colour(token);
      pen.fillRect(x, floor, width, thick);
    }
  }
  if (cell.state === "offline" && cell.pages > 0 && roomy) drawSlash(pen, at, colour("--ink3"));
  if (cell.zone !== null && roomy) {
    pen.fillStyle = colour("--panel");
    pen.fillRect(x + 2, y, 1, height);
    pen.fillStyle = colour(zoneToken(cell.zone));
    pen.fillRect(x, y, 2, height);
  }
  if (cell.stuck !== null && cell.state !== "offline" && roomy)
    drawStuck(pen, at, colour(cell.stuck), colour("--panel"));
  pen.restore();
}

/** Struck through: the block exists, but the kernel does not use it. */
function drawSlash(pen: CanvasRenderingContext2D, { x, y, width, height }: Place, ink: string): void {
  const reach = Math.min(width, height) * 0.28;
  pen.beginPath();
  pen.moveTo(x + width / 2 - reach, y + height / 2 + reach);
  pen.lineTo(x + width / 2 + reach, y + height / 2 - reach);
  pen.lineWidth = 1;
  pen.strokeStyle = ink;
  pen.stroke();
}

/** A corner turned down: in here is something that cannot go. */
function drawStuck(
  pen: CanvasRenderingContext2D,
  { x, y: top, width, height }: Place,
  fill: string,
  edge: string,
): void {
  const right = x + width;
  const size = Math.min(7, height * 0.6);
  pen.beginPath();
  pen.moveTo(right - size - 1.5, top);
  pen.lineTo(right, top);
  pen.lineTo(right, top + size + 1.5);
  pen.closePath();
  pen.fillStyle = edge;
  pen.fill();
  pen.beginPath();
  pen.moveTo(right - size, top);
  pen.lineTo(right, top);
  pen.lineTo(right, top + size);
  pen.closePath();
  pen.fillStyle = fill;
  pen.fill();
}

/** Tells the stylesheet which cell is going offline: the frame round it is drawn there. */
function mark(face: Face, at: readonly [number, number] | null, grid: CellGrid, unit: number): void {
  const holder = face.canvas.parentElement;
  if (!holder) return;
  holder.toggleAttribute("data-scanning", at !== null);
  if (!at) return;
  holder.style.setProperty("--scan-x", `${at[0] * unit + face.left}px`);
  holder.style.setProperty("--scan-y", `${at[1] * unit + face.top}px`);
  holder.style.setProperty("--scan-w", `${grid.width * unit}px`);
  holder.style.setProperty("--scan-h", `${grid.height * unit}px`);
}
