/** Where the terminal is: nowhere, in the side column in place of the log, or in a drawer along the bottom. */
import { useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { remember, remembered } from "../client/remembered.ts";
import type { TerminalText } from "./report.ts";

export type TerminalPlace = "closed" | "side" | "drawer";

export interface TerminalControl {
  readonly place: TerminalPlace;
  /** Where it was last, for when it opens again. */
  readonly usualPlace: Exclude<TerminalPlace, "closed">;
  /** Height of the drawer, in percent of the window. */
  readonly height: number;
  readonly screenReader: boolean;
  /** Takes effect at once: what comes into view can be given the focus on the next line. */
  setPlace(place: TerminalPlace): void;
  setHeight(percent: number): void;
  setScreenReader(on: boolean): void;
  /** What the terminals have on their screens, once there are any. */
  texts(): readonly TerminalText[];
  /** Who knows that: the terminals, once they are there. */
  provideTexts(read: (() => readonly TerminalText[]) | null): void;
}

const READER_KEY = "hotplug-terminal-reader";
const HEIGHT_KEY = "hotplug-terminal-height";
const PLACE_KEY = "hotplug-terminal-place";
/**
 * Windows with a side column. It takes some fifty characters in a line however wide the window is, and programs write
 * eighty; the drawer has room for them.
 */
const BESIDE = "(min-width: 45.01rem)";

/** Where someone put it, else where lines fit. */
function usualPlace(): TerminalControl["usualPlace"] {
  const place = remembered(PLACE_KEY);
  if (place === "side" || place === "drawer") return place;
  return matchMedia(BESIDE).matches ? "drawer" : "side";
}

export function useTerminalControl(): TerminalControl {
  const [place, setPlace] = useState<TerminalPlace>("closed");
  const readTexts = useRef<(() => readonly TerminalText[]) | null>(null);
  const [height, setHeight] = useState(() => Math.max(20, Math.min(80, Number(remembered(HEIGHT_KEY)) || 32)));
  const [screenReader, setScreenReader] = useState(() => remembered(READER_KEY) === "on");
  return useMemo(
    () => ({
      place,
      get usualPlace() {
        return usualPlace();
      },
      height,
      screenReader,
      setPlace: (to) => {
        if (to !== "closed" && to !== usualPlace()) remember(PLACE_KEY, to);
        flushSync(() => setPlace(to));
      },
      setHeight: (percent) => {
        remember(HEIGHT_KEY, String(percent));
        setHeight(percent);
      },
      setScreenReader: (on) => {
        remember(READER_KEY, on ? "on" : null);
        setScreenReader(on);
      },
      texts: () => readTexts.current?.() ?? [],
      provideTexts: (read) => {
        readTexts.current = read;
      },
    }),
    [place, height, screenReader],
  );
}
