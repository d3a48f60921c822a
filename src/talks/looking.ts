/** A playground to look around in: it shows the talk's machine, and whoever does something to it does that to a copy instead. */
import type { Playground } from "../client/playground.ts";

/** What changes a machine, or what it does next. */
const ACTING = ["send", "travel", "stretch", "goTo", "setSpeed", "load", "takeUp", "hurry", "openTerminal"] as const;
type Acting = (typeof ACTING)[number];

/** What somebody has done, to be done again on a copy. */
export type Deed = (playground: Playground) => void;

export function lookingAround(playground: Playground, onDeed: (deed: Deed) => void): Playground {
  const around: Playground = Object.create(playground);
  // Methods of a class see its private fields only as themselves.
  return new Proxy(around, {
    get(_, name) {
      if ((ACTING as readonly PropertyKey[]).includes(name))
        return (...args: unknown[]) => {
          onDeed((copy) => {
            const act = copy[name as Acting] as (...args: unknown[]) => unknown;
            // A terminal is opened by the view that stands on the copy.
            if (name !== "openTerminal") void Reflect.apply(act, copy, args);
          });
          return ANSWERS[name as Acting]?.() ?? Promise.resolve(null);
        };
      const value: unknown = Reflect.get(playground, name, playground);
      return typeof value === "function" ? value.bind(playground) : value;
    },
  });
}

/** What callers get until they stand on the copy. */
const ANSWERS: Partial<Record<Acting, () => unknown>> = {
  // Nobody hears whether it was taken.
  send: () => new Promise(() => {}),
  openTerminal: () => ({ input: () => {}, resize: () => {}, drop: () => {}, close: () => {} }),
};
