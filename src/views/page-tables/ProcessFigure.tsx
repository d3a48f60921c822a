/** A process's page tables: areas, tables above, one column for each leaf table, and the memory blocks that their pages are in. */
import { holdingWords } from "../../client/owners.ts";
import { type KeyboardEvent, useCallback, useMemo, useRef } from "react";
import { COLUMN } from "../../engine/inspect/columns.ts";
import type { SurfaceSize } from "../canvas-surface.ts";
import { kindToken, zoneToken } from "../kinds.ts";
import { count } from "../reading.ts";
import { textScale, themeValue } from "../theme-values.ts";
import { type Row, TwinTable } from "../TwinTable.tsx";
import { usePainted } from "../use-canvas.ts";
import type { AxisBlock } from "./axis.ts";
import { hatched } from "./hatch.ts";
import { changeStrings } from "../changes/strings.ts";
import type { LeafChanges } from "./leaf-changes.ts";
import { areasOver, type Column, columns, type Holder, holders, lookOf, type ProcessLook, streams } from "./leaves.ts";
import styles from "./page-tables.module.css";
import type { Change } from "./table-changes.ts";
import { pageTableStrings } from "./strings.ts";

type Tables = NonNullable<ProcessLook["tables"]>;
const words = pageTableStrings.process;

/** CSS pixels. */
const HEIGHT = { pmd: 16, columns: 104, ribbons: 36, blocks: 20 } as const;
/** The zone that a block is in, along its foot; and where a block is wide enough for its name beneath it. */
const ZONE = 3;
const ROOM_FOR_NAMES = 72;
/** Where it is not, its number stands there; and where a name is wide enough for its pages with their word. */
const NUMBER = 16;
const ROOM_FOR_PAGES = 92;
/** The mark of what differs, as in every view. */
const FOOT = 3;
const FULL = HEIGHT.pmd + HEIGHT.columns + HEIGHT.ribbons + HEIGHT.blocks;

export interface ProcessFigureProps {
  readonly tables: Tables;
  /** What differs from a chosen moment; `null`: nothing is compared. */
  readonly changes: LeafChanges | null;
  readonly width: number;
  /** Base of the table that is seen entry by entry. */
  readonly table: string | null;
  /** Page frames in a memory block. */
  readonly blockPages: number;
  /** A memory block by its number. */
  block(number: number): AxisBlock | undefined;
  readonly describedBy: string;
  readonly gutter: number;
  onTable(base: string): void;
  onInto(): void;
  onChoose(block: number): void;
}

