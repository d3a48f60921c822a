import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { between, depthAt, fitted, markAt, visible, zoom } from "./camera.ts";
import {
  contentOf,
  type Depth,
  gridOf,
  layWorld,
  parentOf,
  type Path,
  pathAt,
  type Rect,
  rectOf,
  withMark,
} from "./world.ts";

const area = ({ width, height }: Rect): number => width * height;
const inside = (inner: Rect, outer: Rect): boolean =>
  inner.x >= outer.x - 1e-6 &&
  inner.y >= outer.y - 1e-6 &&
  inner.x + inner.width <= outer.x + outer.width + 1e-6 &&
  inner.y + inner.height <= outer.y + outer.height + 1e-6;

const machine = fc.record({
  blocks: fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 16 }),
  pages: fc.constantFrom(32_768, 65_536, 262_144, 524_288),
  width: fc.integer({ min: 300, max: 2500 }),
  height: fc.integer({ min: 340, max: 1300 }),
});
const somewhere = fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat({ max: 511 }));

function pathIn(
  world: ReturnType<typeof layWorld>,
  [node, block, pageblock, page]: readonly [number, number, number, number],
): Path {
  const at = node % world.nodes.length;
  return [at, block % (world.nodes[at]?.blocks ?? 1), pageblock % world.pageblocks, page];
}

describe("the plane of any machine", () => {
  test("has each mark inside what holds it, found again where it stands", () => {
    fc.assert(
      fc.property(machine, somewhere, ({ blocks, pages, width, height }, where) => {
        const world = layWorld(blocks, pages, width, height);
        const path = pathIn(world, where);
        for (const depth of [0, 1, 2, 3] as const) {
          const rect = rectOf(world, path, depth);
          expect(inside(rect, parentOf(world, path, depth))).toBe(true);
          const found = pathAt(world, rect.x + rect.width / 2, rect.y + rect.height / 2, depth);
          expect(found?.slice(0, depth + 1)).toEqual(path.slice(0, depth + 1));
        }
      }),
    );
  });

  test("gives memory its area: marks of a level are all as large", () => {
    fc.assert(
      fc.property(machine, somewhere, somewhere, ({ blocks, pages, width, height }, one, other) => {
        const world = layWorld(blocks, pages, width, height);
        for (const depth of [1, 2, 3] as const)
          expect(area(rectOf(world, pathIn(world, one), depth))).toBeCloseTo(
            area(rectOf(world, pathIn(world, other), depth)),
            9,
          );
        // Of the rows of a node, only the last may be short of blocks.
        const node = pathIn(world, one)[0];
        const count = blocks[node] as number;
        const whole = area(rectOf(world, [node, 0, 0, 0], 0));
        const block = area(rectOf(world, [node, 0, 0, 0], 1));
        expect(whole / block).toBeGreaterThanOrEqual(count - 1e-6);
        expect(whole / block).toBeLessThan(count + world.columns);
      }),
    );
  });

  test("has nodes beside each other, never over one another, and all of it in the picture", () => {
    fc.assert(
      fc.property(machine, ({ blocks, pages, width, height }) => {
        const world = layWorld(blocks, pages, width, height);
        const rects = blocks.map((_, node) => rectOf(world, [node, 0, 0, 0], 0));
        for (const [at, one] of rects.entries()) {
          expect(inside(one, { x: 0, y: 0, width, height })).toBe(true);
          for (const other of rects.slice(at + 1))
            expect(
              one.x + one.width <= other.x + 1e-6 ||
                other.x + other.width <= one.x + 1e-6 ||
                one.y + one.height <= other.y + 1e-6 ||
                other.y + other.height <= one.y + 1e-6,
            ).toBe(true);
        }
      }),
    );
  });
});

describe("the camera over 16 TiB", () => {
  const size = { width: 1000, height: 600 };
  const world = layWorld(new Array<number>(16).fill(512), 524_288, size.width, size.height);
  const whole = fitted({ x: 0, y: 0, width: size.width, height: size.height }, size.width, size.height);
  const page: Path = [9, 299, 613, 183];

  test("gets from the box to one page by the wheel, the page staying under the pointer, and back", () => {
    const target = rectOf(world, page, 3);
    const at = { x: target.x + target.width / 2, y: target.y + target.height / 2 };
    let view = whole;
    const seen = new Set<Depth>([depthAt(view, world)]);
    for (let turn = 0; turn < 60 && depthAt(view, world) < 3; turn++) {
      const [x, y] = [(at.x - view.x) * view.sx, (at.y - view.y) * view.sy];
      view = zoom(view, 2, { x, y }, world, size);
      seen.add(depthAt(view, world));
    }
    expect([...seen]).toEqual([0, 1, 2, 3]);
    expect(markAt(view, world, (at.x - view.x) * view.sx, (at.y - view.y) * view.sy, 3)).toEqual(page);
    for (let turn = 0; turn < 60; turn++) view = zoom(view, 0.5, { x: 500, y: 300 }, world, size);
    expect(view.sx).toBeCloseTo(whole.sx);
    expect(depthAt(view, world)).toBe(0);
  });

  test("goes from one view to another without a jump, and arrives", () => {
    const to = fitted(rectOf(world, page, 2), size.width, size.height);
    expect(between(whole, to, 0)).toEqual(whole);
    const end = between(whole, to, 1);
    for (const key of ["x", "y", "sx", "sy"] as const) expect(end[key]).toBeCloseTo(to[key], 6);
    // What is gone to comes nearer to the middle all the way.
    const centre = (share: number) => {
      const view = between(whole, to, share);
      const rect = rectOf(world, page, 2);
      return Math.hypot(
        (rect.x + rect.width / 2 - view.x) * view.sx - 500,
        (rect.y + rect.height / 2 - view.y) * view.sy - 300,
      );
    };
    expect(centre(1)).toBeLessThan(1);
    expect(centre(0.5)).toBeLessThan(centre(0) + 1);
  });

  test("tells whether a hit can be made out: in sight, and at least a pixel", () => {
    expect(visible({ view: whole, size }, rectOf(world, page, 3), 1)).toBe(false);
    expect(visible({ view: whole, size }, rectOf(world, page, 3), 786_432)).toBe(true);
    const near = fitted(rectOf(world, page, 2), size.width, size.height);
    expect(visible({ view: near, size }, rectOf(world, page, 3), 1)).toBe(true);
    expect(visible({ view: near, size }, rectOf(world, [0, 0, 0, 0], 3), 1)).toBe(false);
  });
});

test("a mark is left for its neighbour with the first of what that holds", () => {
  expect(withMark([3, 5, 7, 9], 1, 6)).toEqual([3, 6, 0, 0]);
  const world = layWorld([20, 12], 32_768, 900, 300);
  expect(gridOf(world, [1, 0, 0, 0], 1).count).toBe(12);
  expect(gridOf(world, [1, 0, 0, 0], 2)).toEqual({ count: 64, columns: 8 });
  expect(gridOf(world, [1, 0, 0, 0], 3)).toEqual({ count: 512, columns: 32 });
  expect(contentOf({ x: 0, y: 0, width: 100, height: 50 })).toEqual({ x: 4, y: 2, width: 92, height: 46 });
});
