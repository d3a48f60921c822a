/** Words of how time goes in the unfolded bar, and of what can be done at an instant that is held. */

import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import { timeToSee } from "./speeds.ts";

const viewing = (speed: number): string => {
  const { many, unit } = timeToSee(speed);
  return `${many} ${unit === "seconds" ? "s" : "min"}`;
};

const english = {
  choose: "What one press of a button shows",
  paces: { function: "one function a click", event: "one event a click" },
  speed: (share: number) =>
    `${share >= 1 ? "real time" : `1/${Math.round(1 / share)}`} · 100,000 pages in ${viewing(share)}`,
  back: {
    function: "One function back",
    event: "To the event before",
    speed: "Play backward",
    pause: "Stand still",
  },
  on: {
    function: "One function on",
    event: "To the next event",
    speed: "Play",
    pause: "Stand still",
  },
  said: (share: number) =>
    `Time runs backward at ${share >= 1 ? "real time" : `1/${Math.round(1 / share)} of real time`}`,
  held: (at: string) => `Here, at ${at}`,
  fork: "Fork here",
  bookmark: "Bookmark",
} as const;

export type PaceWords = Words<typeof english>;
export const paceStrings = inLanguages<PaceWords>(english, { ja: () => import("./pace-strings.ja.ts") });
