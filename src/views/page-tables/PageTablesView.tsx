/**
 * Page tables of a partition's kernel: the direct mapping and the memory map, which a hot add builds and a hot remove
 * deletes, over one physical axis; what a DIMM pins; and the chain of one page. What is drawn is one instant's
 * (`data-at`), as the frame brought it.
 */
import { type ReactNode, useEffect, useId, useMemo, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import { usePlayground, usePlaygroundState, useRecord } from "../../client/react.tsx";
import type { RecordTables } from "../../client/playground.ts";
import { type AxisBlock, type Cell, described, gigabytes, type KernelLook, layAxis } from "./axis.ts";
import { KernelFigure } from "./KernelFigure.tsx";
import { KernelTable } from "./KernelTable.tsx";
import { PageChain } from "./PageChain.tsx";
import { ProcessFigure, ProcessTable } from "./ProcessFigure.tsx";
import frame from "../frame.module.css";
import { partitionInView } from "../partition-in-view.ts";
import { useRoom } from "../use-room.ts";
import styles from "./page-tables.module.css";
import { pageTableStrings as words } from "./strings.ts";
import { PAGE_SIZE, PAGES_PER_SECTION } from "../../engine/units.ts";

/** Cells on the axis: more can't be told apart, and each is some marks. */
const MOST_CELLS = 96;

export function PageTablesView({ tabs }: { readonly tabs?: ReactNode }) {
  const playground = usePlayground();
  const partition = usePlaygroundState(partitionInView);
  const chosen = usePlaygroundState((state) => state.selection.block);
  const status = usePlaygroundState((state) => state.status);
  const looked = usePlaygroundState((state) => state.looked);
  const record = useRecord("partition", partition);
  const blocks = usePlaygroundState(
    useShallow(({ records }) => Object.values(records.block).filter((block) => block.partition === partition)),
  );
  const added = usePlaygroundState(({ records }) => lastAdded(records, partition));
  const selectedDimm = usePlaygroundState((state) => state.selection.dimm);
  const processes = usePlaygroundState(
    useShallow(({ records }) =>
      Object.values(records.process).filter((one) => one.partition === partition && one.pages > 0),
    ),
  );
  const [pid, setPid] = useState<number | null>(null);
  const [asTable, setAsTable] = useState(false);
  const [room, { width }] = useRoom();
  const [title, twin] = [useId(), useId()];

  useEffect(() => {
    if (partition === null) playground.look(null);
    else playground.look(pid === null ? { of: "kernel", partition } : { of: "process", partition, pid });
    return () => playground.look(null);
  }, [playground, partition, pid]);
  // A process belongs to its partition: with another one the kernel is seen first.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another partition is all that this waits for.
  useEffect(() => setPid(null), [partition]);

  const now = looked && looked.look.partition === partition ? looked.look : null;
  const look = now?.of === "kernel" && pid === null ? now : null;
  const process = now?.of === "process" && now.pid === pid ? now : null;
  const picture = useMemo(() => {
    if (!look || width === 0) return null;
    const axis = layAxis([...blocks, ...arriving(look, blocks)], width, MOST_CELLS);
    const isNew = ({ blocks: [block] }: Cell) =>
      block !== undefined && (block.key.includes("+") || (added !== null && block.dimm === added));
    return { axis, entries: gigabytes(axis, look, isNew), maps: described(axis, look, isNew) };
  }, [look, blocks, width, added]);

  return (
    <section className={frame.panel} aria-labelledby={title} data-at={looked?.at ?? ""}>
      <header className={frame.head}>
        {tabs}
        <h2 id={title} className={tabs ? "visually-hidden" : undefined}>
          {words.title}
        </h2>
        {record && <span className={frame.of}>{words.partition(record.name)}</span>}
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
        <button
          type="button"
          id={twin}
          className={frame.button}
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? words.picture : words.twin}
        </button>
      </header>
      {/* A table without anything to press in it has to be scrolled by keys, too. */}
      <section className={styles.body} aria-label={words.scroller} tabIndex={asTable ? 0 : undefined}>
        <div ref={room}>
          {process ? (
            process.tables === null ? (
              <p className={styles.hint}>{words.gone}</p>
            ) : asTable ? (
              <ProcessTable tables={process.tables} at={looked?.at ?? 0} />
            ) : (
              <ProcessFigure
                tables={process.tables}
                width={width}
                onChoose={(block) => playground.select({ block: `${partition}:${block}` })}
              />
            )
          ) : !picture || !look || !record ? (
            <p className={styles.hint}>{status === "starting" ? words.starting : words.waiting}</p>
          ) : asTable ? (
            <KernelTable {...picture} at={looked?.at ?? 0} />
          ) : (
            <KernelFigure
              {...picture}
              regions={look.regions}
              partition={record.name}
              width={width}
              chosen={chosen}
              describedBy={twin}
              onChoose={(block) => playground.select({ block })}
            />
          )}
        </div>
        {look && <Pins look={look} dimm={selectedDimm ?? added} />}
        {record && partition !== null && <PageChain partition={partition} blockPages={record.blockBytes / PAGE_SIZE} />}
      </section>
    </section>
  );
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
      <b>{words.pinnedBy(found.dimm)}</b>
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

/** Sections that have their memory map and no block yet: memory that is being added. */
function arriving(look: KernelLook, blocks: readonly AxisBlock[]): AxisBlock[] {
  const pages = blocks[0]?.pages ?? PAGES_PER_SECTION;
  const known = new Set(blocks.map(({ number }) => number));
  const found = new Map<number, AxisBlock>();
  for (const { section } of look.tables.memoryMap) {
    const number = Math.floor((section * PAGES_PER_SECTION) / pages);
    if (known.has(number) || found.has(number)) continue;
    const startPfn = number * pages;
    const key = `${look.partition}:+${number}`;
    found.set(number, { key, number, startPfn, pages, zone: null, state: "offline", dimm: null, nodes: [] });
  }
  return [...found.values()];
}
