/**
 * Restarting a partition, as the engine knows it. Its code is fetched apart (./restart.ts): whoever gives the command, or plays
 * a journal again in which it was given, fetches it before.
 */
import type { Command } from "./commands.ts";
import type { Engine, Submission } from "./engine.ts";

type Restart = (engine: Engine, command: Extract<Command, { do: "reboot" }>) => Submission;

let make: Restart | null = null;

/** From now on partitions can be restarted. */
export const offerRestart = (restart: Restart): void => {
  make = restart;
};

/** Refused with EIO where its code could not be had. */
export const restart: Restart = (engine, command) =>
  make ? make(engine, command) : { errno: "EIO", rejection: null, op: null };
