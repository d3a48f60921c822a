/**
 * What would come of it now: whether the same would go otherwise this time, and which DIMM could leave in its place. Asked
 * of the engine, which tries it in foresight and changes nothing; asked again a little later when records have changed.
 */
import { useEffect, useState } from "react";
import { usePlayground } from "../../client/react.tsx";
import type { Playground } from "../../client/playground.ts";
import type { Foresight } from "../../protocol/messages.ts";
import type { AttemptRecord } from "./attempts.ts";

export interface Outlook {
  /** Key of the attempt that it is about. */
  readonly attempt: string;
  /** The same would not be refused again, as far as can be foreseen. */
  readonly retry: boolean;
  /** Another DIMM as large, in the same partition, that would leave. */
  readonly instead: string | null;
}

/** Milliseconds between two rounds of questions. */
const AGAIN_MS = 400;

/** `null` until the answer is there, and for what was not refused. */
export function useOutlook(attempt: AttemptRecord): Outlook | null {
  const playground = usePlayground();
  const [outlook, setOutlook] = useState<Outlook | null>(null);
  const { key, result } = attempt;
  useEffect(() => {
    if (result !== "failed") return;
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
  }, [playground, attempt, result]);
  return outlook?.attempt === key && result === "failed" ? outlook : null;
}

/** Nothing foreseeable speaks against it. */
const promising = ({ outlook }: Foresight): boolean => outlook === "leaves" || outlook === "may-leave";

export async function outlookOf(playground: Playground, attempt: AttemptRecord): Promise<Outlook> {
  const { partition, target, kind, key } = attempt;
  const { block, dimm } = playground.store.getState().records;
  if (kind === "offline") {
    const number = target.replace("memory", "");
    const foreseen = block[`${partition}:${number}`] && (await playground.foreseeOffline(`${partition}:${number}`));
    return { attempt: key, retry: foreseen !== undefined && promising(foreseen), instead: null };
  }
  const wanted = dimm[target];
  if (kind !== "eject" || !wanted) return { attempt: key, retry: true, instead: null };
  const retry = promising(await playground.foresee(target, { shelf: true }));
  if (retry) return { attempt: key, retry, instead: null };
  const others = Object.values(dimm).filter(
    (one) =>
      one.key !== target &&
      one.bytes === wanted.bytes &&
      one.phase === "in-use" &&
      one.slot?.split("/")[0] === partition,
  );
  for (const other of others) {
    const { outlook } = await playground.foresee(other.key, { shelf: true });
    // Only what will leave for certain is offered.
    if (outlook === "leaves") return { attempt: key, retry, instead: other.key };
  }
  return { attempt: key, retry, instead: null };
}