export function ProcessFigure(props: ProcessFigureProps) {
  const { tables, changes, width, table, gutter, blockPages, block, onTable, onInto, onChoose } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const room = Math.max(1, width - gutter);
  const all = useMemo(() => columns(tables, room), [tables, room]);
  const blocks = useMemo(() => holders(tables, room), [tables, room]);
  const at = all.findIndex(({ leaf }) => leaf.base === table);
  usePainted(
    canvas,
    useCallback(
      (onto, size) => paint(onto, size, { tables, all, blocks, blockPages, block, changes, width: room, chosen: at }),
      [tables, all, blocks, blockPages, block, changes, room, at],
    ),
  );
  const leaf = all[at]?.leaf;
  const huge = tables.leaves.filter((one) => one.huge).length;
  const ptes = tables.leaves.length - huge;
  const each = blocks[0]?.each ?? 0;
  const named = each >= ROOM_FOR_NAMES;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && leaf && !leaf.huge) onInto();
    else {
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key];
      const next = to === undefined ? undefined : all[Math.max(0, Math.min(all.length - 1, to))];
      if (!next) return;
      onTable(next.leaf.base);
    }
    event.preventDefault();
  };
  const five = tables.upper.some(({ level }) => level === "P4D");
  const levels = (["PGD", "P4D", "PUD", "PMD"] as const).filter((level) => five || level !== "P4D");
  const upper = (level: (typeof levels)[number]) =>
    tables.upper.filter((one) => one.level === level).map((one) => one.table);
  return (
    <div className={styles.process}>
      {gutter === 0 && <p className={styles.hint}>{words.areas(tables.areas.length, ptes, huge)}</p>}
      <section
        className={styles.leaves}
        style={{ "--gutter": `${gutter}px` } as React.CSSProperties}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the picture is one tab stop with a cursor of its own.
        tabIndex={0}
        aria-label={words.figure(tables.comm, tables.pid)}
        aria-describedby={props.describedBy}
        onKeyDown={onKeyDown}
      >
        <div className={styles.levels}>
          <Named name={gutter > 0 ? words.rows.areas : ""}>
            {areasOver(tables, all)
              .slice(0, 48)
              .map(({ area, end, x0, x1 }) => (
                <span
                  key={area.start}
                  className={styles.area}
                  style={{
                    insetInlineStart: x0,
                    inlineSize: Math.max(2, x1 - x0),
                    borderColor: `var(${kindToken(area.kind)})`,
                    background: `color-mix(in srgb, var(${kindToken(area.kind)}) 22%, var(--panel))`,
                  }}
                >
                  {words.area(area.start, end, holdingWords(area.what), area.pages, x1 - x0)}
                </span>
              ))}
          </Named>
          {levels.map((level) => (
            <Named key={level} name={gutter > 0 ? level : ""}>
              <span className={styles.upper}>
                {words.upper(level, upper(level), (pfn) => block(Math.floor(pfn / blockPages))?.number ?? null)}
                {level === "PMD" && gutter > 0 && ` · ${words.below(ptes, huge)}`}
              </span>
            </Named>
          ))}
        </div>
        {gutter > 0 && (
          <span className={styles.pteName} aria-hidden="true">
            <b>{words.rows.pte}</b>
            <small>{words.rows.column}</small>
          </span>
        )}
        {gutter > 0 && (
          <span
            className={styles.pteName}
            style={{ insetBlockEnd: HEIGHT.blocks - 16, marginBlockStart: 0 }}
            aria-hidden="true"
          >
            <b>{words.rows.physical}</b>
          </span>
        )}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the section. */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: see above. */}
        <div
          className={styles.columns}
          data-feet={changes?.now.size}
          onClick={({ currentTarget, clientX }) => {
            const x = clientX - currentTarget.getBoundingClientRect().left;
            const column = all.find(({ x0, x1 }) => x >= x0 && x < x1);
            if (column) onTable(column.leaf.base);
          }}
        >
          <canvas ref={canvas} style={{ blockSize: FULL + (named ? 0 : NUMBER) }} aria-hidden="true" />
        </div>
      </section>
      <p className="visually-hidden" role="status">
        {!leaf
          ? ""
          : leaf.huge
            ? words.hugeColumn(leaf.base)
            : words.column(leaf.base, leaf.table, leaf.used, leaf.migrating)}
      </p>
      <ul
        className={styles.holders}
        aria-label={words.holders}
        data-named={named}
        style={
          named ? { marginInlineStart: gutter, gridTemplateColumns: `repeat(${blocks.length}, ${each}px)` } : undefined
        }
      >
        {blocks.map(({ block: number, pages }) => {
          const of = block(number);
          return (
            <li key={number}>
              <button type="button" className="word-button" data-ref onClick={() => onChoose(number)}>
                memory{number}
              </button>{" "}
              {named && each < ROOM_FOR_PAGES ? (
                <>
                  <span aria-hidden="true">{count(pages)}</span>{" "}
                  <span className="visually-hidden">{words.pages(pages)}</span>
                </>
              ) : (
                <span>{words.pages(pages)}</span>
              )}{" "}
              <span>{of?.state === "going-offline" ? words.leaving : words.node(of?.nodes ?? [])}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Named({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div className={styles.named}>
      <span>{name}</span>
      <div>{children}</div>
    </div>
  );
}

interface Figure {
  readonly tables: Tables;
  /** Of the tables, one each. */
  readonly all: readonly Column[];
  readonly blocks: readonly Holder[];
  readonly blockPages: number;
  readonly changes: LeafChanges | null;
  readonly width: number;
  /** Index of the column that the cursor is at. */
  readonly chosen: number;
  block(number: number): AxisBlock | undefined;
}

function paint(
  canvas: HTMLCanvasElement,
  { ratio }: SurfaceSize,
  { tables, all, blocks, blockPages, block, changes, width, chosen }: Figure,
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, FULL + NUMBER);
  const fills = {
    none: themeValue("--kind-free"),
    near: themeValue("--near"),
    far: hatched(context, themeValue("--far")),
    migrating: themeValue("--kind-isolated"),
  };
  const top = HEIGHT.pmd;
  const bottom = top + HEIGHT.columns;
  context.fillStyle = fills.none;
  context.fillRect(0, top, all.at(-1)?.x1 ?? 0, HEIGHT.columns);
  const high = HEIGHT.columns / COLUMN;
  for (const [i, { leaf, x0, x1 }] of all.entries()) {
    const wide = Math.max(0.5, x1 - x0 - (x1 - x0 > 3 ? 1 : 0));
    context.fillStyle = themeValue("--kind-pagetable");
    // A huge page has no table above it: its entry is in the PMD table itself.
    context.globalAlpha = leaf.huge ? 0.25 : 0.55;
    context.fillRect(x0, 2, wide, HEIGHT.pmd - 4);
    context.globalAlpha = 1;
    // What looks alike is one rectangle.
    for (let from = 0; from < COLUMN; ) {
      const look = lookOf(tables.columns[i * COLUMN + from] as number, tables.node);
      let to = from + 1;
      while (to < COLUMN && lookOf(tables.columns[i * COLUMN + to] as number, tables.node) === look) to++;
      if (look !== "none") {
        context.fillStyle = fills[look];
        context.fillRect(x0, top + from * high, wide, (to - from) * high);
      }
      from = to;
    }
  }
  context.fillStyle = themeValue("--accent");
  for (const { leaf, x0, x1 } of changes ? all : [])
    if (changes?.now.has(leaf.base)) context.fillRect(x0, bottom - FOOT, Math.max(0.5, x1 - x0 - 1), FOOT);
  const ribbons = bottom + HEIGHT.ribbons;
  const places = new Map(blocks.map((holder) => [holder.block, holder]));
  context.globalAlpha = 0.22;
  context.fillStyle = fills.near;
  for (const { from, block: number } of streams(all)) {
    const to = places.get(number);
    if (!to) continue;
    const middle = (bottom + ribbons) / 2;
    context.beginPath();
    context.moveTo(from[0], bottom + 2);
    context.bezierCurveTo(from[0], middle, to.x0, middle, to.x0, ribbons);
    context.lineTo(to.x1, ribbons);
    context.bezierCurveTo(to.x1, middle, from[1], middle, from[1], bottom + 2);
    context.fill();
  }
  context.globalAlpha = 1;
  context.font = `${12 * textScale()}px ${themeValue("--font-mono")}`;
  context.textBaseline = "top";
  for (const { block: number, pages, x0, x1 } of blocks) {
    const of = block(number);
    const wide = x1 - x0;
    context.fillStyle = fills.none;
    context.fillRect(x0, ribbons, wide, HEIGHT.blocks);
    // How much of the block is the process's, and how far from where it runs.
    context.fillStyle = of?.nodes[0] === tables.node ? fills.near : fills.far;
    context.fillRect(x0, ribbons, (wide * pages) / blockPages, HEIGHT.blocks - ZONE);
    if (of?.zone) {
      context.fillStyle = themeValue(zoneToken(of.zone));
      context.fillRect(x0, ribbons + HEIGHT.blocks - ZONE, wide, ZONE);
    }
    if (wide + 4 < ROOM_FOR_NAMES && wide > 22) {
      context.fillStyle = themeValue("--ink2");
      context.fillText(String(number), x0, ribbons + HEIGHT.blocks + 2);
    }
    if (of?.state !== "going-offline") continue;
    context.strokeStyle = themeValue("--accent");
    context.lineWidth = 2;
    context.strokeRect(x0 + 1, ribbons + 1, wide - 2, HEIGHT.blocks - 2);
  }
  const column = all[chosen];
  if (!column) return;
  context.strokeStyle = themeValue("--accent");
  context.lineWidth = 2;
  context.strokeRect(column.x0 - 1, 1, Math.max(4, column.x1 - column.x0) + 1, bottom - 1);
}

/** The picture's twin. */
export function ProcessTable({
  tables,
  changes,
  at,
  onTable,
}: {
  readonly tables: Tables;
  readonly changes: LeafChanges | null;
  readonly at: number;
  onTable(base: string): void;
}) {
  const row = (leaf: Tables["leaves"][number], key: string, change: Change | "same"): Row => {
    const { base, table, huge, used, nodes, migrating } = leaf;
    const shown = (
      <button type="button" className="word-button" onClick={() => onTable(base)}>
        {base}
      </button>
    );
    const cells: Row["cells"][number][] = [
      change === "torn" ? base : { value: base, shown },
      `${huge ? words.huge : ""}0x${table.toString(16)}`,
      used,
      nodes.map(([node, pages]) => words.onNode(node, pages, node === tables.node)).join(", "),
      migrating,
    ];
    if (changes) cells.push(change === "same" ? "" : pageTableStrings.changes[change]);
    return { key, cells };
  };
  return (
    <TwinTable
      caption={words.caption(tables.comm, tables.pid, tables.node, (at / 1e9).toFixed(6))}
      columns={changes ? [...words.columns, changeStrings.column] : words.columns}
      rows={[
        ...tables.leaves.map((leaf) => row(leaf, leaf.base, changes?.now.get(leaf.base) ?? "same")),
        ...(changes?.gone ?? []).map((leaf) => row(leaf, `gone ${leaf.base}`, "torn")),
      ]}
    />
  );
}
