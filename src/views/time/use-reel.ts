/** The seen past as views use it: the reel, once its code is there, and the present, which may not be what is shown. */
import { useEffect, useState } from "react";
import { usePlayground, usePlaygroundState, useShownStore } from "../../client/react.tsx";
import type { Reel } from "../../client/film/reel.ts";
import type { PlaygroundState } from "../../client/playground.ts";

/** `null` until it is there; without it time goes on all the same. */
export function useReel(): Reel | null {
  const playground = usePlayground();
  const [reel, setReel] = useState<Reel | null>(null);
  useEffect(() => {
    let wanted = true;
    playground.reel().then(
      (fetched) => wanted && setReel(fetched),
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [playground]);
  return reel;
}

/** A part of the present. The selector must give the same again for as long as nothing changed. */
export function usePresent<T>(reel: Reel | null, selector: (state: PlaygroundState) => T): T {
  usePlaygroundState(selector);
  const store = useShownStore();
  return selector(reel?.present ?? store.getState());
}
