/** All memory on one line: what it holds by share, its zones at the lower edge, what was found dark, and where you are. */
import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from "react";
import type { SurfaceSize } from "../canvas-surface.ts";
import { PAGE_SIZE } from "../../engine/units.ts";
import { PAGE_KINDS, PageKind } from "../../engine/memory/kinds.ts";
import { zoneToken } from "../kinds.ts";
import { themeValue } from "../theme-values.ts";
import { useCanvas } from "../use-canvas.ts";
import { type Memory, uniformKind } from "./memory.ts";
import { stackOf } from "./stack.ts";
import styles from "./scale.module.css";
import { scaleStrings } from "./strings.ts";

const words = scaleStrings.map;

interface MinimapProps {
  readonly memory: Memory;
  readonly found: ReadonlyMap<number, number> | null;
  /** Where you are. */
  readonly node: number;
  readonly block: number;
  readonly pfn: number;
  /** There is room for words above it. */
  readonly told: boolean;
  onGo(node: number, block: number): void;
}

export function Minimap(props: MinimapProps) {
  const { memory, node, block, pfn, found, told, onGo } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const draw = useCanvas(canvas, (onto, surface) => paint(onto, surface, props));
  useEffect(() => draw.current());

  const all = memory.nodes.reduce((sum, { blocks }) => sum + blocks.length, 0);
  const at = memory.nodes.slice(0, node).reduce((sum, { blocks }) => sum + blocks.length, 0) + block;
  const go = (to: number) => {
    let rest = Math.max(0, Math.min(all - 1, to));
    for (const [nth, { blocks }] of memory.nodes.entries()) {
      if (rest < blocks.length) {
        onGo(nth, rest);
        return;
      }
      rest -= blocks.length;
    }
  };
  const onPointer = (event: PointerEvent<HTMLElement>) => {
    if (event.type === "pointermove" && !event.currentTarget.hasPointerCapture?.(event.pointerId)) return;
    if (event.type === "pointerdown") event.currentTarget.setPointerCapture?.(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    go(Math.floor(((event.clientX - box.left) / box.width) * all));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -32, PageDown: 32, Home: -all, End: all }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    go(at + step);
  };
  const pages = all * memory.pagesOfBlock;
  return (
    <div className={styles.minimap} data-told={told}>
      {told && (
        <p>
          <b>{words.title}</b> {words.label(pages * PAGE_SIZE, pages)} · {words.key(found !== null)}
        </p>
      )}
      <div
        role="slider"
        tabIndex={0}
        aria-label={words.slider}
        aria-valuemin={0}
        aria-valuemax={all - 1}
        aria-valuenow={at}
        aria-valuetext={words.value(pfn, memory.nodes[node]?.record.id ?? 0)}
        onPointerDown={onPointer}
        onPointerMove={onPointer}
        onKeyDown={onKeyDown}
      >
        <canvas ref={canvas} aria-hidden="true" />
      </div>
    </div>
  );
}

const GAP = 2;

function paint(canvas: HTMLCanvasElement, { width, height, ratio, unit }: SurfaceSize, props: MinimapProps): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { memory, found, node, block } = props;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  const all = memory.nodes.reduce((sum, { blocks }) => sum + blocks.length, 0);
  const each = width / all;
  const label = memory.nodes.length > 1 ? 16 * unit : 0;
  const line = 3 * ratio;
  const top = 9 * ratio;
  const bottom = height - label - line;
  let first = 0;
  for (const [nth, { record, blocks }] of memory.nodes.entries()) {
    const left = first * each;
    const right = (first + blocks.length) * each - (nth < memory.nodes.length - 1 ? GAP * ratio : 0);
    context.fillStyle = themeValue("--kind-free");
    context.fillRect(left, top, right - left, bottom - top);
    // Neighbours that share a pixel share a stack.
    const columns = Math.max(1, Math.min(blocks.length, Math.floor((right - left) / ratio)));
    for (let column = 0; column < columns; column++) {
      const from = Math.floor((column * blocks.length) / columns);
      const to = Math.floor(((column + 1) * blocks.length) / columns);
      let counts: Float64Array | null = null;
      let pages = 0;
      let pinned = 0;
      let hits = 0;
      for (let at = from; at < to; at++) {
        const one = blocks[at];
        if (!one) continue;
        pages += one.pages;
        hits += found?.get(one.number) ?? 0;
        // Most of a large machine is free, and free is painted already.
        if (uniformKind(one) === PageKind.Free) continue;
        counts ??= new Float64Array(PAGE_KINDS);
        pinned += one.pinned;
        for (let kind = 0; kind < PAGE_KINDS; kind++) counts[kind] = (counts[kind] as number) + (one.kinds[kind] ?? 0);
      }
      if (pages === 0 || (!counts && hits === 0)) continue;
      const x = left + ((right - left) * column) / columns;
      const wide = Math.ceil((right - left) / columns);
      let y = bottom;
      for (const [token, share] of counts ? stackOf(counts, pages, pinned) : []) {
        const high = share * (bottom - top);
        context.fillStyle = themeValue(token);
        context.fillRect(x, y - high, wide, high);
        y -= high;
      }
      if (hits > 0) {
        context.fillStyle = themeValue("--ink");
        context.fillRect(x, bottom - 6 * ratio, Math.max(wide, 2 * ratio), 6 * ratio);
      }
    }
    let from = 0;
    for (let at = 1; at <= blocks.length; at++) {
      if (at < blocks.length && blocks[at]?.zone === blocks[from]?.zone) continue;
      const zone = blocks[from]?.zone;
      context.fillStyle = themeValue(zone == null ? "--kind-offline" : zoneToken(zone));
      context.fillRect(
        left + ((right - left) * from) / blocks.length,
        bottom + ratio,
        ((right - left) * (at - from)) / blocks.length,
        line - ratio,
      );
      from = at;
    }
    if (label > 0) {
      context.font = `${12 * unit}px ${themeValue("--font-mono") || "monospace"}`;
      context.fillStyle = themeValue("--ink3");
      context.textAlign = "center";
      context.textBaseline = "bottom";
      const text = String(record.id);
      if (context.measureText(text).width < right - left) context.fillText(text, (left + right) / 2, height);
    }
    if (nth === node) {
      const x = (first + block + 0.5) * each;
      context.fillStyle = themeValue("--accent");
      context.fillRect(x - ratio, top - 2 * ratio, 2 * ratio, bottom - top + line + 4 * ratio);
      context.beginPath();
      context.moveTo(x - 5 * ratio, 0);
      context.lineTo(x + 5 * ratio, 0);
      context.lineTo(x, top - ratio);
      context.fill();
    }
    first += blocks.length;
  }
}
