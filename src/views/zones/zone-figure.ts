/**
 * The picture of one zone: how full it is against its watermarks, and its free lists. D3 in a closure: made once for
 * an SVG, and told what to show a few times a second. It does not glide: that would lay it out anew in every frame.
 */
import { select } from "d3-selection";
import { MIGRATE_TYPE_NAMES } from "../../engine/memory/kinds.ts";
import type { ZoneRecord } from "../../protocol/records.ts";
import { zoneToken } from "../kinds.ts";
import { setAttributes, setText } from "./changed-only.ts";
import { zoneStrings as words } from "./strings.ts";
import { freeScale, linearScale, orderScale, zoomedShare } from "./zone-shapes.ts";
import styles from "./zones.module.css";

/** As the kernel calls them. */
const WATERMARKS = ["min", "low", "high"] as const;

export interface ZoneFigure {
  /** `room` in CSS pixels; `scale` is that of text. */
  update(zone: ZoneRecord, room: number, scale: number): void;
  destroy(): void;
}

/** Units of the picture: CSS pixels where text has its usual size, more on a wall. */
const BAR = 14;
const TICK = 3;
const CAPTION = 13;
const ORDERS_TOP = TICK + BAR + TICK + CAPTION + 2;
const ORDERS = 22;
const ORDERS_SHARE = 0.52;
/** Share of an order's room that is left free beside its bar. */
const ORDER_GAP = 0.28;
/** Room that the name of a type takes, at most. */
const TYPE_NAME = 150;
const FIGURE_HEIGHT = ORDERS_TOP + ORDERS + CAPTION;

export function createZoneFigure(svg: SVGSVGElement): ZoneFigure {
  const root = select(svg);
  const bar = root.append("g").attr("transform", `translate(0 ${TICK})`);
  const ground = bar
    .append("rect")
    .attr("class", styles.ground ?? "")
    .attr("height", BAR)
    .attr("rx", 3);
  const used = bar.append("rect").attr("height", BAR).attr("rx", 3);
  const seam = bar.append("path").attr("class", styles.seam ?? "");
  const marks = bar.append("g");
  const markNames = root
    .append("text")
    .attr("class", styles.caption ?? "")
    .attr("text-anchor", "end");
  const state = root.append("text").attr("class", styles.state ?? "");
  const orders = root.append("g").attr("transform", `translate(0 ${ORDERS_TOP})`);
  const orderName = root
    .append("text")
    .attr("class", styles.caption ?? "")
    .attr("y", ORDERS_TOP + ORDERS + CAPTION - 2);
  const types = root.append("g").attr("transform", `translate(0 ${ORDERS_TOP})`);
  const typeName = root
    .append("text")
    .attr("class", styles.caption ?? "")
    .attr("y", ORDERS_TOP + ORDERS + CAPTION - 2);

  function drawBar(zone: ZoneRecord, width: number): void {
    const scale = freeScale(zone.managed, zone.high, width);
    const free = scale(zone.free);
    setAttributes(ground, { width });
    setAttributes(used, { width: Math.max(0, width - free), style: `fill: var(${zoneToken(zone.zone)})` });
    const at = width * (1 - zoomedShare);
    setAttributes(seam, { d: `M${at - 2} ${BAR + 1}L${at + 2} -1M${at + 1} ${BAR + 1}L${at + 5} -1` });
    const levels = WATERMARKS.map((name) => ({ name, pages: zone[name] }));
    const ticks = marks
      .selectAll<SVGLineElement, (typeof levels)[number]>("line")
      .data(levels, ({ name }) => name)
      .join((enter) => {
        const line = enter
          .append("line")
          .attr("y1", -TICK)
          .attr("y2", BAR + TICK)
          .attr("class", styles.mark ?? "");
        line.append("title");
        return line;
      });
    const along = ({ pages }: (typeof levels)[number]) => width - scale(pages);
    setAttributes(ticks, { x1: along, x2: along });
    setText(ticks.select<SVGTitleElement>("title"), ({ name, pages }) => words.watermark(name, pages));
    const captionY = TICK + BAR + TICK + CAPTION - 4;
    const text = [...WATERMARKS].reverse().join("  ");
    setAttributes(markNames, { x: Math.min(width, width - scale(zone.min) + 16), y: captionY });
    setText(markNames, text);
    setAttributes(state, { y: captionY });
    setText(state, words.state(zone.free, zone));
  }

  function drawOrders(zone: ZoneRecord, width: number): void {
    const room = width * ORDERS_SHARE;
    const pitch = room / (zone.freeByOrder.length - ORDER_GAP);
    const height = orderScale(zone.freeByOrder, ORDERS);
    const bars = orders
      .selectAll<SVGRectElement, number>("rect")
      .data(zone.freeByOrder as number[])
      .join((enter) => {
        const rect = enter
          .append("rect")
          .attr("rx", 1.5)
          .attr("class", styles.order ?? "");
        rect.append("title");
        return rect;
      });
    const heightOf = (chunks: number, order: number) => Math.max(1, height(chunks * 2 ** order));
    setAttributes(bars, {
      style: `fill: var(${zoneToken(zone.zone)})`,
      x: (_, order) => order * pitch,
      width: pitch * (1 - ORDER_GAP),
      y: (chunks, order) => ORDERS - heightOf(chunks, order),
      height: heightOf,
    });
    setText(bars.select<SVGTitleElement>("title"), (chunks, order) => words.orderLabel(order, chunks));
    setText(orderName, words.orders);
  }

  function drawTypes(zone: ZoneRecord, width: number): void {
    const left = width * ORDERS_SHARE + 12;
    // Free pages of isolated pageblocks are in a list, but do not count as free.
    const listed = zone.freeByType.reduce((sum, pages) => sum + pages, 0);
    const x = linearScale(0, Math.max(1, listed), left, width);
    let from = 0;
    const parts = zone.freeByType.map((pages, type) => {
      const part = { type, pages, from };
      from += pages;
      return part;
    });
    const rects = types
      .selectAll<SVGRectElement, (typeof parts)[number]>("rect")
      .data(parts, ({ type }) => type)
      .join((enter) => {
        const rect = enter
          .append("rect")
          .attr("y", ORDERS - 8)
          .attr("height", 8)
          .attr("class", ({ type }) => styles[`type${type}`] ?? "");
        rect.append("title");
        return rect;
      });
    setAttributes(rects, {
      x: ({ from: start }) => x(start),
      width: ({ pages }) => Math.max(0, x(pages) - x(0) - (pages > 0 ? 1 : 0)),
    });
    setText(rects.select<SVGTitleElement>("title"), ({ type, pages }) =>
      words.typeLabel(MIGRATE_TYPE_NAMES[type] ?? "", pages),
    );
    const most = parts.reduce((a, b) => (b.pages > a.pages ? b : a), { type: 0, pages: 0 });
    const fits = width - left >= TYPE_NAME;
    setAttributes(typeName, { x: fits ? left : width, "text-anchor": fits ? "start" : "end" });
    setText(
      typeName,
      most.pages > 0 ? words.typeShare(MIGRATE_TYPE_NAMES[most.type] ?? "", most.pages, listed) : words.types,
    );
  }

  return {
    update(zone, room, scale) {
      const width = room / scale;
      setAttributes(root, {
        width: room,
        height: FIGURE_HEIGHT * scale,
        viewBox: `0 0 ${width} ${FIGURE_HEIGHT}`,
      });
      drawBar(zone, width);
      drawOrders(zone, width);
      drawTypes(zone, width);
    },
    destroy() {
      root.selectChildren().remove();
    },
  };
}
