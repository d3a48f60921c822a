/** The shelf with spare DIMMs, and the spot where another can be laid. */
import { useEffect, useRef, useState } from "react";
import { useShallow } from "zustand/react/shallow";
import { useRecord } from "../../client/react.tsx";
import { formatBytes } from "../../engine/units.ts";
import { useBox, useCarriage, useControlIndex, useTabIndex } from "./context.ts";
import { MenuButton, VerdictBadge } from "./Controls.tsx";
import { Dimm, Ghost } from "./Dimm.tsx";
import { SHELF } from "./floor.ts";
import { SHELF_ITEM } from "./roving.ts";
import styles from "./shelf.module.css";
import { useOutlook, useReception } from "./Slot.tsx";
import { boxStrings } from "./strings.ts";

export function Shelf() {
  const dimms = useCarriage(({ floor }) => floor.shelf);
  const coming = useCarriage(
    useShallow(({ carry, floor }) => [
      ...[...floor.dimms.values()].filter((dimm) => dimm.destination === SHELF).map((dimm) => dimm.key),
      ...carry.drops.filter((drop) => drop.to === SHELF && drop.by === "pointer").map((drop) => drop.dimm),
    ]),
  );
  const ejecting = useCarriage(
    useShallow(({ floor }) => coming.map((dimm) => floor.dimms.get(dimm)?.destination === SHELF)),
  );
  const reception = useReception(SHELF);
  const outlook = useOutlook(SHELF);
  const { asked } = useBox();
  const { row, crowded } = useCrowded(dimms.length + coming.length);
  return (
    <div
      className={styles.shelf}
      data-place={SHELF}
      data-reception={reception}
      data-outlook={outlook}
      data-asked={asked.length > 0 || undefined}
    >
      <h3>{boxStrings.shelf}</h3>
      {asked.length > 0 && <span className={styles.asked}>{boxStrings.questionSpot(asked)}</span>}
      <ul ref={row} className={styles.row} aria-label={boxStrings.shelf} tabIndex={crowded ? 0 : undefined}>
        {dimms.map((dimm) => (
          <SpareDimm key={dimm} dimm={dimm} />
        ))}
        {[...new Set(coming)].map((dimm, index) => (
          <li key={`ghost:${dimm}`} className={styles.spare}>
            <span className={styles.rest}>
              <Ghost dimm={dimm} stance="lying" held={ejecting[index] !== true} />
            </span>
          </li>
        ))}
        <li className={styles.spot}>
          <ShelfSpot open={reception === "legal" || reception === "over"} />
          {dimms.length + coming.length === 0 ? <span className={styles.nothing}>{boxStrings.shelfEmpty}</span> : null}
        </li>
      </ul>
    </div>
  );
}

/** Whether more lies on the row than it can show at once. */
function useCrowded(count: number) {
  const row = useRef<HTMLUListElement>(null);
  const [crowded, setCrowded] = useState(false);
  useEffect(() => {
    const element = row.current;
    if (!element || count === 0) return;
    const look = () => setCrowded(element.scrollWidth > element.clientWidth);
    const observer = new ResizeObserver(look);
    // It looks once when it begins, after the layout that is due: looking here would force one more into the first picture.
    for (const part of [element, ...element.children]) observer.observe(part);
    return () => observer.disconnect();
  }, [count]);
  return { row, crowded };
}

function SpareDimm({ dimm }: { readonly dimm: string }) {
  const record = useRecord("dimm", dimm);
  const tabIndex = useControlIndex(dimm);
  if (!record) return null;
  const health = boxStrings.health(record.health);
  return (
    <li className={styles.spare} data-health={record.health}>
      <span className={styles.rest}>
        <Dimm dimm={dimm} stance="lying" />
        <VerdictBadge dimm={dimm} />
      </span>
      <span className={styles.about}>
        <span>
          <span className={styles.size}>{formatBytes(record.bytes)}</span> <span className={styles.name}>{dimm}</span>
        </span>
        {health ? <span className={styles.ailing}>{health}</span> : null}
      </span>
      <MenuButton dimm={dimm} tabIndex={tabIndex} />
    </li>
  );
}

function ShelfSpot({ open }: { readonly open: boolean }) {
  const tabIndex = useTabIndex(SHELF_ITEM);
  return (
    <button
      type="button"
      className={styles.free}
      data-item={SHELF_ITEM}
      data-spot={SHELF}
      tabIndex={open ? 0 : tabIndex}
      aria-disabled={!open}
      aria-label={open ? boxStrings.dropOnShelf : boxStrings.shelfSpot}
    />
  );
}
