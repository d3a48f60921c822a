/** The menu of a DIMM: every place it can go to, with what that would do; the attention button; cancelling. */
import { CircleAlert, CircleCheck } from "lucide-react";
import { useEffect, useId, useLayoutEffect, useRef } from "react";
import { usePlaygroundState, useRecord } from "../../client/react.tsx";
import { outlookOf, useBox, useCarriage, useForesight } from "./context.ts";
import { type PlaceKey, SHELF, targetsOf } from "./floor.ts";
import styles from "./menu.module.css";
import { placeName } from "./naming.ts";
import { boxStrings } from "./strings.ts";

export interface MoveMenuProps {
  readonly dimm: string;
  /** The module that the menu belongs to. */
  readonly anchor: HTMLElement | null;
  /** `back`: the focus goes back to the DIMM. */
  onClose(focus: "back" | "stay"): void;
}

export function MoveMenu({ dimm, anchor, onClose }: MoveMenuProps) {
  const { carriage } = useBox();
  const menu = useRef<HTMLDivElement>(null);
  const phase = useRecord("dimm", dimm)?.phase;
  const floor = useCarriage((state) => state.floor);
  const targets = phase === "ejecting" || phase === "inserting" ? [] : targetsOf(floor, dimm);

  useLayoutEffect(() => {
    const element = menu.current;
    if (!element) return;
    element.showPopover?.();
    if (anchor) putAt(element, anchor.getBoundingClientRect());
    element.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }, [anchor]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, when the menu opens.
  useEffect(() => {
    carriage.oracle.askAll(dimm, targets);
    return () => carriage.oracle.stop();
  }, [carriage, dimm]);

  useEffect(() => {
    const onDown = (event: PointerEvent) => {
      if (!menu.current?.contains(event.target as Node)) onClose("stay");
    };
    document.addEventListener("pointerdown", onDown);
    return () => document.removeEventListener("pointerdown", onDown);
  }, [onClose]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const items = [...(menu.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    event.stopPropagation();
    if (to !== undefined) items[(to + items.length) % items.length]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") onClose("back");
    else return;
    event.preventDefault();
  };
  const choose = (action: () => void) => {
    action();
    onClose("back");
  };
  return (
    <div
      ref={menu}
      className={styles.menu}
      role="menu"
      tabIndex={-1}
      popover="manual"
      data-control="menu-list"
      aria-label={boxStrings.menu(dimm)}
      onKeyDown={onKeyDown}
      onBlur={(event) => {
        if (event.relatedTarget !== null && !event.currentTarget.contains(event.relatedTarget)) onClose("stay");
      }}
    >
      <div className={styles.title} aria-hidden="true">
        {boxStrings.menu(dimm)}
      </div>
      {targets.map((place) => (
        <Target key={place} dimm={dimm} place={place} onChoose={() => choose(() => carriage.move(dimm, place))} />
      ))}
      {phase === "in-use" ? (
        <button
          type="button"
          role="menuitem"
          tabIndex={-1}
          className={styles.apart}
          onClick={() => choose(() => carriage.press(dimm))}
        >
          {boxStrings.menuPress}
        </button>
      ) : null}
      {phase === "ejecting" ? (
        <button type="button" role="menuitem" tabIndex={-1} onClick={() => choose(() => carriage.cancelEject(dimm))}>
          {boxStrings.menuCancel}
        </button>
      ) : null}
      {targets.length === 0 && phase !== "ejecting" && phase !== "in-use" ? (
        <button type="button" role="menuitem" tabIndex={-1} aria-disabled="true">
          {boxStrings.menuNowhere}
        </button>
      ) : null}
    </div>
  );
}

interface TargetProps {
  readonly dimm: string;
  readonly place: PlaceKey;
  onChoose(): void;
}

function Target({ dimm, place, onChoose }: TargetProps) {
  const name = usePlaygroundState(({ records }) => placeName(records, place));
  const foresight = useForesight(dimm, place);
  const about = useId();
  const outlook = outlookOf(foresight);
  return (
    <button
      type="button"
      role="menuitem"
      tabIndex={-1}
      data-target={place}
      data-outlook={outlook}
      aria-label={name}
      aria-describedby={about}
      className={place === SHELF ? styles.apart : undefined}
      onClick={onChoose}
    >
      <span className={styles.where}>{name}</span>
      <span className={styles.what} id={about}>
        {outlook === "yes" ? (
          <CircleCheck aria-hidden="true" />
        ) : outlook === "no" ? (
          <CircleAlert aria-hidden="true" />
        ) : null}
        {boxStrings.foresight(foresight)}
      </span>
    </button>
  );
}

/** Right below the module, or above it where there is more room; never off the screen. */
function putAt(menu: HTMLElement, anchor: DOMRect): void {
  const room = { below: window.innerHeight - anchor.bottom - 12, above: anchor.top - 12 };
  const below = room.below >= Math.min(menu.scrollHeight, 220) || room.below >= room.above;
  menu.style.maxHeight = `${Math.max(160, below ? room.below : room.above)}px`;
  const left = Math.max(8, Math.min(window.innerWidth - menu.offsetWidth - 8, anchor.left));
  const top = below ? anchor.bottom + 4 : Math.max(8, anchor.top - menu.offsetHeight - 4);
  menu.style.left = `${left}px`;
  menu.style.top = `${top}px`;
}
