/**
 * Where everything stands: nodes in the box, memory blocks in a node, pageblocks in a block, pages in a pageblock, one
 * inside the other on one plane. Within a level area is proportional to memory. Lengths are CSS pixels of the picture that
 * shows the whole box. Pure.
 */
import { largest } from "../../engine/lists.ts";
import { PAGEBLOCK_PAGES } from "../../engine/units.ts";

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Levels of marks, from the largest on. */
export const LEVELS = ["node", "block", "pageblock", "page"] as const;
export type Level = (typeof LEVELS)[number];
export type Depth = 0 | 1 | 2 | 3;

/** A mark of each level, one inside the other: the nth node, its nth block, and so on. */
export type Path = readonly [node: number, block: number, pageblock: number, page: number];

export interface World {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly NodePlace[];
  /** Blocks in a row of a node, and the side of one. */
  readonly columns: number;
  readonly side: number;
  /** Pageblocks of a block, and how many stand in a row. */
  readonly pageblocks: number;
  readonly pageblockColumns: number;
}
export interface NodePlace {
  readonly x: number;
  readonly y: number;
  readonly blocks: number;
}

/** Above each node, for its name. */
export const TITLE = 20;
const GAP = 12;
/** What a mark leaves free on each side of its content, of its own side. */
const INSET = 0.04;
const PAGE_COLUMNS = 32;
const MOST_COLUMNS = 128;

/** The largest blocks with which all nodes fit. */
export function layWorld(blocks: readonly number[], pagesOfBlock: number, width: number, height: number): World {
  const most = Math.max(1, largest(blocks));
  let best = { across: 1, columns: 1, side: 0 };
  for (let across = 1; across <= blocks.length; across++) {
    const down = Math.ceil(blocks.length / across);
    const w = (width - (across - 1) * GAP) / across;
    const h = (height - (down - 1) * GAP) / down - TITLE;
    for (let columns = 1; columns <= MOST_COLUMNS; columns *= 2) {
      const side = Math.min(w / columns, h / Math.ceil(most / columns));
      if (side > best.side * 1.001) best = { across, columns, side };
    }
  }
  const { across, columns, side } = best;
  const down = Math.ceil(blocks.length / across);
  const w = (width - (across - 1) * GAP) / across;
  const h = (height - (down - 1) * GAP) / down;
  const nodes = blocks.map((count, at) => ({
    x: (at % across) * (w + GAP),
    y: Math.floor(at / across) * (h + GAP) + TITLE,
    blocks: count,
  }));
  const pageblocks = pagesOfBlock / PAGEBLOCK_PAGES;
  const pageblockColumns = 2 ** Math.ceil(Math.log2(pageblocks) / 2);
  return { width, height, nodes, columns, side, pageblocks, pageblockColumns };
}

const within = ({ x, y, width, height }: Rect): Rect => ({
  x: x + width * INSET,
  y: y + height * INSET,
  width: width * (1 - 2 * INSET),
  height: height * (1 - 2 * INSET),
});

/** The mark of a path at a level. */
export function rectOf(world: World, path: Path, depth: Depth): Rect {
  const node = world.nodes[path[0]] ?? { x: 0, y: 0, blocks: 0 };
  const { columns, side } = world;
  if (depth === 0) {
    const rows = Math.max(1, Math.ceil(node.blocks / columns));
    return { x: node.x, y: node.y, width: columns * side, height: rows * side };
  }
  const block = {
    x: node.x + (path[1] % columns) * side,
    y: node.y + Math.floor(path[1] / columns) * side,
    width: side,
    height: side,
  };
  if (depth === 1) return block;
  const pageblock = cell(within(block), path[2], world.pageblockColumns, world.pageblocks);
  return depth === 2 ? pageblock : cell(within(pageblock), path[3], PAGE_COLUMNS, PAGEBLOCK_PAGES);
}

/** What holds the mark of a path at a level: the picture that is entered to see it. */
export function parentOf(world: World, path: Path, depth: Depth): Rect {
  return depth === 0
    ? { x: 0, y: 0, width: world.width, height: world.height }
    : rectOf(world, path, (depth - 1) as Depth);
}

export function cell({ x, y, width, height }: Rect, nth: number, columns: number, count: number): Rect {
  const rows = Math.ceil(count / columns);
  const w = width / columns;
  const h = height / rows;
  return { x: x + (nth % columns) * w, y: y + Math.floor(nth / columns) * h, width: w, height: h };
}

/** Marks of a level inside one mark of the level above: how many, and how many in a row. */
export function gridOf(world: World, path: Path, depth: Depth): { readonly count: number; readonly columns: number } {
  switch (depth) {
    case 0:
      return { count: world.nodes.length, columns: columnsOfNodes(world) };
    case 1:
      return { count: world.nodes[path[0]]?.blocks ?? 0, columns: world.columns };
    case 2:
      return { count: world.pageblocks, columns: world.pageblockColumns };
    case 3:
      return { count: PAGEBLOCK_PAGES, columns: PAGE_COLUMNS };
  }
}

function columnsOfNodes({ nodes }: World): number {
  const top = nodes[0]?.y;
  return Math.max(1, nodes.filter(({ y }) => y === top).length);
}

/** Where the inside of a mark is: what its own marks are laid out in. */
export const contentOf = within;

/** The mark of a level under a point of the plane, with all that it is in; `undefined` between marks. */
export function pathAt(world: World, x: number, y: number, depth: Depth): Path | undefined {
  const { columns, side } = world;
  const node = world.nodes.findIndex(({ x: left, y: top, blocks }) => {
    const rows = Math.ceil(blocks / columns);
    // The name belongs to the node.
    const above = depth === 0 ? TITLE : 0;
    return x >= left && x < left + columns * side && y >= top - above && y < top + rows * side;
  });
  const place = world.nodes[node];
  if (!place) return undefined;
  if (depth === 0) return [node, 0, 0, 0];
  const block = Math.floor((y - place.y) / side) * columns + Math.floor((x - place.x) / side);
  if (block < 0 || block >= place.blocks) return undefined;
  if (depth === 1) return [node, block, 0, 0];
  const inBlock = within(rectOf(world, [node, block, 0, 0], 1));
  const pageblock = nthAt(inBlock, x, y, world.pageblockColumns, world.pageblocks);
  if (depth === 2) return [node, block, pageblock, 0];
  const inPageblock = within(rectOf(world, [node, block, pageblock, 0], 2));
  return [node, block, pageblock, nthAt(inPageblock, x, y, PAGE_COLUMNS, PAGEBLOCK_PAGES)];
}

/** The nearest mark: between them there is only an edge. */
function nthAt(rect: Rect, x: number, y: number, columns: number, count: number): number {
  const rows = Math.ceil(count / columns);
  const column = Math.floor(((x - rect.x) / rect.width) * columns);
  const row = Math.floor(((y - rect.y) / rect.height) * rows);
  return Math.max(0, Math.min(rows - 1, row)) * columns + Math.max(0, Math.min(columns - 1, column));
}

/** The path with another mark at a level; of what is in it the first. */
export function withMark(path: Path, depth: Depth, mark: number): Path {
  const next = path.map((at, level) => (level < depth ? at : level === depth ? mark : 0));
  return next as unknown as Path;
}

/** A path whose marks are there. */
export function clampPath(world: World, path: Path): Path {
  const node = Math.min(path[0], Math.max(0, world.nodes.length - 1));
  const block = Math.min(path[1], Math.max(0, (world.nodes[node]?.blocks ?? 1) - 1));
  return node === path[0] && block === path[1] ? path : [node, block, path[2], path[3]];
}
