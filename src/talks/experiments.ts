/**
 * What kernels support, found by experiments. They are made on a simulator of their own: some take a second, and meanwhile a
 * click is played.
 */
import type { OpenChannel } from "../client/worker-channel.ts";
import type { Ability, Support } from "../engine/experiments/support-report.ts";
import type { KernelVersion } from "../engine/hardware/description.ts";
import { machine, server } from "./built-in/machines.ts";
import { simulators } from "./stand-by.ts";

export interface Wanted {
  readonly kernel: KernelVersion;
  readonly ability: Ability;
}

/** Something has to be there for a simulator to answer at all; each experiment makes machines of its own. */
const BESIDE = {
  ...machine("beside", [server({ id: "A", name: "", kernel: "6.12", onboard: [512], slots: [[]] })]),
  focus: { speed: 0 },
};

/** Makes experiments one after the other; returns how to stop. One that can't be made is never told of. */
export function experiment(
  wanted: readonly Wanted[],
  tell: (wanted: Wanted, support: Support) => void,
  open: OpenChannel = simulators.open,
): () => void {
  if (wanted.length === 0) return () => {};
  let next = 0;
  let stopped = false;
  const stop = () => {
    if (stopped) return;
    stopped = true;
    channel.close();
  };
  const goOn = () => {
    const one = wanted[next];
    if (one) channel.send({ type: "support", id: next, ...one });
    else stop();
  };
  const channel = open({
    fail: stop,
    receive: (message) => {
      if (stopped) return;
      if (message.type === "ready") goOn();
      else if (message.type === "fault") stop();
      else if (message.type === "answer" && message.answer.to === "support") {
        const one = wanted[next++];
        if (one && message.answer.finding) tell(one, message.answer.finding.support);
        goOn();
      }
    },
  });
  channel.send({ type: "start", run: 1, scenario: BESIDE });
  return stop;
}
