/**
 * Paints a part of the plane. A mark is a stack of what is in it, by share; as it grows it gives way to what is in it: between
 * 24 and 48 pixels both are there. What is searched for is outlined, everything else pale. Only what is in sight costs.
 */
import { PAGE_BIT, SHARE } from "../../engine/inspect/scale/layout.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import { PAGEBLOCK_PAGES } from "../../engine/units.ts";
import type { BlockRecord } from "../../protocol/records.ts";
import { kindGroup, PINNED_TOKEN, zoneToken } from "../kinds.ts";
import { themeValue } from "../theme-values.ts";
import { FADE_FROM, FADE_TO, type View } from "./camera.ts";
import type { ToldMemory } from "./describe.ts";
import { blockAt, type Memory, uniformKind } from "./memory.ts";
import { Brush, FREE, stack, stackOf, stackOfBlock, stackOfKind } from "./stack.ts";
import { cell, contentOf, type Depth, type Path, type Rect, rectOf, type World } from "./world.ts";

export interface Scene extends ToldMemory {
  readonly world: World;
  /** Titles of the nodes, shown where there is room: name, and what is to say of it. */
  readonly titles: readonly (readonly [name: string, facts: string, found: number])[] | null;
  /** Only this node is drawn, where a picture is of one. */
  readonly only?: number;
}

/** Where it is painted, and what of it: sizes are pixels of the screen. */
interface Easel {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  readonly view: View;
  readonly scene: Scene;
}

/** Cells of a grid, row by row; the last row may be short. */
interface Grid {
  readonly columns: number;
  readonly count: number;
}
const rowsOf = ({ columns, count }: Grid): number => Math.ceil(count / columns);

/** The grid that pages of a pageblock are shown in. */
const PAGE_GRID: Grid = { columns: PAGEBLOCK_PAGES / 16, count: PAGEBLOCK_PAGES };

/** What nobody found, or did not change, is this pale. */
const PALE = 0.34;

/** A search says what is pale; else, while something is compared, what does not differ is. */
const alphaOf = ({ found, changes }: Scene, hits: number, differs: boolean): number =>
  (found ? hits > 0 : !changes || differs) ? 1 : PALE;

/** The foot in the accent under what differs from a chosen moment. */
function feet(context: CanvasRenderingContext2D, rects: readonly Rect[], alpha: number): void {
  context.globalAlpha = alpha;
  context.fillStyle = themeValue("--accent");
  for (const { x, y, width, height } of rects) {
    const high = Math.min(3, Math.max(1, height * 0.3));
    context.fillRect(x, y + height - high - gapOf(height), Math.max(1, width - gapOf(width)), high);
  }
  context.globalAlpha = 1;
}
/** Lines between cells that can hardly be told apart would wash their colours out. */
const gapOf = (size: number): number =>
  size < 3 ? 0 : Math.max(0.6, Math.min(size * 0.1, size > 60 ? size * 0.08 : 2));

/** A grid's cells all alike, as one: what differs is painted over it, and `lines` parts them. */
function ground(context: CanvasRenderingContext2D, rect: Rect, grid: Grid, token: string, alpha: number): void {
  const { columns, count } = grid;
  const rows = rowsOf(grid);
  const full = Math.floor(count / columns);
  context.globalAlpha = alpha;
  context.fillStyle = themeValue(token);
  context.fillRect(rect.x, rect.y, rect.width, (rect.height * full) / rows);
  if (full < rows)
    context.fillRect(
      rect.x,
      rect.y + (rect.height * full) / rows,
      (rect.width * (count - full * columns)) / columns,
      rect.height / rows,
    );
  context.globalAlpha = 1;
}

