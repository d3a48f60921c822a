/**
 * Page tables of a partition's kernel: the direct mapping and the memory map, which a hot add builds and a hot remove
 * deletes, over one physical axis; what a DIMM pins; and the chain of one page. What is drawn is one instant's
 * (`data-at`), as the frame brought it.
 */
import { machineWords } from "../../client/machine-words.ts";
import { type ReactNode, type RefObject, useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { Anchor } from "lucide-react";
import { useShallow } from "zustand/react/shallow";
import { usePlayground, usePlaygroundState, useRecord } from "../../client/react.tsx";
import type { PlaygroundState, RecordTables, Selection } from "../../client/playground.ts";
import { type AxisBlock, foldBlocks, type KernelLook, layAxis } from "./axis.ts";
import { ENTRIES_ID, EntryFigure } from "./EntryFigure.tsx";
import { KernelFigure } from "./KernelFigure.tsx";
import { KernelTable } from "./KernelTable.tsx";
import type { Fresh } from "./ground.ts";
import type { Mark } from "./mark.ts";
import { marksOf } from "./marks.ts";
import { ChangedTables, goneRows, useTablesEarlier } from "./ChangedTables.tsx";
import { ChangedLeaves, useLeavesEarlier } from "./ChangedLeaves.tsx";
import { ShowChanges } from "../changes/ShowChanges.tsx";
import { PageChain } from "./PageChain.tsx";
import { ProcessFigure, ProcessTable } from "./ProcessFigure.tsx";
import frame from "../frame.module.css";
import { partitionInView } from "../partition-in-view.ts";
import { useRoom } from "../use-room.ts";
import { useSlowState } from "../use-slow-state.ts";
import styles from "./page-tables.module.css";
import type { LeafChanges } from "./leaf-changes.ts";
import { firstSeen, type ProcessLook } from "./leaves.ts";
import { useWords } from "../../client/language/react.ts";
import { pageTableStrings as words } from "./strings.ts";
import { layRows } from "./rows.ts";
import { changeOf } from "./table-changes.ts";
import { useSight } from "./use-sight.ts";
import { PAGE_SIZE, PAGES_PER_SECTION, TABLE_ENTRIES } from "../../engine/units.ts";
import { useTwin } from "../use-twin.ts";

/** Cells on the axis: more can't be told apart, and each is some marks. */
const MOST_CELLS = 96;
/** Names of the rows stand beside the picture where there is room; pixels. */
const GUTTER = 92;
const ROOM_FOR_GUTTER = 640;
/** Where there is less room than this across, the kernel's axis runs downward, so long; two lines of names stand above it. */
const ROOM_ACROSS = 480;
const LENGTH_DOWN = 560;
const GUTTER_DOWN = 36;
/** One table entry by entry stands beside the others where there is room; pixels. */
const ROOM_FOR_ENTRIES = 760;
const ENTRIES_WIDTH = 250;
const NOTHING: readonly AxisBlock[] = [];

export function PageTablesView({ tabs }: { readonly tabs?: ReactNode }) {
  const playground = usePlayground();
  const partition = usePlaygroundState(partitionInView);
  const block = usePlaygroundState((state) => state.selection.block);
  const pfn = usePlaygroundState((state) => state.selection.pfn);
  const status = usePlaygroundState((state) => state.status);
  const looked = usePlaygroundState((state) => state.looked);
  const record = useRecord("partition", partition);
  const blocks = useSlowState(
    useCallback((state: PlaygroundState) => blocksOf(state, partition), [partition]),
    100,
    sameBlocks,
  );
  const added = usePlaygroundState(({ records }) => lastAdded(records, partition));
  const selectedDimm = usePlaygroundState((state) => state.selection.dimm);
  const processes = usePlaygroundState(
    useShallow(({ records }) =>
      Object.values(records.process).filter((one) => one.partition === partition && one.pages > 0),
    ),
  );
  const [pid, setPid] = useState<number | null>(null);
  const [table, setTable] = useState<string | null>(null);
  /** Table that is seen entry by entry as long as nobody has chosen one. */
  const [first, setFirst] = useState<string | null>(null);
  /** Somebody goes into a table whose entries may be on their way yet. */
  const goesInto = useRef(false);
  const both = useTwin();
  const { asTable } = both;
  // The twin begins with the tables: it lists entries of one that somebody asked for.
  const seen = table ?? (asTable ? null : first);
  const [room, { width }] = useRoom();
  const [title, twin] = [useId(), useId()];

  useEffect(() => {
    if (partition === null) playground.look(null);
    else playground.look(pid === null ? { of: "kernel", partition } : { of: "process", partition, pid, table: seen });
    return () => playground.look(null);
  }, [playground, partition, pid, seen]);
  // Another process has other tables.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another process is all that this waits for.
  useEffect(() => {
    setTable(null);
    setFirst(null);
  }, [pid, partition]);
  // A process belongs to its partition: with another one the kernel is seen first.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another partition is all that this waits for.
  useEffect(() => setPid(null), [partition]);

  const now = looked && looked.look.partition === partition ? looked.look : null;
  const look = now?.of === "kernel" && pid === null ? now : null;
  // Until a table that was asked for is there, the picture stays as it is.
  const lastProcess = useRef<ProcessLook | null>(null);
  if (now?.of === "process") lastProcess.current = now;
  const { current: last } = lastProcess;
  const process = last !== null && last.pid === pid && last.partition === partition ? last : null;
  const toBeSeen = first === null && process?.tables ? firstSeen(process.tables) : null;
  useEffect(() => {
    if (toBeSeen !== null) setFirst(toBeSeen);
  }, [toBeSeen]);
  const gutter = width >= ROOM_FOR_GUTTER ? GUTTER : 0;
  const down = width > 0 && width < ROOM_ACROSS;
  const length = down ? LENGTH_DOWN : width - gutter;
  const fold = useMemo(() => foldBlocks(look ? [...blocks, ...arriving(look, blocks)] : NOTHING), [look, blocks]);
  const { sight, isAll, ...moves } = useSight(fold, length);
  const said = useWords(words);
  const marks = useMemo(() => {
    if (!look || width === 0) return null;
    const axis = layAxis(fold, length, MOST_CELLS, sight, down ? layRows(look.regions.levels, true).height : null);
    return { axis, said, marks: marksOf(axis, look, freshOf(look, blocks, added)) };
  }, [said, look, fold, blocks, width, length, down, sight, added]);
  const compared = useTablesEarlier(look);
  const changeIn = (mark: Mark) => (compared ? changeOf(mark, compared.changes) : null);
  const leavesCompared = useLeavesEarlier(process);
  const freed = useFreed(look);
  const select = (selection: Partial<Selection>) => playground.select(selection);

  return (
    <section className={frame.panel} aria-labelledby={title} data-at={looked?.at ?? ""} onKeyDown={both.onKeyDown}>
      <header className={frame.head}>
        {tabs}
        <h2 id={title} className={tabs ? "visually-hidden" : undefined}>
          {words.title}
        </h2>
        {record && (
          <span className={down ? "visually-hidden" : frame.of}>
            {words.partition(machineWords.partition(record.name))}
          </span>
        )}
        <select
          className={styles.whose}
          aria-label={words.choose}
          value={pid ?? ""}
          onChange={({ target }) => setPid(target.value === "" ? null : Number(target.value))}
        >
          <option value="">{words.kernelOption}</option>
          {processes.map((one) => (
            <option key={one.key} value={one.pid}>
              {words.process.option(one.comm, one.pid)}
            </option>
          ))}
        </select>
        <Key of={pid === null ? words.key : words.process.key} />
        {pid === null && (
          <span className={styles.zoom}>
            <button
              type="button"
              className={frame.button}
              aria-label={words.zoomOut}
              onClick={() => moves.onZoom(1 / 2, length / 2)}
            >
              −
            </button>
            <button
              type="button"
              className={frame.button}
              aria-label={words.zoomIn}
              onClick={() => moves.onZoom(2, length / 2)}
            >
              +
            </button>
            <button type="button" className={frame.button} disabled={isAll} onClick={moves.onWhole}>
              {words.whole}
            </button>
          </span>
        )}
        <span className={frame.tools}>
          <ShowChanges />
          <button {...both.button} id={twin} className={frame.button}>
            {asTable ? words.picture : words.twin}
          </button>
        </span>
      </header>
      {/* A table without anything to press in it has to be scrolled by keys, too. */}
      <section className={styles.body} aria-label={words.scroller} tabIndex={asTable ? 0 : undefined}>
        {look && <ChangedTables compared={compared} />}
        {process?.tables && <ChangedLeaves changes={leavesCompared} />}
        <div ref={room}>
          {process ? (
            <Process
              look={process}
              changes={leavesCompared}
              width={width}
              gutter={gutter}
              at={looked?.at ?? 0}
              asTable={asTable}
              blockPages={(record?.blockBytes ?? 0) / PAGE_SIZE}
              blocks={blocks}
              table={seen}
              describedBy={twin}
              goesInto={goesInto}
              onTable={setTable}
            />
          ) : !marks || !look || !record ? (
            <p className={styles.hint}>{status === "starting" ? words.starting : words.waiting}</p>
          ) : asTable ? (
            <KernelTable
              marks={marks.marks}
              changes={
                compared && { of: changeIn, gone: goneRows(compared, look.regions, record.blockBytes / PAGE_SIZE) }
              }
              at={looked?.at ?? 0}
              onSelect={select}
            />
          ) : (
            <KernelFigure
              {...marks}
              {...moves}
              regions={look.regions}
              partition={machineWords.partition(record.name)}
              gutter={down ? GUTTER_DOWN : gutter}
              down={down}
              chosen={{ block, pfn }}
              changed={(mark) => changeIn(mark) !== null}
              freed={freed}
              describedBy={twin}
              onSelect={select}
            />
          )}
        </div>
        {look && <Pins look={look} dimm={selectedDimm ?? added} />}
        {record && partition !== null && <PageChain partition={partition} blockPages={record.blockBytes / PAGE_SIZE} />}
      </section>
    </section>
  );
}

interface ProcessProps {
  readonly look: ProcessLook;
  readonly changes: LeafChanges | null;
  readonly width: number;
  readonly gutter: number;
  readonly at: number;
  readonly asTable: boolean;
  readonly blockPages: number;
  readonly blocks: readonly AxisBlock[];
  readonly table: string | null;
  readonly describedBy: string;
  readonly goesInto: RefObject<boolean>;
  onTable(base: string | null): void;
}

/** A process's tables, and one of them entry by entry beside or below. */
function Process({
  look,
  changes,
  width,
  gutter,
  at,
  asTable,
  blockPages,
  blocks,
  table,
  describedBy,
  goesInto,
  onTable,
}: ProcessProps) {
  const playground = usePlayground();
  const before = useBefore(look);
  const byNumber = useMemo(() => new Map(blocks.map((block) => [block.number, block])), [blocks]);
  const byNumberOf = useCallback((number: number) => byNumber.get(number), [byNumber]);
  const { tables, partition, entries } = look;
  if (tables === null) return <p className={styles.hint}>{words.gone}</p>;
  const beside = width >= ROOM_FOR_ENTRIES ? ENTRIES_WIDTH : 0;
  const blockOf = (pfn: number) => byNumber.get(Math.floor(pfn / blockPages));
  const leaf = tables.leaves.find(({ base }) => base === table);
  const page = (pfn: number) => playground.select({ block: `${partition}:${Math.floor(pfn / blockPages)}`, pfn });
  const one = leaf && entries && look.table === leaf.base && (
    <EntryFigure
      key={leaf.base}
      {...{ entries, before, blockPages, asTable, at, goesInto }}
      base={leaf.base}
      table={leaf.table}
      dimmOf={(pfn) => blockOf(pfn)?.dimm ?? null}
      isNear={(pfn) => blockOf(pfn)?.nodes[0] === tables.node}
      onPage={page}
      onOut={() => {
        onTable(null);
        document.getElementById(describedBy)?.focus();
      }}
    />
  );
  if (asTable)
    return (
      <>
        {one}
        <ProcessTable {...{ tables, changes, at, onTable }} />
      </>
    );
  return (
    <div className={styles.two} data-beside={beside > 0}>
      <ProcessFigure
        {...{ tables, changes, table, gutter, describedBy, blockPages, onTable }}
        width={width - beside}
        block={byNumberOf}
        onInto={() => {
          goesInto.current = true;
          document.getElementById(ENTRIES_ID)?.focus();
        }}
        onChoose={(block) => playground.select({ block: `${partition}:${block}` })}
      />
      {one || <p className={styles.hint}>{words.process.chooseTable}</p>}
    </div>
  );
}

/** Pages that a table's entries led to before what they lead to now, as far as somebody watched. */
function useBefore({ pid, table, entries }: ProcessLook): Float64Array {
  const last = useRef<{ readonly of: string; readonly now: Float64Array; readonly before: Float64Array } | null>(null);
  return useMemo(() => {
    const of = `${pid} ${table}`;
    const known = last.current?.of === of ? last.current : null;
    const before = known?.before ?? new Float64Array(TABLE_ENTRIES);
    if (entries) {
      for (let i = 0; known && i < TABLE_ENTRIES; i++) {
        const was = known.now[i] ?? 0;
        if (was > 0 && was !== entries.frames[i]) before[i] = was;
      }
      last.current = { of, now: entries.frames, before };
    }
    return before;
  }, [pid, table, entries]);
}

function Key({ of }: { readonly of: Readonly<Record<string, string>> }) {
  return (
    <ul className={`${frame.key} ${styles.key}`}>
      {Object.entries(of).map(([mark, text]) => (
        <li key={mark}>
          <span className={styles.swatch} data-mark={mark} aria-hidden="true" />
          {text}
        </li>
      ))}
    </ul>
  );
}

/** What a DIMM pins, in a sentence. */
function Pins({ look, dimm }: { readonly look: KernelLook; readonly dimm: string | null }) {
  const found = look.pins.find((one) => one.dimm === dimm);
  if (!found || !look.pinsHold) return <p className={styles.pins}>{look.pinsHold ? words.pinsNone : ""}</p>;
  const pinned = [...new Set(found.pins.map(({ block }) => block))];
  return (
    <p className={styles.pins}>
      <b>
        <Anchor aria-hidden="true" /> {words.pinnedBy(found.dimm)}
      </b>
      <span>{pinned.length === 0 ? words.pinsOwn(found.dimm) : words.pins(found.dimm, pinned)}</span>
    </p>
  );
}

/** The DIMM that the newest operation on the partition added; `null` when that did something else. */
function lastAdded({ attempt }: RecordTables, partition: string | null): string | null {
  let newest: RecordTables["attempt"][string] | undefined;
  for (const one of Object.values(attempt))
    if (one.partition === partition && one.parent === null && one.id > (newest?.id ?? 0)) newest = one;
  return newest?.kind === "add" && newest.result !== "failed" ? newest.target : null;
}

/** Memory of DIMMs that is being added and has no block yet. */
function arriving({ partition, pins }: KernelLook, blocks: readonly AxisBlock[]): AxisBlock[] {
  const pages = blocks[0]?.pages ?? PAGES_PER_SECTION;
  const known = new Set(blocks.map(({ number }) => number));
  return pins.flatMap(({ dimm, frames }) =>
    frames.flatMap(({ first, end }) =>
      Array.from({ length: Math.ceil((end - first) / pages) }, (_, nth) => Math.floor(first / pages) + nth)
        .filter((number) => !known.has(number))
        .map((number): AxisBlock => {
          const key = `${partition}:+${number}`;
          return { key, number, startPfn: number * pages, pages, zone: null, state: "offline", dimm, nodes: [] };
        }),
    ),
  );
}

/** What the last operation made: the frames of the DIMM that it added, and of what is being added. */
const freshOf = ({ pins }: KernelLook, blocks: readonly AxisBlock[], added: string | null): Fresh => {
  const known = new Set(blocks.map(({ dimm }) => dimm));
  return pins.filter(({ dimm }) => dimm === added || !known.has(dimm)).flatMap(({ frames }) => frames);
};

const blocksOf = ({ records }: PlaygroundState, partition: string | null): readonly AxisBlock[] =>
  Object.values(records.block).filter((block) => block.partition === partition);

/** What pages are in a block is nothing to this picture. */
function sameBlocks(one: readonly AxisBlock[], other: readonly AxisBlock[]): boolean {
  if (one.length !== other.length) return false;
  return one.every((block, i) => {
    const its = other[i];
    return (
      block === its ||
      (block.key === its?.key && block.state === its.state && block.zone === its.zone && block.dimm === its.dimm)
    );
  });
}

/** Pages of tables that were there in the last picture and are not in this one. */
function useFreed(look: KernelLook | null): readonly number[] {
  const last = useRef<ReadonlySet<number>>(new Set());
  const freed = useMemo(() => {
    const now = new Set<number>();
    for (const { table, splits } of look?.tables.directMap ?? []) {
      if (typeof table === "number") now.add(table);
      for (const split of splits) now.add(split.table);
    }
    const gone = look ? [...last.current].filter((pfn) => !now.has(pfn)) : [];
    last.current = now;
    return gone.slice(0, 32);
  }, [look]);
  return freed;
}
