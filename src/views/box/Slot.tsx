/** A slot with its connector and latches, and the DIMM that stands in it or will come. */
import type { ReactNode } from "react";
import { useShallow } from "zustand/react/shallow";
import { usePlaygroundState, useRecord } from "../../client/react.tsx";
import { formatBytes } from "../../engine/units.ts";
import { outlookOf, useBox, useCarriage, useControlIndex, useForesight, useTabIndex } from "./context.ts";
import { AttentionButton, CancelButton, Led, MenuButton, VerdictBadge } from "./Controls.tsx";
import { Dimm, Ghost, useEmptied } from "./Dimm.tsx";
import { type PlaceKey, placeObstacle } from "./floor.ts";
import { placeName } from "./naming.ts";
import { itemOf } from "./roving.ts";
import styles from "./slot.module.css";
import { boxStrings } from "./strings.ts";

/** How a place looks to whoever carries a DIMM. */
export type Reception = "none" | "legal" | "over" | "home" | "barred" | "inert";

/** What this place is to the DIMM that is being carried. */
export function useReception(place: PlaceKey): Reception {
  return useCarriage(({ carry, floor }) => {
    const { carrying } = carry;
    if (!carrying) return "none";
    if (carrying.home === place) return "home";
    if (carrying.over === place) return "over";
    if (carrying.barred === place) return "barred";
    return placeObstacle(floor, carrying.dimm, place) === null ? "legal" : "inert";
  });
}

/** `yes` or `no` once it is known whether the carried DIMM can come here. */
export function useOutlook(place: PlaceKey): "yes" | "no" | undefined {
  const carried = useCarriage(({ carry }) => carry.carrying?.dimm ?? null);
  return outlookOf(useForesight(carried, place));
}

export function Slot({ slot }: { readonly slot: PlaceKey }) {
  const { dense } = useBox();
  const { dimm, reservedFor } = useCarriage(
    useShallow(({ floor }) => ({
      dimm: floor.slotByKey.get(slot)?.dimm ?? null,
      reservedFor: floor.slotByKey.get(slot)?.reservedFor ?? null,
    })),
  );
  const laidDown = useCarriage(
    ({ carry }) => carry.drops.find((drop) => drop.to === slot && drop.by === "pointer")?.dimm ?? null,
  );
  const reception = useReception(slot);
  const outlook = useOutlook(slot);
  const coming = reservedFor ?? laidDown;
  return (
    <li
      className={styles.slot}
      data-place={slot}
      data-occupied={dimm !== null || undefined}
      data-reception={reception}
      data-outlook={outlook}
    >
      <div className={styles.seat}>
        {dimm === null ? <EmptySlot slot={slot} /> : <Dimm key={dimm} dimm={dimm} stance="upright" />}
        {dimm === null && coming !== null ? <Ghost dimm={coming} stance="upright" held={reservedFor === null} /> : null}
        {dimm === null ? null : <VerdictBadge dimm={dimm} />}
      </div>
      {/* After the DIMM, whose buttons these are; the style sheet puts them above it. */}
      <SlotHead dimm={dimm} few={dense} />
      <Caption>
        {dimm === null ? (
          coming !== null ? (
            boxStrings.slotWaits(coming)
          ) : dense ? (
            ""
          ) : (
            boxStrings.slotCaption
          )
        ) : (
          <DimmCaption dimm={dimm} short={dense} />
        )}
      </Caption>
    </li>
  );
}

/** What stands under a module: of one height, whatever it says. */
export function Caption({ children }: { readonly children: ReactNode }) {
  return (
    <div className={styles.caption}>
      <div className={styles.words}>{children}</div>
    </div>
  );
}

/** `few`: there is no room for buttons; the DIMM's menu has the same. Still, an eject can be cancelled. */
function SlotHead({ dimm, few }: { readonly dimm: string | null; readonly few: boolean }) {
  const led = usePlaygroundState(({ records }) => (dimm === null ? "off" : (records.dimm[dimm]?.led ?? "off")));
  const phase = usePlaygroundState(({ records }) => (dimm === null ? undefined : records.dimm[dimm]?.phase));
  const tabIndex = useControlIndex(dimm);
  const buttons =
    dimm === null || phase === "inserting" ? null : phase === "ejecting" ? (
      <CancelButton dimm={dimm} />
    ) : few ? null : (
      <>
        <AttentionButton dimm={dimm} tabIndex={tabIndex} />
        <MenuButton dimm={dimm} tabIndex={tabIndex} />
      </>
    );
  if (few && buttons === null) return <Led led={led} />;
  return (
    <div className={styles.head}>
      <Led led={led} />
      {buttons}
    </div>
  );
}

function EmptySlot({ slot }: { readonly slot: PlaceKey }) {
  const name = usePlaygroundState(({ records }) => placeName(records, slot));
  const reserved = useCarriage(({ floor }) => floor.slotByKey.get(slot)?.reservedFor ?? null);
  const reception = useReception(slot);
  const tabIndex = useTabIndex(itemOf.slot(slot));
  const open = reception === "legal" || reception === "over";
  return (
    <button
      type="button"
      className={styles.empty}
      data-item={itemOf.slot(slot)}
      data-spot={slot}
      tabIndex={open ? 0 : tabIndex}
      aria-disabled={!open}
      aria-label={
        open
          ? boxStrings.dropHere(name)
          : reserved === null
            ? boxStrings.emptySlot(name)
            : boxStrings.reservedSlot(name, reserved)
      }
    />
  );
}

/** Under an upright module: size and name, or how far its emptying is. */
function DimmCaption({ dimm, short }: { readonly dimm: string; readonly short: boolean }) {
  const record = useRecord("dimm", dimm);
  if (!record) return null;
  if (record.phase === "ejecting") return <EmptyingCaption dimm={dimm} left={record.usedPages} short={short} />;
  if (short) return record.health === "ok" ? dimm : <span className={styles.ailing}>{dimm}</span>;
  const health = boxStrings.healthShort(record.health);
  return (
    <>
      <span className={styles.size}>
        {record.phase === "inserting" ? boxStrings.adding : formatBytes(record.bytes)}
      </span>
      <span className={health ? styles.ailing : styles.name}>{health ? `${dimm} ${health}` : dimm}</span>
    </>
  );
}

function EmptyingCaption({
  dimm,
  left,
  short,
}: {
  readonly dimm: string;
  readonly left: number;
  readonly short: boolean;
}) {
  const percent = Math.floor(useEmptied(dimm) * 100);
  return (
    <span
      className={styles.emptying}
      role="progressbar"
      aria-label={boxStrings.progress(dimm)}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuetext={boxStrings.progressValue(left, percent)}
    >
      <span className={styles.size}>{percent} %</span>
      {short ? null : <span className={styles.name}>{boxStrings.progressShort(left)}</span>}
    </span>
  );
}