/** The lines between the cells of a grid, where they are in sight. */
function lines({ context, width, height }: Easel, rect: Rect, grid: Grid, alpha: number): void {
  const { columns } = grid;
  const rows = rowsOf(grid);
  const [cw, ch] = [rect.width / columns, rect.height / rows];
  const [right, below] = [gapOf(cw), gapOf(ch)];
  const [left, top] = [Math.max(0, rect.x), Math.max(0, rect.y)];
  const [wide, high] = [Math.min(width, rect.x + rect.width) - left, Math.min(height, rect.y + rect.height) - top];
  context.globalAlpha = alpha;
  context.fillStyle = themeValue("--panel");
  if (right > 0)
    for (let column = Math.max(0, Math.floor(-rect.x / cw)); column < columns && rect.x + column * cw < width; column++)
      context.fillRect(rect.x + (column + 1) * cw - right, top, right, high);
  if (below > 0)
    for (let row = Math.max(0, Math.floor(-rect.y / ch)); row < rows && rect.y + row * ch < height; row++)
      context.fillRect(left, rect.y + (row + 1) * ch - below, wide, below);
  context.globalAlpha = 1;
}

/** One picture: `ratio` device pixels for each of the screen's. */
export function paint(
  context: CanvasRenderingContext2D,
  { width, height, ratio }: { readonly width: number; readonly height: number; readonly ratio: number },
  view: View,
  scene: Scene,
): void {
  const easel: Easel = { context, width, height, view, scene };
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width * ratio, height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const { world, memory, only } = scene;
  for (const [at, place] of world.nodes.entries()) {
    if (only !== undefined && only !== at) continue;
    const rect = onScreen(view, rectOf(world, [at, 0, 0, 0], 0));
    const titled = scene.titles?.[at];
    if (rect.x > width || rect.x + rect.width < 0 || rect.y - 24 > height || rect.y + rect.height < 0) continue;
    paintNode(easel, at, { columns: world.columns, count: place.blocks });
    if (titled) title(context, rect, titled, width);
    const { blocks } = memory.nodes[at] ?? { blocks: [] };
    if (blocks.length > 0 && rect.width < 4 * width) zones(context, view, scene, at);
  }
}

const onScreen = (view: View, rect: Rect): Rect => ({
  x: (rect.x - view.x) * view.sx,
  y: (rect.y - view.y) * view.sy,
  width: rect.width * view.sx,
  height: rect.height * view.sy,
});

function title(
  context: CanvasRenderingContext2D,
  rect: Rect,
  [name, facts]: readonly [string, string, number],
  width: number,
): void {
  const font = themeValue("--font-ui") || "sans-serif";
  context.textBaseline = "alphabetic";
  const y = rect.y - 6;
  context.font = `600 12px ${font}`;
  context.fillStyle = themeValue("--ink");
  const left = Math.max(0, rect.x);
  const taken = context.measureText(name).width + 10;
  if (rect.width < taken) {
    // In a low panel a node is narrower than its name, which would lie on the next one's: its number is enough.
    const number = name.replace(/^\D+/, "");
    if (context.measureText(number).width <= rect.width) context.fillText(number, left, y);
    return;
  }
  context.fillText(name, left, y);
  context.font = `12px ${font}`;
  const right = Math.min(width, rect.x + rect.width);
  if (context.measureText(facts).width + taken > right - left) return;
  context.fillStyle = themeValue("--ink2");
  context.textAlign = "right";
  context.fillText(facts, right, y);
  context.textAlign = "left";
}

/** The zones of a node, along its lower edge: each as wide as its share of the blocks. */
function zones(context: CanvasRenderingContext2D, view: View, { world, memory }: Scene, at: number): void {
  const rect = onScreen(view, rectOf(world, [at, 0, 0, 0], 0));
  const blocks = memory.nodes[at]?.blocks ?? [];
  let from = 0;
  for (let i = 1; i <= blocks.length; i++) {
    if (i < blocks.length && blocks[i]?.zone === blocks[from]?.zone) continue;
    const zone = blocks[from]?.zone;
    context.fillStyle = themeValue(zone == null ? "--kind-offline" : zoneToken(zone));
    const x = rect.x + (rect.width * from) / blocks.length;
    context.fillRect(x, rect.y + rect.height + 1, (rect.width * (i - from)) / blocks.length, 2.5);
    from = i;
  }
}

