/** Lines that a lesson would have typed: a terminal shows the next of them where it would stand, and Tab types it. */
import { createStore, type StoreApi } from "zustand/vanilla";

export interface Offer {
  readonly partition: string;
  /** The directory that the lines are for. */
  readonly folder: string;
  /** In the order in which they are meant. */
  readonly lines: readonly string[];
}

export const offered: StoreApi<{ readonly offer: Offer | null }> = createStore(() => ({ offer: null }));
