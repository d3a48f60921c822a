/** A DIMM: the module that can be picked up, its likeness where it will go, and how far its emptying is. */
import { useMemo } from "react";
import { useShallow } from "zustand/react/shallow";
import { usePlaygroundState } from "../../client/react.tsx";
import { formatBytes } from "../../engine/units.ts";
import type { BlockSource } from "./cell-painter.ts";
import { useBox, useCarriage, useTabIndex } from "./context.ts";
import { ModuleFace } from "./Module.tsx";
import styles from "./module.module.css";
import { placeName } from "./naming.ts";
import { SHELF } from "./floor.ts";
import { itemOf } from "./roving.ts";
import { boxStrings } from "./strings.ts";
import { useDigest } from "./use-digest.ts";

type Stance = "upright" | "lying";
const NO_BLOCKS: readonly string[] = [];

/** Where a DIMM's blocks are read from; the same function as long as the DIMM is the same. */
export function useDimmBlocks(dimm: string): BlockSource {
  return useMemo(() => (records) => records.dimm[dimm]?.blocks ?? NO_BLOCKS, [dimm]);
}

export function Dimm({ dimm, stance }: { readonly dimm: string; readonly stance: Stance }) {
  const blocks = useDimmBlocks(dimm);
  const tabIndex = useTabIndex(itemOf.dimm(dimm));
  const { asked } = useBox();
  const about = useDimmLabel(dimm, blocks);
  const question = asked.indexOf(dimm);
  const label = question < 0 ? about : `${about}, ${boxStrings.questionLabel(question + 1, asked.length)}`;
  const { phase, health } = usePlaygroundState(
    useShallow(({ records }) => ({ phase: records.dimm[dimm]?.phase, health: records.dimm[dimm]?.health })),
  );
  const selected = usePlaygroundState(({ selection }) => selection.dimm === dimm);
  const carried = useCarriage(({ carry }) => (carry.carrying?.dimm === dimm ? carry.carrying.by : null));
  const laidDown = useCarriage(({ carry }) => carry.drops.some((drop) => drop.dimm === dimm && drop.by === "pointer"));
  return (
    <button
      type="button"
      className={styles.module}
      data-handle={dimm}
      data-item={itemOf.dimm(dimm)}
      data-flip={dimm}
      data-stance={stance}
      data-phase={phase}
      data-health={health}
      data-selected={selected || undefined}
      data-asked={question >= 0 || undefined}
      data-carried={carried ?? (laidDown ? "pointer" : undefined)}
      tabIndex={tabIndex}
      aria-pressed={carried !== null}
      aria-label={label}
      title={label}
      aria-keyshortcuts="M Shift+F10"
    >
      <ModuleFace blocks={blocks} stance={stance} />
      {phase === "ejecting" ? <Progress dimm={dimm} /> : null}
    </button>
  );
}

function useDimmLabel(dimm: string, blocks: BlockSource): string {
  const about = useDigest(blocks);
  const place = usePlaygroundState(({ records }) => placeName(records, records.dimm[dimm]?.slot ?? SHELF));
  const fixed = usePlaygroundState(
    useShallow(({ records }) => {
      const record = records.dimm[dimm];
      if (!record) return [];
      return [
        formatBytes(record.bytes),
        boxStrings.phase(record.phase),
        boxStrings.health(record.health),
        boxStrings.led(record.led),
      ];
    }),
  );
  const [size = "", phase = "", health = "", led = ""] = fixed;
  const zones = about.zones.map(([zone, blocksOfZone]) => boxStrings.zoneBlocks(blocksOfZone, zone));
  const contents =
    about.blocks === 0
      ? []
      : [
          ...zones,
          about.offline > 0 ? boxStrings.offlineBlocks(about.offline) : "",
          boxStrings.used(about.usedPercent),
          about.stuckBlocks > 0 ? boxStrings.unmovable(about.stuckBlocks) : "",
        ];
  return boxStrings.dimmLabel(
    [boxStrings.dimm(dimm), size, place, phase, health, ...contents, led].filter((part) => part !== ""),
  );
}

/** How much of what the eject began with is gone; grows along the module's edge. */
function Progress({ dimm }: { readonly dimm: string }) {
  const share = useEmptied(dimm);
  return <span className={styles.progress} style={{ "--emptied": share.toFixed(4) } as React.CSSProperties} />;
}

/** Share of the pages that an eject began with that have left, 0..1. */
export function useEmptied(dimm: string): number {
  return usePlaygroundState(({ records }) => {
    const record = records.dimm[dimm];
    if (!record || record.usedPagesAtStart === 0) return 0;
    return Math.min(1, Math.max(0, 1 - record.usedPages / record.usedPagesAtStart));
  });
}

/** The likeness of a DIMM at the place it is being emptied for, or where it was just laid down. */
export function Ghost({
  dimm,
  stance,
  held,
}: {
  readonly dimm: string;
  readonly stance: Stance;
  readonly held: boolean;
}) {
  const blocks = useDimmBlocks(dimm);
  return (
    <span
      className={styles.ghost}
      data-flip={`ghost:${dimm}`}
      data-held={held || undefined}
      data-stance={stance}
      title={boxStrings.inTransit(dimm)}
    >
      {held ? <ModuleFace blocks={blocks} stance={stance} /> : <span className={styles.ghostName}>{dimm}</span>}
    </span>
  );
}