function paintNode(easel: Easel, node: number, grid: Grid): void {
  const { context, view, scene } = easel;
  const { world, memory, known, found, changes } = scene;
  const { side } = world;
  const footed: Rect[] = [];
  const brush = new Brush(context);
  const inside: (readonly [Path, BlockRecord])[] = [];
  const size = Math.min(side * view.sx, side * view.sy);
  const fade = fadeOf(size);
  const marks: boolean[] = [];
  const screen = onScreen(view, rectOf(world, [node, 0, 0, 0], 0));
  ground(context, screen, grid, FREE, 1);
  for (const nth of inSight(view, easel, rectOf(world, [node, 0, 0, 0], 0), grid)) {
    const path: Path = [node, nth, 0, 0];
    const block = blockAt(memory, path);
    if (!block) continue;
    const hits = found?.get(block.number) ?? 0;
    marks[nth] = hits > 0;
    const differs = changes?.block(block).differs ?? false;
    const pale = alphaOf(scene, hits, differs);
    const kind = uniformKind(block);
    if (differs && fade < 1) footed.push(onScreen(view, rectOf(world, path, 1)));
    // Until more is told of a block, its mark stands for it.
    const ready = kind !== null || known.pageblock(block.startPfn) !== undefined;
    if (kind !== PageKind.Free && (fade < 1 || kind !== null || !ready))
      stack(brush, stackOfBlock(block), onScreen(view, rectOf(world, path, 1)), pale);
    if (fade > 0 && ready) inside.push([path, block]);
  }
  brush.paint();
  lines(easel, screen, grid, 1);
  if (found) outline(context, marks, grid, (nth) => onScreen(view, rectOf(world, [node, nth, 0, 0], 1)));
  feet(context, footed, 1 - fade);
  for (const [path, block] of inside) paintBlock(easel, path, block, fade);
}

const fadeOf = (size: number): number => Math.max(0, Math.min(1, (size - FADE_FROM) / (FADE_TO - FADE_FROM)));

/** Numbers of the marks of a grid that are in sight. */
function* inSight(
  view: View,
  { width, height }: { readonly width: number; readonly height: number },
  rect: Rect,
  grid: Grid,
): Iterable<number> {
  const { columns, count } = grid;
  const rows = rowsOf(grid);
  const { x, y, width: w, height: h } = onScreen(view, rect);
  const [cw, ch] = [w / columns, h / rows];
  const firstRow = Math.max(0, Math.floor(-y / ch));
  const lastRow = Math.min(rows - 1, Math.floor((height - y) / ch));
  const firstColumn = Math.max(0, Math.floor(-x / cw));
  const lastColumn = Math.min(columns - 1, Math.floor((width - x) / cw));
  for (let row = firstRow; row <= lastRow; row++)
    for (let column = firstColumn; column <= lastColumn; column++)
      if (row * columns + column < count) yield row * columns + column;
}

/** Cells so small have their edges on pixels: half-covered ones would be half as dark. */
const SMALL = 4;
function snapped({ x, y, width, height }: Rect): Rect {
  const [left, top] = [Math.round(x), Math.round(y)];
  return { x: left, y: top, width: Math.round(x + width) - left, height: Math.round(y + height) - top };
}

/** Dark lines round runs of found marks. */
function outline(
  context: CanvasRenderingContext2D,
  found: readonly boolean[],
  { columns, count }: Grid,
  rectAt: (nth: number) => Rect,
): void {
  context.strokeStyle = themeValue("--ink");
  context.lineWidth = 1.4;
  context.beginPath();
  for (let nth = 0; nth < count; nth++) {
    if (!found[nth]) continue;
    const { x, y, width, height } = rectAt(nth);
    const column = nth % columns;
    const [left, top, right, bottom] = [x - 0.5, y - 0.5, x + width - 0.5, y + height - 0.5];
    const line = (x1: number, y1: number, x2: number, y2: number) => {
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
    };
    if (!found[nth - columns]) line(left, top, right, top);
    if (!found[nth + columns]) line(left, bottom, right, bottom);
    if (column === 0 || !found[nth - 1]) line(left, top, left, bottom);
    if (column === columns - 1 || !found[nth + 1]) line(right, top, right, bottom);
  }
  context.stroke();
}

