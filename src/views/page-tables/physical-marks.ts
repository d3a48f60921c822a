/** Marks of physical memory: memory blocks; nearer pageblocks, then single pages. */
import { PAGEBLOCK_PAGES } from "../../engine/units.ts";
import { hostOf } from "./axis.ts";
import { type Ground, numbered, ROOM } from "./ground.ts";
import type { Mark } from "./mark.ts";
import { pageTableStrings as words } from "./strings.ts";

export function* physicalMarks(ground: Ground): Iterable<Mark> {
  const { cells, scale, width } = ground.axis;
  const unit = scale >= ROOM ? 1 : scale * PAGEBLOCK_PAGES >= 14 ? PAGEBLOCK_PAGES : 0;
  if (unit > 0)
    for (let at = Math.floor(ground.first / unit) * unit; at < ground.end; at += unit) {
      const place = ground.stretch(Math.max(at, ground.first), at + unit);
      const block = hostOf(ground.axis, Math.max(at, ground.first));
      if (!place || !block) continue;
      const select = unit === 1 ? ground.selectsPage(at) : { block: block.key };
      const label =
        unit === 1
          ? words.frame(at, ground.room("physical", place))
          : words.pageblock(at / unit, ground.room("physical", place));
      yield {
        ...{
          key: `frame ${at}`,
          row: "physical",
          ...place,
          what: unit === 1 ? "page" : "block",
          first: at,
          end: at + unit,
        },
        ...{ label, fresh: false, host: null, select, block },
        says: unit === 1 ? words.announceFrame(at, block.number) : words.announcePageblock(at / unit, block.number),
        cells: [
          words.level.physical,
          unit === 1 ? words.hex(at) : at / unit,
          "",
          words.unit(unit),
          `memory${block.number}`,
          "",
        ],
      };
    }
  else
    for (const { blocks, first, end, ...all } of cells) {
      const [block, last] = [blocks[0], blocks.at(-1)];
      const [x0, x1] = [Math.max(0, all.x0), Math.min(width, all.x1)];
      if (!block || !last || x1 <= x0) continue;
      yield {
        ...{ key: block.key, row: "physical", x0, x1, what: "block", first, end, fresh: false, host: null, block },
        label: numbered(ground.axis, x1 - x0, block.number) ? String(block.number) : "",
        select: block.key.includes("+") ? null : { block: block.key },
        says: words.announceBlock(block.number, last.number, block.state, block.dimm, block.nodes),
        cells: [
          words.level.physical,
          block.number,
          "",
          words.blocks(block.number, last.number),
          block.dimm ?? words.onBoard,
          "",
        ],
      };
    }
}
