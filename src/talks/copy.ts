/** A copy of a talk's machine as it is at a place, to try things with: the talk's own goes on, or stands still, as if there were none. */
import type { Playground } from "../client/playground.ts";
import type { Place, Talk } from "./format.ts";
import { machineOf } from "./machine-of.ts";
import { simulators } from "./stand-by.ts";

/** Simulated ns a real ns: as slow as is usual in the playground. */
const SPEED = 1 / 16;

export interface Copy {
  /** Resolves when it is at the place and time goes on. */
  readonly ready: Promise<Playground>;
  dispose(): void;
}

export function copyAt(talk: Talk, place: Place): Copy {
  const way = machineOf(talk, place.scene, simulators.open);
  const { playground } = way;
  return {
    ready: way.goTo(place).then(() => {
      playground.setSpeed(SPEED);
      return playground;
    }),
    dispose: () => {
      way.close();
      playground.dispose();
    },
  };
}
