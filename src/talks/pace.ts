/** How a speaker keeps to the plan. */
import type { Place, Talk } from "./format.ts";

export interface Pace {
  /** Real seconds. */
  readonly spent: number;
  readonly total: number;
  /** Of the time that is planned, what has passed: 0 to 1. */
  readonly share: number;
  /** Seconds behind the plan; below 0: ahead of it. */
  readonly late: number;
  /** By more than a twentieth of the whole. */
  readonly slow: boolean;
}

/** Within a scene nobody is late before its time is over, nor early once it has begun. */
export function paceOf({ scenes }: Talk, { scene }: Place, spent: number): Pace {
  const planned = (until: number) => scenes.slice(0, until).reduce((sum, { seconds }) => sum + seconds, 0);
  const total = planned(scenes.length);
  const begin = planned(scene);
  const end = planned(scene + 1);
  const late = spent > end ? spent - end : spent < begin ? spent - begin : 0;
  return { spent, total, share: Math.min(1, spent / total), late, slow: late > total / 20 };
}
