/** What a sleep on simulated time takes of somebody's own. */
import type { ForegroundSleep } from "../../protocol/messages.ts";
import { terminalStrings as strings } from "./strings.ts";

/** Real seconds that nobody has to be told of. */
const SHORT = 3;
const LONGEST = 40;

/** A sentence on a sleep at this speed (simulated time per real time); `null` where real time is no faster, or the wait short. */
export function sleepNotice({ command, from, until }: ForegroundSleep, speed: number): string | null {
  if (speed <= 0 || speed >= 1) return null;
  const real = (until - from) / 1e9 / speed;
  if (real < SHORT) return null;
  const named = command.length > LONGEST ? `${command.slice(0, LONGEST - 1)}…` : command;
  return strings.sleeping(named, spoken(real), `1/${Math.round(1 / speed)}`);
}

function spoken(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 36 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
