/** Which kernel function somebody asks about: whoever shows a name asks, the page shows the glossary. */
import { createStore } from "zustand/vanilla";
import type { KernelFunction } from "../../engine/chronicle/functions.ts";

export interface Asked {
  /** `null`: all of them. */
  readonly name: KernelFunction | null;
  /** The kernel by whose names they are shown. */
  readonly version: string;
}

export const asked = createStore<{ readonly about: Asked | null }>(() => ({ about: null }));

export const askAbout = (name: KernelFunction | null, version: string): void =>
  asked.setState({ about: { name, version } });
