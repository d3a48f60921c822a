/** Going round what a search found, in the order of addresses, from where one is. */
import { type RefObject, useEffect, useRef } from "react";
import { usePlayground } from "../../client/react.tsx";
import type { BlockRecord } from "../../protocol/records.ts";
import { visible } from "./camera.ts";
import { frameOf, type Memory, pathTo } from "./memory.ts";
import type { Seen } from "./Picture.tsx";
import { scaleStrings as words } from "./strings.ts";
import type { Place } from "./use-place.ts";
import { rectOf, type World } from "./world.ts";

export interface HitsAsked {
  readonly partition: string | null;
  readonly memory: Memory | null;
  readonly world: World | null;
  readonly place: Place;
  /** What is searched for: with another question the way round begins anew. */
  readonly text: string;
  /** What the zoom shows; `null` where the stops stand side by side. */
  readonly seen: RefObject<Seen | null> | null;
  readonly say: (sentence: string) => void;
}

export interface Hits {
  /** To the next hit, or to the one before. */
  readonly hit: (step: 1 | -1) => Promise<void>;
  /** To the first hit of a block. */
  readonly hitIn: (block: BlockRecord) => Promise<void>;
}

export function useHits({ partition, memory, world, place, text, seen, say }: HitsAsked): Hits {
  const playground = usePlayground();
  const { path, depth, go } = place;
  const reached = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with another question the way round begins anew.
  useEffect(() => {
    reached.current = false;
  }, [text]);
  const hit = async (step: 1 | -1) => {
    if (partition === null || !memory) return;
    const from = depth === 3 || reached.current ? frameOf(memory, path) : null;
    const next = await playground.hit(partition, from ?? -1, step);
    const to = next && pathTo(memory, next.pfn);
    if (!next || !to || !world) return;
    reached.current = true;
    say(words.search.hit(next.pfn, next.pages));
    // A hit that can be seen where you are needs no other picture.
    const shown = seen?.current ? visible(seen.current, rectOf(world, to, 3), next.pages) : false;
    go(to, 3, { camera: !shown });
  };
  const hitIn = async ({ partition: of, startPfn }: BlockRecord) => {
    const next = await playground.hit(of, startPfn - 1, 1);
    const to = next && memory && pathTo(memory, next.pfn);
    if (!next || !to) return;
    reached.current = true;
    say(words.search.hit(next.pfn, next.pages));
    go(to, 3);
  };
  return { hit, hitIn };
}
