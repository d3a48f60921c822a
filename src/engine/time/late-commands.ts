/**
 * Commands that only few give, as the engine knows them. Their code is fetched apart (./restart.ts, ./swap-commands.ts): whoever
 * gives one, or plays a journal again in which one was given, fetches it before.
 */
import type { Cause, Command } from "./commands.ts";
import type { Engine, Submission } from "./engine.ts";

const LATE = ["reboot", "swapon", "swapoff"] as const;
type Late = (typeof LATE)[number];
type CarryOut<What extends Late> = (engine: Engine, command: Extract<Command, { do: What }>) => Submission;

const offered: { [What in Late]?: CarryOut<What> } = {};

export const isLate = (command: Cause): boolean => LATE.some((what) => what === command.do);

/** From now on a command of this kind can be given. */
export function offer<What extends Late>(what: What, carryOut: CarryOut<What>): void {
  Object.assign(offered, { [what]: carryOut });
}

/** Refused with EIO where its code could not be had. */
export function carryOutLate(engine: Engine, command: Extract<Command, { do: Late }>): Submission {
  const carryOut = offered[command.do] as CarryOut<Late> | undefined;
  return carryOut?.(engine, command) ?? { errno: "EIO", rejection: null, op: null };
}
