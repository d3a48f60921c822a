/** Why a command was not accepted, in words. */
import { troubleWords } from "./troubles.ts";
import type { ErrnoName } from "../engine/chronicle/outcome.ts";
import type { Rejected } from "../protocol/messages.ts";

/** A sentence, or what the machine itself answers. */
export function rejectionText(rejection: Rejected, errno: ErrnoName): string {
  switch (rejection.why) {
    case "no-partition":
      return `There is no partition ${rejection.partition}.`;
    case "no-dimm":
      return `There is no DIMM ${rejection.dimm}.`;
    case "in-no-slot":
      return `${rejection.dimm} is in no slot.`;
    case "on-its-way":
      return `${rejection.dimm} is on its way already.`;
    case "no-power":
      return `${rejection.dimm} does not power on.`;
    case "no-slot":
      return `There is no slot ${rejection.slot}.`;
    case "slot-holds":
      return `Slot ${rejection.slot} holds ${rejection.dimm}.`;
    case "slot-kept":
      return `Slot ${rejection.slot} is kept for ${rejection.dimm}.`;
    case "through-monitor":
      return "This machine's DIMMs come and go through its monitor.";
    case "monitor-says":
      return rejection.text;
    case "file-says":
      return `${rejection.path}: ${errno}`;
    case "kernel-worker":
      return "Firmware asked for this: it runs in a kernel worker, which no signal reaches.";
    case "not-running":
      return "Nothing with that number is running.";
    case "no-memory-for-process":
      return "There is no memory for another process.";
    case "no-process":
      return `There is no process ${rejection.pid}.`;
    case "no-such-cpus":
      return `The machine has none of the CPUs ${rejection.cpus.join(",")}.`;
    case "node-without-memory":
      return `Node ${rejection.node} has no memory.`;
    case "no-terminal":
      return `There is no terminal ${rejection.terminal}.`;
    case "terminal-is-open":
      return `Terminal ${rejection.terminal} is open.`;
    case "no-simulator":
      return troubleWords(rejection.trouble);
  }
}
