/**
 * uevent: writing an action sends its event to udev once more (lib/kobject_uevent.c, kobject_synth_uevent; drivers/base/core.c,
 * uevent_store), with what else was written as variables. What is no action is refused, and the log says so.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import type { UeventAction } from "../../kernel/uevents.ts";
import { since } from "../../kernel/profiles/versions.ts";
import { DONE, type File, failed, writable, writeOnly } from "../tree.ts";

/**
 * Events that boot sends beside one for each memory block and node, where the kernel is the first of its row that is as new: what
 * a machine with two CPUs and eight slots of memory counted on 5.10, 6.1, 6.12, 6.18 and 7.3.
 */
const AT_BOOT: readonly (readonly [major: number, minor: number, events: number])[] = [
  [7, 3, 719],
  [6, 18, 700],
  [6, 12, 696],
  [6, 1, 568],
];
const AT_OLDER_BOOT = 499;

/** SEQNUM of an event of memory. */
export const seqnum = (version: string, number: number): number =>
  (AT_BOOT.find(([major, minor]) => since(version, major, minor))?.[2] ?? AT_OLDER_BOOT) + number;

export const UEVENT_ACTIONS: readonly UeventAction[] = [
  "add",
  "remove",
  "change",
  "move",
  "online",
  "offline",
  "bind",
  "unbind",
];

const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** Lines that come at most ten in five seconds; how many were left out is told before the next (lib/ratelimit.c). */
class RateLimit {
  private since = Number.NEGATIVE_INFINITY;
  private told = 0;
  private missed = 0;
  private readonly caller: string;

  /** `caller`: the function that the log names. */
  constructor(caller: string) {
    this.caller = caller;
  }

  tell(kernel: Kernel, line: string): void {
    if (kernel.now - this.since > LIMIT_NS) {
      if (this.missed > 0) kernel.log("warn", `${this.caller}: ${this.missed} callbacks suppressed`);
      this.since = kernel.now;
      this.told = this.missed = 0;
    }
    if (this.told >= LIMIT_LINES) {
      this.missed++;
      return;
    }
    this.told++;
    kernel.log("warn", line);
  }
}
const LIMIT_NS = 5e9;
const LIMIT_LINES = 10;

/** Who tells of a refused event, as 7.3 does: all files of a kernel share their limits. */
const tellers = new WeakMap<Kernel, { readonly kobject: RateLimit; readonly device: RateLimit }>();
function tellersOf(kernel: Kernel): { readonly kobject: RateLimit; readonly device: RateLimit } {
  const known = tellers.get(kernel) ?? {
    kobject: new RateLimit("kobject_synth_uevent"),
    device: new RateLimit("uevent_store"),
  };
  tellers.set(kernel, known);
  return known;
}

/** An action and its variables; or what is wrong with the text, in the log's words. One newline or NUL at its end doesn't count. */
function parse(text: string): { readonly action: UeventAction; readonly more: readonly string[] } | string {
  const [word = "", uuid, ...pairs] = text.replace(/[\n\0]$/, "").split(" ");
  const action = UEVENT_ACTIONS.find((each) => each === word);
  if (action === undefined) return "unknown uevent action string";
  if (uuid === undefined) return { action, more: ["SYNTH_UUID=0"] };
  if (!UUID.test(uuid) || !pairs.every((pair) => /^[A-Za-z0-9]+=[A-Za-z0-9]*$/.test(pair)))
    return "incorrect uevent action arguments";
  return { action, more: [`SYNTH_UUID=${uuid}`, ...pairs.map((pair) => `SYNTH_ARG_${pair}`)] };
}

/**
 * The file of a device, or of a bus when `device` is null. `path` is the kobject's, below /sys; `device` is what the log calls
 * it (`memory memory32`); `subsystem` is its events', or null where none are sent: devices without a bus, as the roots of subsystems.
 * `read` gives the variables of its events.
 */
export function ueventFile(
  kernel: Kernel,
  path: string,
  device: string | null,
  subsystem: string | null,
  read: () => string = () => "",
): File {
  const write: File["write"] = (text) => {
    const parsed = parse(text);
    if (typeof parsed !== "string") {
      const variables = read().split("\n").filter(Boolean);
      if (subsystem !== null)
        kernel.uevents.send(kernel.now, parsed.action, path, subsystem, [...parsed.more, ...variables]);
      return DONE;
    }
    // The errno is told since 5.11 or so: 5.10 does not.
    const errno = kernel.profile.version === "5.10" ? "" : ": -22";
    const lines = [
      `synth uevent: ${path}: ${parsed}`,
      `${device}: uevent: failed to send synthetic uevent${errno}`,
    ] as const;
    if (since(kernel.profile.version, 7, 3)) {
      const { kobject, device: store } = tellersOf(kernel);
      kobject.tell(kernel, lines[0]);
      if (device !== null) store.tell(kernel, lines[1]);
    } else for (const line of device === null ? lines.slice(0, 1) : lines) kernel.log("warn", line);
    return failed("EINVAL");
  };
  return { ...(device === null ? writeOnly(write) : writable(read, write)), counted: true };
}
