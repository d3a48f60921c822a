/** What the parts of one box share: its carriage, its painter, its menu. */
import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { Foresight } from "../../protocol/messages.ts";
import type { Carriage, CarriageState } from "./carriage.ts";
import type { CellPainter } from "./cell-painter.ts";
import { foreseen, toldAhead } from "./oracle.ts";
import type { PlaceKey } from "./floor.ts";
import { itemOf, tabStop } from "./roving.ts";

export interface BoxParts {
  readonly carriage: Carriage;
  readonly painter: CellPainter;
  /** Opens the menu of a DIMM beside its module. */
  openMenu(dimm: string): void;
  /** Puts the likeness of the carried module under the pointer. */
  dress(avatar: HTMLElement): void;
  /** DIMMs that a question is about: which of them goes? */
  readonly asked: readonly string[];
  /** So many slots that each shows only what it must. */
  readonly dense: boolean;
}

export const BoxContext = createContext<BoxParts | null>(null);

export function useBox(): BoxParts {
  const parts = useContext(BoxContext);
  if (!parts) throw new Error("this is a part of BoxView and needs it around");
  return parts;
}

/** A part of the carriage's state; renders again when that part changes by `Object.is`. */
export function useCarriage<T>(selector: (state: CarriageState) => T): T {
  return useStore(useBox().carriage.store, selector);
}

/** Tab index of an item: one tab stop in the whole box, and each DIMM that a question is about. */
export function useTabIndex(item: string): 0 | -1 {
  const { asked } = useBox();
  return useCarriage(({ floor, lastItem }) =>
    tabStop(floor, lastItem) === item || asked.some((dimm) => itemOf.dimm(dimm) === item) ? 0 : -1,
  );
}

/** Tab index of the buttons beside a DIMM; while a question is asked its answers stand next to each other. */
export function useControlIndex(dimm: string | null): 0 | -1 {
  const index = useTabIndex(dimm === null ? "" : itemOf.dimm(dimm));
  return useBox().asked.length > 0 ? -1 : index;
}

/** What is told beforehand of this drop; `undefined` while it is not known, or nothing is carried. */
export function useForesight(dimm: string | null, place: PlaceKey): Foresight | "kept" | undefined {
  const { asked, carriage } = useBox();
  const foresight = useStore(carriage.oracle.store, (state) =>
    dimm === null ? undefined : foreseen(state, dimm, place),
  );
  return dimm === null ? undefined : toldAhead(asked, dimm, foresight);
}

/** `yes` or `no` once it is known, and told, whether the DIMM can come there. */
export const outlookOf = (foresight: Foresight | "kept" | undefined): "yes" | "no" | undefined =>
  foresight === undefined || foresight === "kept" ? undefined : foresight.possible ? "yes" : "no";
