/** How views reach the playground: a context, and hooks that re-render only for the records they read. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from "react";
import { useStore } from "zustand";
import type { StoreApi } from "zustand/vanilla";
import { useShallow } from "zustand/react/shallow";
import type { RecordKind, Records } from "../protocol/records.ts";
import { Pacer } from "./pacer.ts";
import type { FrameInfo, Playground, PlaygroundState } from "./playground.ts";

const PlaygroundContext = createContext<Playground | null>(null);
const PacerContext = createContext<Pacer | null>(null);
/** The store that hooks read: the playground's own, or in a `Paced` part the one that follows it. */
const StoreContext = createContext<StoreApi<PlaygroundState> | null>(null);

export function PlaygroundProvider({
  playground,
  children,
}: {
  readonly playground: Playground;
  readonly children: ReactNode;
}) {
  const pacer = useMemo(() => new Pacer(playground), [playground]);
  useEffect(() => pacer.start(), [pacer]);
  return (
    <PlaygroundContext value={playground}>
      <PacerContext value={pacer}>
        <StoreContext value={playground.store}>{children}</StoreContext>
      </PacerContext>
    </PlaygroundContext>
  );
}

/**
 * A part of the page that takes turns with the others: in a display frame only one of them renders what changed in the
 * machine (see ./pacer.ts). Parts with a smaller `turn` come first.
 */
export function Paced({ turn, children }: { readonly turn: number; readonly children: ReactNode }) {
  return <StoreContext value={useFollower(turn)}>{children}</StoreContext>;
}

/** The store of a part, or of the second half of the part whose store `turn` is. */
function useFollower(turn: number | StoreApi<PlaygroundState>): StoreApi<PlaygroundState> {
  const pacer = usePacer();
  const follower = useMemo(() => pacer.follow(turn), [pacer, turn]);
  useEffect(() => follower.join(), [follower]);
  return follower.store;
}

function usePacer(): Pacer {
  const pacer = useContext(PacerContext);
  if (!pacer) throw new Error("What is paced needs a PlaygroundProvider above it");
  return pacer;
}

/** How a part says that it renders in this display frame though it is not its turn: canvases leave it the frame. */
export const useRendersNow = (): (() => void) => usePacer().renders;

/**
 * For the second half of a part that is too much for one display frame: what `usePlaygroundState` gives the first half, a turn
 * later and of the same instant.
 */
export function useLater<T>(selector: (state: PlaygroundState) => T): T {
  return useStore(useFollower(useShownStore()), selector);
}

/** The playground that this part of the page shows. Throws outside of a provider. */
export function usePlayground(): Playground {
  const playground = useContext(PlaygroundContext);
  if (!playground) throw new Error("usePlayground needs a PlaygroundProvider above it");
  return playground;
}

/**
 * A part of the state; renders again when that part changes by `Object.is`. A selector that makes a new array or
 * object each time must be wrapped in `useShallow`.
 */
export function usePlaygroundState<T>(selector: (state: PlaygroundState) => T): T {
  return useStore(useShownStore(), selector);
}

/** The store behind `usePlaygroundState`: what this part of the page shows now. */
export function useShownStore(): StoreApi<PlaygroundState> {
  const store = useContext(StoreContext);
  if (!store) throw new Error("usePlaygroundState needs a PlaygroundProvider above it");
  return store;
}

/** One record, or `undefined` when there is none by that key (or no key). */
export function useRecord<K extends RecordKind>(kind: K, key: string | null | undefined): Records[K] | undefined {
  return usePlaygroundState((state) =>
    key == null ? undefined : (state.records[kind] as Readonly<Record<string, Records[K]>>)[key],
  );
}

/** All records of a kind, or those of `keys` in their order (keys without a record are left out). */
export function useRecords<K extends RecordKind>(kind: K, keys?: readonly string[]): readonly Records[K][] {
  return usePlaygroundState(
    useShallow((state) => {
      const table = state.records[kind] as Readonly<Record<string, Records[K]>>;
      if (!keys) return Object.values(table);
      return keys.flatMap((key) => table[key] ?? []);
    }),
  );
}

/** Calls `listener` once a display frame, after the store holds that frame's records. */
export function useFrame(listener: (frame: FrameInfo) => void): void {
  const playground = usePlayground();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => playground.onFrame((frame) => latest.current(frame)), [playground]);
}
