/**
 * Physical memory: every block of a node as a tile, and one block page by page. What is selected here is selected
 * everywhere; the playground then fetches the maps of the selected node and block.
 */
import { ownerWords } from "../../client/owners.ts";
import { type ReactNode, useCallback, useEffect, useId, useRef, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import { usePlayground, usePlaygroundState, useRecord } from "../../client/react.tsx";
import type { PlaygroundState } from "../../client/playground.ts";
import { PAGES_PER_SECTION } from "../../engine/units.ts";
import { type BlockAction, commandOf, obstacleTo } from "./block-actions.ts";
import { BlockMenu } from "./BlockMenu.tsx";
import { BlockTiles } from "./BlockTiles.tsx";
import { BlockTitle } from "./BlockTitle.tsx";
import { Changes, useMapEarlier } from "./Changes.tsx";
import { Legend } from "./Legend.tsx";
import frame from "../frame.module.css";
import styles from "./memory-map.module.css";
import { MigrationFlow } from "./MigrationFlow.tsx";
import { NodeChooser } from "./NodeChooser.tsx";
import { PageInspector } from "./PageInspector.tsx";
import { PageMap } from "./PageMap.tsx";
import type { PlacedLayout } from "./page-scene.ts";
import type { Highlight } from "./palette.ts";
import { memoryMapStrings as words } from "./strings.ts";
import { useInspection } from "./use-inspection.ts";
import { ShowChanges } from "../changes/ShowChanges.tsx";
import { useEarlier } from "../changes/use-earlier.ts";

interface OpenMenu {
  readonly block: string;
  readonly at: { readonly x: number; readonly y: number };
}

export function MemoryMapView({ tabs }: { readonly tabs?: ReactNode }) {
  const playground = usePlayground();
  const nodeKey = usePlaygroundState((state) => state.selection.node);
  // Where the selected block is gone another is on its way: the map stays, and shows that one already.
  const blockKey = usePlaygroundState((state) => state.selection.block ?? defaultBlock(state, state.selection.node));
  const pfn = usePlaygroundState((state) => state.selection.pfn);
  const status = usePlaygroundState((state) => state.status);
  const node = useNode(nodeKey);
  const block = useBlock(blockKey);
  const [highlight, setHighlight] = useState<Highlight | null>(null);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const [notice, setNotice] = useState("");
  const earlier = useEarlier();
  const [placed, setPlaced] = useState<PlacedLayout | null>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const [section, setSection] = useSection(block, pfn);
  const lens = useRef<HTMLCanvasElement>(null);
  const title = useId();
  const sizer = useRef<((step: 1 | -1) => void) | null>(null);
  const refocus = useRef<HTMLElement | null>(null);
  useDefaultSelection();

  const before = useMapEarlier(earlier, block);
  const base = (block?.startPfn ?? 0) + section * PAGES_PER_SECTION;
  const chosen = pfn !== null && pfn >= base && pfn < base + PAGES_PER_SECTION ? pfn - base : null;
  const page = hovered ?? chosen;
  const inspection = useInspection(block?.partition ?? null, block && page !== null ? base + page : null);
  const [blamed, blamedOwner] = useCulprit(blockKey, base);
  const [marked, setMarked] = useState<{ readonly page: number; readonly text: string } | null>(null);
  useEffect(() => {
    setMarked(blamed === null ? null : { page: blamed - base, text: words.culprit(blamed, blamedOwner) });
  }, [blamed, blamedOwner, base]);

  const choose = useCallback(
    (key: string) => {
      setNotice("");
      playground.select({ block: key });
    },
    [playground],
  );
  const chooseNode = useCallback((key: string) => playground.select({ node: key }), [playground]);
  const choosePage = useCallback((index: number) => playground.select({ pfn: base + index }), [playground, base]);
  const openMenu = useCallback((key: string, at: OpenMenu["at"]) => {
    refocus.current = document.activeElement as HTMLElement | null;
    setMenu({ block: key, at });
  }, []);
  const closeMenu = useCallback(() => {
    setMenu(null);
    refocus.current?.focus();
  }, []);

  const act = useCallback(
    async (key: string, action: BlockAction) => {
      const { records } = playground.store.getState();
      const target = records.block[key];
      if (!target) return;
      const running = target.attempt !== null && records.attempt[target.attempt]?.result === "running";
      const obstacle = obstacleTo(target, action, running);
      if (obstacle !== null) {
        setNotice(words.refusedHere(target.number, action, obstacle));
        return;
      }
      setNotice("");
      playground.select({ block: key });
      const answer = await playground.send(commandOf(target, action));
      if (answer.errno !== null) setNotice(words.refused(target.number, action, answer.errno, answer.rejection));
    },
    [playground],
  );
  const cancel = useCallback(
    (key: string) => {
      const { records } = playground.store.getState();
      const running = records.attempt[records.block[key]?.attempt ?? ""];
      if (running?.result === "running") void playground.send({ do: "signal", op: running.id });
    },
    [playground],
  );

  const menuBlock = useRecord("block", menu?.block);
  const menuAttempt = useRecord("attempt", menuBlock?.attempt);
  const nodeName = node ? words.nodeLabel(node.partition, node.id) : "";
  return (
    <section className={`${frame.panel} ${styles.panel}`} aria-labelledby={title}>
      <header className={styles.head}>
        {tabs}
        <h2 id={title} className={tabs ? styles.spoken : undefined}>
          {words.title}
        </h2>
        <NodeChooser node={nodeKey} onChoose={chooseNode} />
        <span className={styles.sizes}>
          <button type="button" aria-label={words.smaller} title={words.smaller} onClick={() => sizer.current?.(1)}>
            −
          </button>
          <button type="button" aria-label={words.larger} title={words.larger} onClick={() => sizer.current?.(-1)}>
            +
          </button>
        </span>
        <Legend node={nodeKey} highlight={highlight} onHighlight={setHighlight} />
      </header>
      <div className={styles.body}>
        <div className={styles.left}>
          {node && !node.empty ? (
            <BlockTiles
              node={node.key}
              nodeName={nodeName}
              block={blockKey}
              highlight={highlight}
              onChoose={choose}
              onMenu={openMenu}
              onAction={act}
              onCancel={cancel}
              sizer={sizer}
            />
          ) : (
            <p className={styles.hint}>
              {status === "starting" ? words.starting : node ? words.noBlocks : words.noNodes}
            </p>
          )}
          <PageInspector
            inspection={inspection}
            spoken={hovered === null && chosen !== null}
            lens={lens}
            page={block && page !== null ? page : null}
            layout={placed?.layout}
          />
        </div>
        <div className={styles.right}>
          {block ? (
            <>
              <BlockTitle
                block={block.key}
                section={section}
                onSection={setSection}
                onMenu={openMenu}
                onCancel={cancel}
              >
                <ShowChanges />
              </BlockTitle>
              {earlier && <Changes block={block.key} earlier={earlier} before={before} />}
              <PageMap
                block={block.key}
                number={block.number}
                offline={block.offline}
                section={section}
                highlight={highlight}
                before={before}
                chosen={chosen}
                hovered={hovered}
                culprit={marked}
                lens={lens}
                placed={placed}
                onPlaced={setPlaced}
                onHover={setHovered}
                onChoose={choosePage}
              />
              <MigrationFlow block={block.key} />
            </>
          ) : (
            <p className={styles.hint}>{status === "starting" ? "" : words.noBlock}</p>
          )}
          <p className={styles.notice} role="status">
            {notice}
          </p>
        </div>
      </div>
      {menu && menuBlock && (
        <BlockMenu
          key={menu.block}
          block={menuBlock}
          running={menuAttempt?.result === "running"}
          at={menu.at}
          onAction={(action) => void act(menu.block, action)}
          onCancel={() => {
            closeMenu();
            cancel(menu.block);
          }}
          onClose={closeMenu}
        />
      )}
    </section>
  );
}

/**
 * What the view itself needs of the node; its free memory is no reason to render everything in here, nor are the counts
 * of a block that empties: who shows those asks for them.
 */
function useNode(key: string | null) {
  return usePlaygroundState(
    useShallow(({ records }) => {
      const node = key === null ? undefined : records.node[key];
      return node && { key: node.key, partition: node.partition, id: node.id, empty: node.blocks.length === 0 };
    }),
  );
}

function useBlock(key: string | null) {
  return usePlaygroundState(
    useShallow(({ records }) => {
      const block = key === null ? undefined : records.block[key];
      if (!block) return undefined;
      const { partition, number, startPfn, pages } = block;
      return { key: block.key, partition, number, startPfn, pages, offline: block.state === "offline" };
    }),
  );
}

/** The page to blame, pfn and owner, that lies in the section from `base` on: of the block's last attempt, or of the one that is selected. */
function useCulprit(key: string | null, base: number): readonly [pfn: number | null, owner: string] {
  return usePlaygroundState(
    useShallow(({ records, selection }): readonly [number | null, string] => {
      const block = key === null ? undefined : records.block[key];
      const culprit = [block?.attempt, selection.attempt]
        .map((attempt) => (attempt == null ? undefined : records.attempt[attempt]?.culprit))
        .find((one) => one && one.pfn >= base && one.pfn < base + PAGES_PER_SECTION && one.block === block?.number);
      return culprit ? [culprit.pfn, ownerWords(culprit.owner)] : [null, ""];
    }),
  );
}

/** The section of a block that is shown: the one of the chosen page, until a person steps to another. */
function useSection(
  block: { readonly key: string; readonly startPfn: number; readonly pages: number } | undefined,
  pfn: number | null,
): readonly [number, (section: number) => void] {
  const ofPage =
    block && pfn !== null && pfn >= block.startPfn && pfn < block.startPfn + block.pages
      ? Math.floor((pfn - block.startPfn) / PAGES_PER_SECTION)
      : 0;
  const about = `${block?.key} ${pfn}`;
  const [stepped, setStepped] = useState<{ readonly about: string; readonly section: number } | null>(null);
  return [
    stepped?.about === about ? stepped.section : ofPage,
    useCallback((section: number) => setStepped({ about, section }), [about]),
  ];
}

/** Something is always selected: a node with memory, and of its blocks one in the zone that can be emptied. */
function useDefaultSelection(): void {
  const playground = usePlayground();
  const node = usePlaygroundState((state) => (state.selection.node === null ? firstNode(state) : null));
  const block = usePlaygroundState((state) =>
    state.selection.block === null ? defaultBlock(state, state.selection.node) : null,
  );
  useEffect(() => {
    if (node !== null) playground.select({ node });
  }, [playground, node]);
  useEffect(() => {
    if (block !== null) playground.select({ block, pfn: null });
  }, [playground, block]);
}

const firstNode = ({ records }: PlaygroundState): string | null =>
  Object.values(records.node).find((node) => node.blocks.length > 0)?.key ?? null;

function defaultBlock({ records }: PlaygroundState, node: string | null): string | null {
  const blocks = ((node !== null && records.node[node]?.blocks) || []).flatMap((key) => records.block[key] ?? []);
  return (blocks.find((block) => block.zone === "Movable") ?? blocks[0])?.key ?? null;
}