function paintBlock(easel: Easel, path: Path, block: BlockRecord, fade: number): void {
  const { context, view, scene } = easel;
  const { world, known, found, changes } = scene;
  const differs = changes?.block(block).differs ?? false;
  const content = contentOf(rectOf(world, path, 1));
  const grid: Grid = { columns: world.pageblockColumns, count: world.pageblocks };
  const { columns, count } = grid;
  const kind = uniformKind(block);
  const first = rectOf(world, path, 2);
  const size = Math.min(first.width * view.sx, first.height * view.sy);
  // Cells that can't be told apart are the mark itself.
  if (size < 1 && kind !== null) return;
  const screen = onScreen(view, rectOf(world, path, 1));
  context.globalAlpha = fade;
  context.fillStyle = themeValue("--panel");
  context.fillRect(screen.x, screen.y, screen.width, screen.height);
  const inner = onScreen(view, content);
  const fadeIn = fadeOf(size);
  const isFound = (found?.get(block.number) ?? 0) > 0;
  ground(context, inner, grid, FREE, fade);
  if (kind !== null && fadeIn === 0 && !differs) {
    const { token } = kindGroup(kind);
    if (token !== FREE) ground(context, inner, grid, token, alphaOf(scene, Number(isFound), false) * fade);
    lines(easel, inner, grid, fade);
    return;
  }
  const brush = new Brush(context);
  const marks: boolean[] = [];
  const footed: Rect[] = [];
  const inside: Pageblock[] = [];
  for (const nth of inSight(view, easel, content, grid)) {
    const exact = onScreen(view, cell(content, nth, columns, count));
    const rect = size < SMALL ? snapped(exact) : exact;
    const start = block.startPfn + nth * PAGEBLOCK_PAGES;
    const told = kind === null ? known.pageblock(start) : { kind, found: found?.get(block.number) ?? 0 };
    if (!told) continue;
    const hits = "row" in told ? (told.row[SHARE.found] as number) : told.found;
    marks[nth] = hits > 0;
    const changed = (differs ? changes?.pageblock(block, nth, told) : 0) ?? 0;
    if (changed > 0 && fadeIn < 1) footed.push(rect);
    const pale = alphaOf(scene, hits, changed > 0);
    const shares =
      "row" in told ? stackOf(told.row, PAGEBLOCK_PAGES, told.row[SHARE.pinned] as number) : stackOfKind(told.kind);
    if (fadeIn < 1 || !("row" in told)) stack(brush, shares, rect, pale * fade);
    if (fadeIn > 0)
      inside.push({ block, nth, only: "row" in told ? null : told.kind, allFound: hits >= PAGEBLOCK_PAGES });
  }
  brush.paint();
  lines(easel, inner, grid, fade);
  if (found && size >= 3) outline(context, marks, grid, (nth) => onScreen(view, cell(content, nth, columns, count)));
  if (size >= 2) feet(context, footed, fade * (1 - fadeIn));
  for (const pageblock of inside) paintPages(easel, [path[0], path[1], pageblock.nth, 0], pageblock, fadeIn);
}

/** A pageblock whose pages are shown. */
interface Pageblock {
  readonly block: BlockRecord;
  readonly nth: number;
  /** Kind that all of its pages are of, if they are of one. */
  readonly only: number | null;
  readonly allFound: boolean;
}

