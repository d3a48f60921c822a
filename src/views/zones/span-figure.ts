/**
 * Where the zones of a node lie in its addresses: what is present as a band in the colours of the zones, and under it
 * each zone's span as a line, from its first to its last pfn, holes and all. Spans of zones may overlap.
 */
import { select } from "d3-selection";
import type { BlockRecord, ZoneRecord } from "../../protocol/records.ts";
import { zoneToken } from "../kinds.ts";
import { setAttributes, setText } from "./changed-only.ts";
import { zoneStrings as words } from "./strings.ts";
import { addressScale, extentOf, stretchesOf } from "./zone-shapes.ts";
import styles from "./zones.module.css";

export interface SpanFigure {
  /** `room` in CSS pixels; `scale` is that of text. */
  update(zones: readonly ZoneRecord[], blocks: readonly BlockRecord[], room: number, scale: number): void;
  destroy(): void;
}

/** Units of the picture: CSS pixels where text has its usual size, more on a wall. */
const BAND = 8;
const LINE = 4;
const CAPTION = 13;

export function createSpanFigure(svg: SVGSVGElement): SpanFigure {
  const root = select(svg);
  const absent = root.append("g");
  const band = root.append("g");
  const spans = root.append("g");
  const first = root.append("text").attr("class", styles.caption ?? "");
  const last = root
    .append("text")
    .attr("class", styles.caption ?? "")
    .attr("text-anchor", "end");
  return {
    update(zones, blocks, room, scale) {
      const width = room / scale;
      const extent = extentOf(zones, blocks);
      const x = addressScale(extent, width);
      const bottom = BAND + 3 + zones.length * LINE;
      const height = bottom + CAPTION;
      setAttributes(root, { width: room, height: height * scale, viewBox: `0 0 ${width} ${height}` });
      setAttributes(first, { y: bottom + 9 });
      setText(first, words.address(extent.start));
      setAttributes(last, { x: width, y: bottom + 9 });
      setText(last, words.address(extent.start + extent.pages));

      // Blocks that are there but offline: in nobody's zone.
      const gone = absent
        .selectAll<SVGRectElement, BlockRecord>("rect")
        .data(blocks.filter((block) => block.state === "offline"))
        .join("rect");
      setAttributes(gone, {
        class: styles.absent ?? "",
        x: (block) => x(block.startPfn),
        width: (block) => Math.max(1, x(block.startPfn + block.pages) - x(block.startPfn)),
        height: BAND,
      });

      const stretches = zones.flatMap((zone) => stretchesOf(zone.zone, blocks).map((stretch) => ({ zone, stretch })));
      const present = band.selectAll<SVGRectElement, (typeof stretches)[number]>("rect").data(stretches).join("rect");
      setAttributes(present, {
        style: ({ zone }) => `fill: var(${zoneToken(zone.zone)})`,
        x: ({ stretch }) => x(stretch.start),
        width: ({ stretch }) => Math.max(1, x(stretch.start + stretch.pages) - x(stretch.start)),
        height: BAND,
      });

      const lines = spans
        .selectAll<SVGPathElement, ZoneRecord>("path")
        .data(zones as ZoneRecord[], (zone) => zone.key)
        .join((enter) => {
          const path = enter.append("path").attr("class", styles.span ?? "");
          path.append("title");
          return path;
        });
      setAttributes(lines, {
        style: (zone) => `stroke: var(${zoneToken(zone.zone)})`,
        d: (zone, index) => {
          const y = BAND + 4 + index * LINE;
          const end = Math.max(x(zone.startPfn) + 2, x(zone.startPfn + zone.spanned));
          return `M${x(zone.startPfn)} ${y}H${end}`;
        },
      });
      setText(
        lines.select<SVGTitleElement>("title"),
        (zone) => `${zone.zone}: ${words.spanTitle(zone.startPfn, zone.startPfn + zone.spanned - 1)}`,
      );
    },
    destroy() {
      root.selectChildren().remove();
    },
  };
}
