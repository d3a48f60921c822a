/** A memory block page by page: what moves, what stays, and the page that says no. */
import type { PageOwner } from "../../engine/memory/holding.ts";
import { ownerWords } from "../../client/owners.ts";
import { useEffect, useRef, useState } from "react";
import { useStore } from "zustand";
import { usePlayground, useRecord } from "../../client/react.tsx";
import type { BlockRecord } from "../../protocol/records.ts";
import { createPagePainter } from "../../views/memory-map/page-painter.ts";
import { layoutPages, type PageLayout, pageRect } from "../../views/memory-map/page-geometry.ts";
import { colourReader, onThemeChange } from "../../views/memory-map/theme-colours.ts";
import { observeSurface } from "../../views/canvas-surface.ts";
import { PageKind } from "../../engine/memory/kinds.ts";
import type { TalkPlayer } from "../player.ts";
import { Commands, isAbout } from "./Commands.tsx";
import styles from "./stage.module.css";
import own from "./block-panel.module.css";
import { stageStrings as words } from "./strings.ts";

export function BlockPanel({ block, player }: { readonly block: string; readonly player: TalkPlayer }) {
  const record = useRecord("block", block);
  const attempt = useRecord("attempt", record?.attempt);
  const pointed = useStore(player.store, (state) => state.pointed === block);
  const [placed, setPlaced] = useState<{ readonly layout: PageLayout; readonly density: number } | null>(null);
  const culprit = attempt?.result === "failed" ? attempt.culprit : null;
  return (
    <>
      <PagesCanvas block={block} onPlaced={setPlaced}>
        {pointed && culprit && record && placed && (
          <Mark
            placed={placed}
            page={culprit.pfn - record.startPfn}
            text={words.block.culprit(culprit.pfn, shortly(culprit.owner))}
          />
        )}
      </PagesCanvas>
      <p className={own.result}>{record ? <Result record={record} attempt={attempt} /> : words.block.gone}</p>
      <Commands player={player} which={(done) => isAbout(done, { block })} most={1} />
    </>
  );
}

function Result({
  record,
  attempt,
}: {
  readonly record: BlockRecord;
  readonly attempt: ReturnType<typeof useRecord<"attempt">>;
}) {
  const movable = usedPages(record, false);
  const staying = usedPages(record, true);
  if (attempt?.kind === "offline" && attempt.result === "running")
    return (
      <>
        <b className={own.good}>{words.block.moved(attempt.pagesMoved)}</b> {words.block.left(movable)}
      </>
    );
  if (attempt?.kind === "offline" && attempt.result === "failed")
    return (
      <>
        <b className={styles.bad}>{attempt.errno}</b> {words.block.staysToo(movable)}
      </>
    );
  if (attempt?.kind === "offline" && record.state === "offline")
    return (
      <>
        <b className={own.good}>{words.block.moved(attempt.pagesMoved)}</b> {words.block.offline(record.number)}
      </>
    );
  if (record.state === "offline") return <>{words.block.offline(record.number)}</>;
  if (staying + movable === 0) return <>{words.block.unused}</>;
  return <>{staying > 0 ? words.block.unmovable(staying, record.pages) : words.block.movable(movable)}</>;
}

/** Pages that hold something, of kinds that can leave or of those that cannot. */
function usedPages({ kinds, staying }: BlockRecord, stay: boolean): number {
  return kinds.reduce((sum, pages, kind) => {
    if (kind === PageKind.Free || kind === PageKind.None || kind === PageKind.Offline) return sum;
    return ((staying >> kind) & 1) === (stay ? 1 : 0) ? sum + pages : sum;
  }, 0);
}

function PagesCanvas({
  block,
  onPlaced,
  children,
}: {
  readonly block: string;
  readonly onPlaced: (placed: { readonly layout: PageLayout; readonly density: number }) => void;
  readonly children: React.ReactNode;
}) {
  const playground = usePlayground();
  const room = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!room.current || !canvas.current) return;
    const made = canvas.current;
    const stillness = matchMedia("(prefers-reduced-motion: reduce)");
    const painter = createPagePainter(made, () => stillness.matches);
    let laidOut = false;
    const draw = (elapsed: number) => {
      const bytes = playground.fineMap(block);
      if (!laidOut || !bytes) return;
      painter.update(bytes, 0, elapsed);
      if (painter.fading) playground.requestFrame();
    };
    const recolour = () => {
      painter.recolour(colourReader(), null);
      playground.requestFrame();
    };
    recolour();
    const stop = [
      observeSurface(room.current, ({ width, height, ratio, unit }) => {
        const layout = layoutPages(width, height, unit);
        laidOut = true;
        painter.resize(layout);
        // Where a page has less than a pixel, the whole block is still to be seen.
        const density = ratio * Math.max(1, made.width / width, made.height / height);
        made.style.width = `${made.width / density}px`;
        made.style.height = `${made.height / density}px`;
        draw(0);
        onPlaced({ layout, density });
      }),
      onThemeChange(recolour),
      playground.onFrame(({ elapsed, pagesChanged, anew }) => {
        if (anew) painter.reset();
        if (pagesChanged || painter.fading || painter.stale) draw(elapsed);
      }),
    ];
    return () => {
      for (const end of stop) end();
      painter.destroy();
    };
  }, [playground, block, onPlaced]);
  return (
    <div className={own.pages} ref={room}>
      <div className={own.sheet}>
        <canvas ref={canvas} aria-hidden="true" />
        {children}
      </div>
    </div>
  );
}

/** `density`: pixels of the canvas in a CSS pixel. */
function Mark({
  placed: { layout, density },
  page,
  text,
}: {
  readonly placed: { readonly layout: PageLayout; readonly density: number };
  readonly page: number;
  readonly text: string;
}) {
  const rect = pageRect(layout, page);
  const x = (rect.x + rect.width / 2 + layout.gap) / density;
  const y = (rect.y + rect.height / 2 + layout.gap) / density;
  const below = rect.y < layout.height / 2;
  return (
    <div className={own.mark} style={{ left: x, top: y }} data-below={below || undefined}>
      <code style={{ transform: `translateX(${(-100 * rect.x) / layout.width}%)` }}>{text}</code>
    </div>
  );
}

/** An owner without what is told of it besides: `slab dentry` of `slab dentry, filled by find (pid 701)`. */
const shortly = (owner: PageOwner): string =>
  owner.by?.as === "filler" ? words.block.filled(ownerWords({ ...owner, by: null }), owner.by.comm) : ownerWords(owner);