function paintPages(easel: Easel, path: Path, { block, nth: at, only, allFound }: Pageblock, fade: number): void {
  const { context, view, scene } = easel;
  const { world, known, found, changes } = scene;
  const footed: Rect[] = [];
  const content = contentOf(rectOf(world, path, 2));
  const first = block.startPfn + at * PAGEBLOCK_PAGES;
  const bytes = known.pages(first);
  if (!bytes && only === null) return;
  const screen = onScreen(view, rectOf(world, path, 2));
  context.globalAlpha = fade;
  context.fillStyle = themeValue("--panel");
  context.fillRect(screen.x, screen.y, screen.width, screen.height);
  const brush = new Brush(context);
  const marks: boolean[] = [];
  const { columns, count } = PAGE_GRID;
  const inner = onScreen(view, content);
  ground(context, inner, PAGE_GRID, FREE, fade);
  for (const nth of inSight(view, easel, content, PAGE_GRID)) {
    const rect = onScreen(view, cell(content, nth, columns, count));
    const byte = bytes?.[nth] ?? only ?? 0;
    marks[nth] = allFound || (byte & PAGE_BIT.found) !== 0;
    const token = byte & PAGE_BIT.pinned ? PINNED_TOKEN : kindGroup(byte & PAGE_BIT.kind).token;
    const differs = changes?.page(block, at * PAGEBLOCK_PAGES + nth, byte) ?? false;
    if (differs) footed.push(rect);
    const alpha = alphaOf(scene, Number(marks[nth]), differs);
    const pale = alpha === 1 && byte & PAGE_BIT.isolated ? 0.55 : alpha;
    if (token !== FREE) brush.add(token, pale * fade, rect);
  }
  brush.paint();
  lines(easel, inner, PAGE_GRID, fade);
  feet(context, footed, fade);
  if (found) outline(context, marks, PAGE_GRID, (nth) => onScreen(view, cell(content, nth, columns, count)));
}

/** Blocks in sight that begin to show what is in them, and pageblocks that do: what more has to be known of. */
export function inDetail(
  view: View,
  world: World,
  memory: Memory,
  size: { readonly width: number; readonly height: number },
): { readonly blocks: number[]; readonly pageblocks: number[] } {
  const blocks: number[] = [];
  const pageblocks: number[] = [];
  if (Math.min(world.side * view.sx, world.side * view.sy) < FADE_FROM) return { blocks, pageblocks };
  const pageblock = rectOf(world, [0, 0, 0, 0], 2);
  const closer = Math.min(pageblock.width * view.sx, pageblock.height * view.sy) >= FADE_FROM;
  for (const [node, { blocks: count }] of world.nodes.entries()) {
    const ofNode = rectOf(world, [node, 0, 0, 0], 0);
    for (const nth of inSight(view, size, ofNode, { columns: world.columns, count })) {
      const block = blockAt(memory, [node, nth, 0, 0]);
      if (!block) continue;
      // Of one kind throughout, and so is each part of it; which of its pages are found has to be told all the same.
      if (uniformKind(block) === null) blocks.push(block.number);
      if (!closer || uniformKind(block) === PageKind.Free) continue;
      const content = contentOf(rectOf(world, [node, nth, 0, 0], 1));
      for (const at of inSight(view, size, content, { columns: world.pageblockColumns, count: world.pageblocks }))
        pageblocks.push(block.startPfn / PAGEBLOCK_PAGES + at);
    }
  }
  return { blocks, pageblocks };
}

/** A frame round a mark: where you are. At the edge of the picture it keeps inside. */
export function paintCursor(
  context: CanvasRenderingContext2D,
  size: { readonly width: number; readonly height: number },
  view: View,
  world: World,
  { path, depth, strong }: { readonly path: Path; readonly depth: Depth; readonly strong: boolean },
): void {
  const rect = onScreen(view, rectOf(world, path, depth));
  if (rect.x > size.width || rect.y > size.height || rect.x + rect.width < 0 || rect.y + rect.height < 0) return;
  const out = depth === 0 ? 3 : 1;
  const [x, y] = [Math.max(2, rect.x - out), Math.max(2, rect.y - out)];
  const width = Math.max(3, Math.min(size.width - 2, rect.x + rect.width + out) - x);
  const height = Math.max(3, Math.min(size.height - 2, rect.y + rect.height + out) - y);
  context.strokeStyle = themeValue("--panel");
  context.lineWidth = strong ? 6 : 4;
  context.strokeRect(x, y, width, height);
  context.strokeStyle = themeValue("--accent");
  context.lineWidth = strong ? 3 : 1.5;
  context.strokeRect(x, y, width, height);
}
