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
    kernel.log("warn", `synth uevent: ${path}: ${parsed}`);
    if (device !== null) kernel.log("warn", `${device}: uevent: failed to send synthetic uevent${errno}`);
    return failed("EINVAL");
  };
  return { ...(device === null ? writeOnly(write) : writable(read, write)), counted: true };
}
