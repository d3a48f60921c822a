/** One section of a block, page by page: looked at with the pointer, walked through with the keys. */
import { useWordChanges } from "../../client/language/react.ts";
import { type KeyboardEvent, memo, type PointerEvent, type RefObject, useEffect, useId, useRef } from "react";
import { usePlayground } from "../../client/react.tsx";
import styles from "./page-map.module.css";
import { movePage, type PageMove, pageAt } from "./page-geometry.ts";
import { PageMarkers } from "./PageMarkers.tsx";
import { createPageScene, type PageScene, type PlacedLayout } from "./page-scene.ts";
import type { Highlight } from "./palette.ts";
import { memoryMapStrings as words } from "./strings.ts";

export interface PageMapProps {
  readonly block: string | null;
  readonly number: number;
  readonly offline: boolean;
  readonly section: number;
  readonly highlight: Highlight | null;
  /** Bytes of the block's map at the moment that it is compared with. */
  readonly before: Uint8Array | null;
  /** Pages of the section, by index: the one chosen, the one under the pointer, the one to blame. */
  readonly chosen: number | null;
  readonly hovered: number | null;
  readonly culprit: { readonly page: number; readonly text: string } | null;
  readonly lens: RefObject<HTMLCanvasElement | null>;
  readonly placed: PlacedLayout | null;
  readonly onPlaced: (placed: PlacedLayout) => void;
  readonly onHover: (page: number | null) => void;
  readonly onChoose: (page: number) => void;
}

export const PageMap = memo(function PageMap(props: PageMapProps) {
  useWordChanges();
  const {
    block,
    number,
    offline,
    section,
    highlight,
    before,
    chosen,
    hovered,
    culprit,
    lens,
    placed,
    onPlaced,
    onHover,
    onChoose,
  } = props;
  const playground = usePlayground();
  const room = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const scene = useRef<PageScene | null>(null);
  const help = useId();

  useEffect(() => {
    if (!room.current || !canvas.current) return;
    const made = createPageScene(room.current, canvas.current, playground, onPlaced);
    scene.current = made;
    return () => {
      scene.current = null;
      made.destroy();
    };
  }, [playground, onPlaced]);

  const magnified = hovered ?? chosen;
  useEffect(() => {
    scene.current?.update({ block, section, highlight, before, magnified });
    scene.current?.lens(lens.current);
  }, [block, section, highlight, before, magnified, lens]);

  const pageUnder = (event: PointerEvent): number | null => {
    if (!placed || !canvas.current) return null;
    const box = canvas.current.getBoundingClientRect();
    const { layout, ratio } = placed;
    return (
      pageAt(layout, (event.clientX - box.left) * ratio - layout.gap, (event.clientY - box.top) * ratio - layout.gap) ??
      null
    );
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!placed || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = moveOf(event);
    if (!move) return;
    event.preventDefault();
    onChoose(movePage(placed.layout, chosen ?? 0, chosen === null && move !== "last" ? "first" : move));
  };

  return (
    <div className={styles.pageRoom} ref={room}>
      <div
        className={styles.pageMap}
        data-offline={offline}
        role="application"
        aria-roledescription={words.pageMapRole}
        aria-label={words.pageMapLabel(number)}
        aria-describedby={help}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the map is walked through with the keys
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => onHover(pageUnder(event))}
        onPointerLeave={() => onHover(null)}
        onPointerDown={(event) => {
          const page = pageUnder(event);
          if (page !== null && event.button === 0) onChoose(page);
        }}
      >
        <canvas ref={canvas} aria-hidden="true" />
        {placed && <PageMarkers placed={placed} chosen={chosen} hovered={hovered} culprit={culprit} />}
        {offline && <p className={styles.pageNote}>{words.offlineBlock(number)}</p>}
      </div>
      <p id={help} className="visually-hidden">
        {words.pageMapHelp}
      </p>
    </div>
  );
});

/** The movement behind a key, if any. */
export function moveOf({ key, shiftKey }: Pick<KeyboardEvent, "key" | "shiftKey">): PageMove | undefined {
  switch (key) {
    case "ArrowLeft":
      return shiftKey ? "block-left" : "left";
    case "ArrowRight":
      return shiftKey ? "block-right" : "right";
    case "ArrowUp":
      return shiftKey ? "block-up" : "up";
    case "ArrowDown":
      return shiftKey ? "block-down" : "down";
    case "PageUp":
      return "previous-block";
    case "PageDown":
      return "next-block";
    case "Home":
      return "first";
    case "End":
      return "last";
    default:
      return undefined;
  }
}
