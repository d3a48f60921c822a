/** The four stops of the zoom side by side: node, block, pageblock, page; the box before them, or above where there is room. */
import { type KeyboardEvent, useLayoutEffect, useRef, useState } from "react";
import { PAGE_SIZE, PAGEBLOCK_PAGES } from "../../engine/units.ts";
import { blockAt, frameOf, type Memory, uniformKind } from "./memory.ts";
import { PageCard } from "./PageCard.tsx";
import { fill } from "./camera.ts";
import { type Box, type Cone, coneAside, coneBelow } from "./cones.ts";
import { inDetail, type Scene } from "./painter.ts";
import { type Size, Stop } from "./Picture.tsx";
import styles from "./scale.module.css";
import { scaleStrings } from "./strings.ts";
import { contentOf, type Depth, type Path, type Rect, rectOf, type World } from "./world.ts";

const words = scaleStrings.stops;
/** CSS pixels, as in the stylesheet. */
const CAPTION = 20;
const GUTTER = 24;
const BOX_SHARE = 0.4;
/** On a phone what is said of a page stands below the picture, which is this high. */
export const NARROW = 640;
const NARROW_HEIGHT = 352;

/** Room for the picture of the box: the whole in one picture, a strip above the stops, or the first of five. */
export function boxSizeOf({ width, height }: Size, wide: boolean, tall: boolean): Size {
  if (!wide) return { width, height: width < NARROW ? Math.min(height, NARROW_HEIGHT) : height };
  if (tall) return { width, height: Math.floor((height - GUTTER) * BOX_SHARE) };
  return { width: Math.floor((width - 4 * GUTTER) / 5), height: height - CAPTION };
}

/** What the stops show in more detail: whatever the pictures of box and node have room for, the block, the pageblock. */
export function inStops(
  world: World,
  memory: Memory,
  path: Path,
  size: Size,
): { readonly blocks: number[]; readonly pageblocks: number[] } {
  const block = blockAt(memory, path);
  if (!block) return { blocks: [], pageblocks: [] };
  const whole = { x: 0, y: 0, width: world.width, height: world.height };
  const inBox = inDetail(fill(whole, world), world, memory, world);
  const room = { width: size.width / 5, height: size.height / 2 };
  const inNode = inDetail(fill(rectOf(world, path, 0), room), world, memory, room);
  const own = uniformKind(block) === null ? [block.number] : [];
  const blocks = new Set([...own, ...inNode.blocks, ...inBox.blocks]);
  return { blocks: [...blocks], pageblocks: [Math.floor((frameOf(memory, path) ?? 0) / PAGEBLOCK_PAGES)] };
}

interface StopsProps {
  readonly scene: Scene;
  readonly path: Path;
  readonly depth: Depth;
  readonly partition: string;
  readonly pfn: number | null;
  readonly describedBy: string;
  onKey(event: KeyboardEvent): void;
  onMark(path: Path, depth: Depth, enter: boolean): void;
  onStep(step: 1 | -1, depth: Depth, under: Path | undefined): void;
  onGo(pfn: number): void;
}

