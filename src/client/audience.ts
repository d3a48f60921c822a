/** Who is told of display frames. */
import type { FrameInfo, Pace } from "./playground.ts";

export class Audience {
  readonly #listeners = new Set<(frame: FrameInfo) => void>();
  #pace: Pace | null = null;

  readonly onFrame = (listener: (frame: FrameInfo) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly pacedBy = (pace: Pace): (() => void) => {
    this.#pace = pace;
    return () => {
      if (this.#pace === pace) this.#pace = null;
    };
  };

  /** Tells of a frame that is in the store. */
  tell(frame: Omit<FrameInfo, "panel">): void {
    let panel = false;
    attempt(() => {
      panel = this.#pace?.(frame) ?? false;
    });
    const info = { ...frame, panel };
    for (const listener of this.#listeners) attempt(() => listener(info));
  }

  leave(): void {
    this.#listeners.clear();
  }
}

/** What breaks in one view is told, and keeps nothing from the others, nor the simulator from its answer. */
export function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    reportError(error);
  }
}
