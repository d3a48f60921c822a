/** The question when a refused attempt became impossible, asked in a worker beside the machine; its answers outlive the view. */
import { createStore, type StoreApi } from "zustand/vanilla";
import { type BeginBeside, beginBeside } from "../../client/beside-line.ts";
import type { Playground } from "../../client/playground.ts";
import type { Found, Prevention, Tried } from "../../protocol/beside.ts";
import { type AttemptRecord, partsOf } from "./attempts.ts";

export interface Prevented extends Pick<Prevention, "by" | "what"> {
  readonly came: Tried | null;
}

export interface SinceState {
  readonly found: Found | null;
  readonly prevented: readonly Prevented[];
  readonly running: boolean;
  readonly broke: string | null;
}

/** The block that stayed, and when its turn came; `null` where no page was in the way. */
export function stayed(attempts: Readonly<Record<string, AttemptRecord>>, attempt: AttemptRecord) {
  const part = [attempt, ...partsOf(attempts, attempt)].findLast(({ culprit }) => culprit !== null);
  return attempt.result === "failed" && part?.culprit ? { block: part.culprit.block, until: part.startedAt } : null;
}

const asked = new WeakMap<Playground, Map<string, StoreApi<SinceState>>>();

/** By attempt, for as long as it is the same scenario: numbers and times tell them apart. */
export function sinceOf(playground: Playground, { key, startedAt }: AttemptRecord): StoreApi<SinceState> | undefined {
  return asked.get(playground)?.get(`${key} ${startedAt}`);
}

/** Asks, once. */
export function askSince(playground: Playground, attempt: AttemptRecord, begin: BeginBeside = beginBeside): void {
  const { kept } = playground;
  const refusal = stayed(playground.store.getState().records.attempt, attempt);
  if (!kept || !refusal) return;
  const store = createStore<SinceState>(() => ({ found: null, prevented: [], running: true, broke: null }));
  const questions = asked.get(playground) ?? new Map<string, StoreApi<SinceState>>();
  asked.set(playground, questions.set(`${attempt.key} ${attempt.startedAt}`, store));
  const { kind, target, startedAt, partition } = attempt;
  begin({ type: "since", ...kept, refusal: { kind, target, startedAt, partition, ...refusal } }, (message) => {
    switch (message.type) {
      case "since":
        store.setState({ found: message.found });
        return;
      case "prevention": {
        const { by, what } = message.prevention;
        store.setState(({ prevented }) => ({ prevented: [...prevented, { by, what, came: message.came }] }));
        return;
      }
      case "done":
        store.setState({ running: false });
        return;
      case "broke":
        store.setState({ running: false, broke: message.reason });
    }
  });
}