export function Stops(props: StopsProps) {
  const { scene, path, depth, partition, pfn, describedBy, onKey, onMark, onStep, onGo } = props;
  const { world, memory } = scene;
  const frame = useRef<HTMLDivElement>(null);
  const cones = useCones(frame, world, path);
  const node = memory.nodes[path[0]];
  const block = blockAt(memory, path);
  const bytes = memory.pagesOfBlock * PAGE_SIZE;
  const all = memory.nodes.reduce((sum, { blocks }) => sum + blocks.length, 0) * bytes;
  // What holds the marks of each level fills its frame.
  const rects = [
    { x: 0, y: 0, width: world.width, height: world.height },
    rectOf(world, path, 0),
    contentOf(rectOf(world, path, 1)),
    contentOf(rectOf(world, path, 2)),
  ] as const;
  const captions = [
    words.box(all, memory.nodes.length),
    words.node(node?.record.id ?? 0, node?.blocks.length ?? 0, bytes),
    words.block(block?.number ?? 0, world.pageblocks),
    words.pageblock(path[2]),
  ] as const;
  const focused = useRef<HTMLElement>(null);
  useFollowing(focused, depth);
  return (
    <div ref={frame} className={styles.stops}>
      {rects.map((rect, level) => {
        const [name, facts] = captions[level] as readonly [string, string];
        return (
          <figure key={name.split(" ")[0] + String(level)} className={styles.stop} data-stop={level}>
            <figcaption>
              <b>{name}</b> {facts}
            </figcaption>
            <Stop
              figure={level === depth ? focused : NOT_FOCUSED}
              scene={level === 0 ? scene : { ...scene, titles: null, only: path[0] }}
              rect={rect}
              depth={level as Depth}
              cursor={{ path, depth: level as Depth, strong: level === depth }}
              label={scaleStrings.figure.stop(name)}
              describedBy={describedBy}
              onKey={onKey}
              onMark={onMark}
              onStep={(step, under) => onStep(step, level as Depth, under)}
            />
          </figure>
        );
      })}
      <figure className={styles.stop} data-stop="4">
        <figcaption>
          <b>{words.page}</b> {words.pageFacts}
        </figcaption>
        <PageCard partition={partition} pfn={pfn} onGo={onGo} />
      </figure>
      <svg className={styles.cones} aria-hidden="true">
        {cones.map(({ points, lines }) => (
          <g key={points}>
            <polygon points={points} />
            {lines.map(([x1, y1, x2, y2]) => (
              <g key={`${x1} ${y1}`}>
                <line data-halo="" {...{ x1, y1, x2, y2 }} />
                <line {...{ x1, y1, x2, y2 }} />
              </g>
            ))}
          </g>
        ))}
      </svg>
    </div>
  );
}

const NOT_FOCUSED = { current: null };

/** Focus goes along with the cursor from frame to frame. */
function useFollowing(focused: React.RefObject<HTMLElement | null>, depth: Depth): void {
  const before = useRef(depth);
  useLayoutEffect(() => {
    if (before.current === depth) return;
    before.current = depth;
    const active = document.activeElement;
    if (active?.closest(`.${styles.stops}`)) focused.current?.focus({ preventScroll: true });
  }, [focused, depth]);
}

/** From each frame's mark to the frame that shows it, in pixels of what they lie in. */
function useCones(frame: React.RefObject<HTMLDivElement | null>, world: World, path: Path): readonly Cone[] {
  const [cones, setCones] = useState<readonly Cone[]>([]);
  useLayoutEffect(() => {
    const { current } = frame;
    if (!current) return;
    const measure = () => {
      const origin = current.getBoundingClientRect();
      const frames = [...current.querySelectorAll(`.${styles.picture}, .${styles.card}`)].map((one): Box => {
        const { left, top, right, bottom } = one.getBoundingClientRect();
        return {
          left: left - origin.left,
          top: top - origin.top,
          right: right - origin.left,
          bottom: bottom - origin.top,
        };
      });
      const rects = [
        { x: 0, y: 0, width: world.width, height: world.height },
        rectOf(world, path, 0),
        contentOf(rectOf(world, path, 1)),
        contentOf(rectOf(world, path, 2)),
      ];
      const made = rects.flatMap((rect, level) => {
        const [from, to] = [frames[level], frames[level + 1]];
        if (!from || !to || from.right === from.left) return [];
        const [across, down] = [(from.right - from.left) / rect.width, (from.bottom - from.top) / rect.height];
        const placed = ({ x, y, width, height }: Rect): Box => ({
          left: from.left + (x - rect.x) * across,
          top: from.top + (y - rect.y) * down,
          right: from.left + (x + width - rect.x) * across,
          bottom: from.top + (y + height - rect.y) * down,
        });
        const mark = placed(rectOf(world, path, level as Depth));
        // Below one another, or side by side.
        if (to.top <= from.bottom) return [coneAside(from, mark, to)];
        const rows = world.nodes.map((_, node): readonly [number, number] => {
          const { top, bottom } = placed(rectOf(world, [node, 0, 0, 0], 0));
          return [top, bottom];
        });
        const each = new Map(rows.map((row) => [row[0], row] as const));
        // It ends above the caption: no ribbon over a label.
        return [coneBelow(from, mark, to, to.top - CAPTION, [...each.values()])];
      });
      setCones((before) => (JSON.stringify(before) === JSON.stringify(made) ? before : made));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [frame, world, path]);
  return cones;
}
