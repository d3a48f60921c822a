/**
 * All memory blocks of a node. The canvas shows them; over it lies a list box whose options are where the tiles are,
 * so that a pointer, the keys and a screen reader all find the same thing.
 */
import { useWordChanges } from "../../client/language/react.ts";
import {
  type KeyboardEvent,
  memo,
  type MouseEvent,
  type RefObject,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from "react";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { formatBytes, PAGE_SIZE } from "../../engine/units.ts";
import { type BlockAction, actionOfKey } from "./block-actions.ts";
import type { SurfaceSize } from "../canvas-surface.ts";
import styles from "./tiles.module.css";
import type { Highlight } from "./palette.ts";
import { memoryMapStrings as words } from "./strings.ts";
import { tileBlocksOf } from "./tile-blocks.ts";
import { layoutTiles, moveTile, tileAt, type TileLayout, type TileMove, tileRect, tileSizes } from "./tile-geometry.ts";
import { groupBlocks, runsOf, type TileBlock, type TileGroup } from "./tile-groups.ts";
import { TileMark } from "./tile-painter.ts";
import { createTileScene, type TileScene } from "./tile-scene.ts";

export interface BlockTilesProps {
  readonly node: string;
  readonly nodeName: string;
  readonly block: string | null;
  readonly highlight: Highlight | null;
  readonly onChoose: (block: string) => void;
  /** A person asks for the actions of a block; the point is in CSS pixels of the window. */
  readonly onMenu: (block: string, at: { readonly x: number; readonly y: number }) => void;
  readonly onAction: (block: string, action: BlockAction) => Promise<void>;
  readonly onCancel: (block: string) => void;
  /** Takes the function that makes tiles larger (-1) or smaller (1), for buttons elsewhere. */
  readonly sizer: RefObject<((step: 1 | -1) => void) | null>;
}

/** More options than this are not all put into the page: only those about the chosen one. A pointer finds all by where they are. */
const MOST_OPTIONS = 256;
const ABOUT = 64;

export const BlockTiles = memo(function BlockTiles(props: BlockTilesProps) {
  useWordChanges();
  const { node, nodeName, block, highlight, onChoose, onMenu, onAction, onCancel, sizer } = props;
  const playground = usePlayground();
  const blocks = usePlaygroundState(useMemo(() => tileBlocksOf(node), [node]));
  const dimm = usePlaygroundState((state) => state.selection.dimm);
  const groups = useMemo(() => groupBlocks(blocks), [blocks]);
  const order = useMemo(() => groups.flatMap((group) => group.blocks), [groups]);
  const [surface, setSurface] = useState<SurfaceSize | null>(null);
  const [size, setSize] = useState<number | null>(null);
  const scroll = useRef(0);
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = useRef<TileScene | null>(null);
  const help = useId();
  const ids = useId();

  const layout = useMemo(() => {
    if (!surface) return null;
    const counts = groups.map((group) => group.blocks.length);
    return layoutTiles(counts, surface.width, surface.height, surface.unit, size ?? undefined);
  }, [groups, surface, size]);
  const chosen = order.findIndex((one) => one.key === block);

  useEffect(() => {
    if (!scroller.current || !canvas.current) return;
    const made = createTileScene(scroller.current, canvas.current, playground, setSurface);
    scene.current = made;
    return () => {
      scene.current = null;
      made.destroy();
    };
  }, [playground]);

  useEffect(() => {
    if (!layout) return;
    const marks = Uint8Array.from(order, (one) => marksOf(one, one.key === block, dimm));
    scene.current?.update({ layout, keys: order.map((one) => one.key), marks, highlight });
  }, [layout, order, block, dimm, highlight]);

  // The chosen block stays in sight, whoever chose it.
  useEffect(() => {
    const element = scroller.current;
    if (!layout || !surface || !element || chosen < 0 || chosen >= layout.count) return;
    const rect = tileRect(layout, chosen);
    const top = rect.y / surface.ratio;
    const bottom = (rect.y + rect.height) / surface.ratio;
    const height = surface.height / surface.ratio;
    // Asking the element would have the page laid out in the middle of its work.
    if (top < scroll.current) element.scrollTop = Math.max(0, top - 24);
    else if (bottom > scroll.current + height) element.scrollTop = bottom - height + 8;
  }, [layout, surface, chosen]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!layout || order.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = Math.max(0, chosen);
    const current = order[at];
    if (!current) return;
    const move = moveOf(event.key);
    const action = event.shiftKey ? undefined : actionOfKey(event.key);
    if (move) {
      const to = order[chosen < 0 ? at : moveTile(layout, at, move)];
      if (to) onChoose(to.key);
    } else if (
      event.key === "Enter" ||
      event.key === " " ||
      event.key === "ContextMenu" ||
      (event.shiftKey && event.key === "F10")
    ) {
      onMenu(current.key, pointOf(event.currentTarget, layout, at, surface?.ratio ?? 1, scroller.current));
    } else if (action) void onAction(current.key, action);
    else if (event.key === "Escape" && current.state === "going-offline") onCancel(current.key);
    else if (event.key === "+" || event.key === "=") resize(-1);
    else if (event.key === "-") resize(1);
    else return;
    event.preventDefault();
    // These keys are the list's own while it has the focus, whatever they mean to the app.
    event.stopPropagation();
  };

  const blockUnder = ({ target, currentTarget, clientX, clientY }: MouseEvent): string | undefined => {
    const option = (target as Element).closest<HTMLElement>("[data-block]")?.dataset.block;
    if (option !== undefined || !layout || !surface) return option;
    const { left, top } = currentTarget.getBoundingClientRect();
    const at = tileAt(layout, (clientX - left) * surface.ratio, (clientY - top + scroll.current) * surface.ratio);
    return at === undefined ? undefined : order[at]?.key;
  };

  function resize(step: 1 | -1): void {
    if (!layout || !surface) return;
    const sizes = tileSizes(surface.unit);
    const now = sizes.findIndex((candidate) => candidate.tile === layout.tile);
    // A step is a size that can be told from the last one.
    let next = now;
    do next += step;
    while (sizes[next] && Math.abs((sizes[next]?.tile ?? 0) - layout.tile) < 4 * surface.unit);
    if (sizes[next]) setSize(next);
  }

  useEffect(() => {
    sizer.current = resize;
  });

  const visible = (index: number): boolean =>
    order.length <= MOST_OPTIONS || Math.abs(index - Math.max(0, chosen)) <= ABOUT;

  return (
    <div className={styles.tileRoom}>
      {/* Behind what scrolls, not in it: rounded up to whole pixels it would make room to scroll where there is none to. */}
      <canvas ref={canvas} aria-hidden="true" />
      <div
        ref={scroller}
        className={styles.tiles}
        role="listbox"
        tabIndex={0}
        aria-label={words.blocksLabel(nodeName)}
        aria-describedby={help}
        aria-activedescendant={chosen >= 0 && layout ? `${ids}-${chosen}` : undefined}
        onKeyDown={onKeyDown}
        onScroll={(event) => {
          scroll.current = event.currentTarget.scrollTop;
        }}
        onClick={(event) => {
          const key = blockUnder(event);
          if (key) onChoose(key);
        }}
        onContextMenu={(event) => {
          const key = blockUnder(event);
          if (!key) return;
          event.preventDefault();
          onChoose(key);
          onMenu(key, { x: event.clientX, y: event.clientY });
        }}
      >
        {layout && surface && (
          <div
            className={styles.tileSheet}
            role="presentation"
            style={{ height: `${layout.height / surface.ratio}px` }}
          >
            {groups.map((group, at) => (
              <TileOptions
                key={group.id}
                group={group}
                at={at}
                layout={layout}
                ratio={surface.ratio}
                total={order.length}
                chosen={chosen}
                ids={ids}
                visible={visible}
              />
            ))}
          </div>
        )}
      </div>
      <p id={help} className="visually-hidden">
        {words.blocksHelp}
      </p>
    </div>
  );
});

interface TileOptionsProps {
  readonly group: TileGroup;
  readonly at: number;
  readonly layout: TileLayout;
  readonly ratio: number;
  readonly total: number;
  readonly chosen: number;
  readonly ids: string;
  readonly visible: (index: number) => boolean;
}

function TileOptions({ group, at, layout, ratio, total, chosen, ids, visible }: TileOptionsProps) {
  const place = layout.groups[at];
  if (!place || place.count !== group.blocks.length) return null;
  const bytes = group.blocks.reduce((sum, block) => sum + block.pages * PAGE_SIZE, 0);
  const detail = words.groupDetail(runsOf(group.blocks.map((block) => block.number)), group.blocks.length, bytes);
  return (
    // biome-ignore lint/a11y/useSemanticElements: options of a list box are grouped by this role
    <div role="group" aria-label={`${words.group(group.id)}, ${detail}`}>
      <div
        className={styles.groupSpan}
        aria-hidden="true"
        style={{ top: `${place.top / ratio}px`, height: `${place.height / ratio}px` }}
      >
        <div className={styles.groupHead} title={detail}>
          <b>{words.group(group.id)}</b>
          <span>{formatBytes(bytes)}</span>
        </div>
      </div>
      {group.blocks.map((block, inside) => {
        const index = place.first + inside;
        if (!visible(index)) return null;
        const rect = tileRect(layout, index);
        const label = words.tile(block.number, group.id, block.state, block.refused);
        return (
          <div
            key={block.key}
            id={`${ids}-${index}`}
            role="option"
            tabIndex={-1}
            className={styles.tile}
            data-block={block.key}
            aria-selected={index === chosen}
            aria-label={label}
            aria-posinset={index + 1}
            aria-setsize={total}
            title={label}
            style={{
              left: `${rect.x / ratio}px`,
              top: `${rect.y / ratio}px`,
              width: `${rect.width / ratio}px`,
              height: `${rect.height / ratio}px`,
            }}
          />
        );
      })}
    </div>
  );
}

function marksOf(block: TileBlock, chosen: boolean, dimm: string | null): number {
  return (
    (block.state === "offline" ? TileMark.Offline : 0) |
    (block.state === "going-offline" ? TileMark.GoingOffline : 0) |
    (block.refused ? TileMark.Culprit : 0) |
    (chosen ? TileMark.Selected : 0) |
    (dimm !== null && block.dimm === dimm ? TileMark.OfSelectedDimm : 0)
  );
}

function moveOf(key: string): TileMove | undefined {
  switch (key) {
    case "ArrowLeft":
      return "left";
    case "ArrowRight":
      return "right";
    case "ArrowUp":
      return "up";
    case "ArrowDown":
      return "down";
    case "Home":
      return "first";
    case "End":
      return "last";
    case "PageUp":
      return "page-up";
    case "PageDown":
      return "page-down";
    default:
      return undefined;
  }
}

/** Below a tile, in CSS pixels of the window: where its menu opens from the keyboard. */
function pointOf(list: Element, layout: TileLayout, index: number, ratio: number, scroller: HTMLElement | null) {
  const box = list.getBoundingClientRect();
  const rect = tileRect(layout, index);
  return {
    x: box.left + rect.x / ratio,
    y: box.top + (rect.y + rect.height + layout.gap) / ratio - (scroller?.scrollTop ?? 0),
  };
}
