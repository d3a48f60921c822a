/** Why a command was not accepted, in words. */
import { inLanguages, type Words } from "../client/language/catalogue.ts";
import { troubleWords } from "./troubles.ts";
import type { ErrnoName } from "../engine/chronicle/outcome.ts";
import type { Rejected } from "../protocol/messages.ts";

type Of<Why extends Rejected["why"]> = Extract<Rejected, { readonly why: Why }>;

const english = {
  "no-partition": ({ partition }: Of<"no-partition">) => `There is no partition ${partition}.`,
  stopped: ({ partition }: Of<"stopped">) =>
    `The kernel has stopped: nobody${partition && ` in ${partition}`} answers any more.`,
  "no-dimm": ({ dimm }: Of<"no-dimm">) => `There is no DIMM ${dimm}.`,
  "in-no-slot": ({ dimm }: Of<"in-no-slot">) => `${dimm} is in no slot.`,
  "on-its-way": ({ dimm }: Of<"on-its-way">) => `${dimm} is on its way already.`,
  "no-power": ({ dimm }: Of<"no-power">) => `${dimm} does not power on.`,
  "no-slot": ({ slot }: Of<"no-slot">) => `There is no slot ${slot}.`,
  "slot-holds": ({ slot, dimm }: Of<"slot-holds">) => `Slot ${slot} holds ${dimm}.`,
  "slot-kept": ({ slot, dimm }: Of<"slot-kept">) => `Slot ${slot} is kept for ${dimm}.`,
  "through-monitor": () => "This machine's DIMMs come and go through its monitor.",
  "kernel-worker": () => "Firmware asked for this: it runs in a kernel worker, which no signal reaches.",
  "not-running": () => "Nothing with that number is running.",
  "no-memory-for-process": () => "There is no memory for another process.",
  "no-process": ({ pid }: Of<"no-process">) => `There is no process ${pid}.`,
  "no-such-cpus": ({ cpus }: Of<"no-such-cpus">) => `The machine has none of the CPUs ${cpus.join(",")}.`,
  "node-without-memory": ({ node }: Of<"node-without-memory">) => `Node ${node} has no memory.`,
  "no-terminal": ({ terminal }: Of<"no-terminal">) => `There is no terminal ${terminal}.`,
  "terminal-is-open": ({ terminal }: Of<"terminal-is-open">) => `Terminal ${terminal} is open.`,
};
export type RejectionWords = Words<typeof english>;
const words = inLanguages<RejectionWords>(english, { ja: () => import("./rejections.ja.ts") });

/** A sentence, or what the machine itself answers. */
export function rejectionText(rejection: Rejected, errno: ErrnoName): string {
  switch (rejection.why) {
    case "monitor-says":
      return rejection.text;
    case "file-says":
      return `${rejection.path}: ${errno}`;
    case "no-simulator":
      return troubleWords(rejection.trouble);
    default:
      return (words[rejection.why] as (rejection: Rejected) => string)(rejection);
  }
}
