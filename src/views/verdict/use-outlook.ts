/**
 * What would come of it now: whether the same would go otherwise this time, what has to be done first so that it does, and
 * which DIMM could leave in its place. Asked of the engine, which tries it in foresight and changes nothing; asked again
 * a little later when records have changed.
 */
import { useEffect, useState } from "react";
import { usePlayground } from "../../client/react.tsx";
import type { Playground } from "../../client/playground.ts";
import { type Foresight, NO_REMEDIES } from "../../protocol/messages.ts";
import type { AttemptRecord } from "./attempts.ts";
import type { Foreseen } from "./ways-on.ts";

export interface Outlook extends Foreseen {
  /** Key of the attempt that it is about. */
  readonly attempt: string;
  /** How far that was then. */
  readonly result: AttemptRecord["result"];
}

/** Milliseconds between two rounds of questions. */
const AGAIN_MS = 400;

/** Whether there is something to ask: it was refused, or runs and has met a page that does not move. */
const isHeldUp = ({ result, culprit }: AttemptRecord): boolean =>
  result === "failed" || (result === "running" && culprit !== null);

/** `null` until the answer is there, and for what nothing stands in the way of. */
export function useOutlook(attempt: AttemptRecord): Outlook | null {
  const playground = usePlayground();
  const [outlook, setOutlook] = useState<Outlook | null>(null);
  const { key, result } = attempt;
  const asks = isHeldUp(attempt);
  useEffect(() => {
    if (!asks) return;
    let stays = true;
    let timer: ReturnType<typeof setTimeout> | null = null;
    const ask = async () => {
      const told = await outlookOf(playground, attempt);
      if (stays) setOutlook(told);
    };
    void ask();
    const stop = playground.store.subscribe((state, before) => {
      if (state.records === before.records || timer !== null) return;
      timer = setTimeout(() => {
        timer = null;
        void ask();
      }, AGAIN_MS);
    });
    return () => {
      stays = false;
      stop();
      if (timer !== null) clearTimeout(timer);
    };
  }, [playground, attempt, asks]);
  return outlook?.attempt === key && outlook.result === result && asks ? outlook : null;
}

/** Nothing foreseeable speaks against it. */
const promising = ({ outlook }: Foresight): boolean => outlook === "leaves" || outlook === "may-leave";

export async function outlookOf(playground: Playground, attempt: AttemptRecord): Promise<Outlook> {
  const { partition, target, kind, key, id, result } = attempt;
  const { block, dimm } = playground.store.getState().records;
  const outlook = { attempt: key, result, retry: false, instead: null, remedies: NO_REMEDIES };
  if (result === "running") return { ...outlook, remedies: await playground.remedies(id) };
  if (kind === "offline") {
    const number = target.replace("memory", "");
    const foreseen = block[`${partition}:${number}`] && (await playground.foreseeOffline(`${partition}:${number}`));
    if (foreseen && promising(foreseen)) return { ...outlook, retry: true };
    return { ...outlook, remedies: await playground.remedies(id) };
  }
  const wanted = dimm[target];
  if (kind !== "eject" || !wanted) return { ...outlook, retry: true };
  if (promising(await playground.foresee(target, { shelf: true }))) return { ...outlook, retry: true };
  const remedies = await playground.remedies(id);
  const others = Object.values(dimm).filter(
    (one) =>
      one.key !== target &&
      one.bytes === wanted.bytes &&
      one.phase === "in-use" &&
      one.slot?.split("/")[0] === partition,
  );
  for (const other of others) {
    const { outlook: foreseen } = await playground.foresee(other.key, { shelf: true });
    // Only what will leave for certain is offered.
    if (foreseen === "leaves") return { ...outlook, remedies, instead: other.key };
  }
  return { ...outlook, remedies };
}
