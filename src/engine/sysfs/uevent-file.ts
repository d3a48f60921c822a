/**
 * uevent: writing an action sends its event to udev once more (lib/kobject_uevent.c, kobject_synth_uevent; drivers/base/core.c,
 * uevent_store). Nobody listens here, but what is no action is refused, and the log says so.
 */
import type { Kernel } from "../kernel/kernel.ts";
import { DONE, type File, failed, writable, writeOnly } from "./tree.ts";

const ACTIONS: readonly string[] = ["add", "remove", "change", "move", "online", "offline", "bind", "unbind"];
const UUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;

/** What is wrong with the text, in the log's words; `null` when nothing is. One newline or NUL at its end doesn't count. */
function complaint(text: string): string | null {
  const [action = "", uuid, ...pairs] = text.replace(/[\n\0]$/, "").split(" ");
  if (!ACTIONS.includes(action)) return "unknown uevent action string";
  const right =
    uuid === undefined || (UUID.test(uuid) && pairs.every((pair) => /^[A-Za-z0-9]+=[A-Za-z0-9]*$/.test(pair)));
  return right ? null : "incorrect uevent action arguments";
}

/**
 * The file of a device, or of a bus when `device` is null. `path` is the kobject's, below /sys; `device` is what the log calls
 * it (`memory memory32`). `read` gives the variables of its events.
 */
export function ueventFile(kernel: Kernel, path: string, device: string | null, read: () => string = () => ""): File {
  const write: File["write"] = (text) => {
    const wrong = complaint(text);
    if (wrong === null) return DONE;
    // The errno is told since 5.11 or so: 5.10 does not.
    const errno = kernel.profile.version === "5.10" ? "" : ": -22";
    kernel.log("warn", `synth uevent: ${path}: ${wrong}`);
    if (device !== null) kernel.log("warn", `${device}: uevent: failed to send synthetic uevent${errno}`);
    return failed("EINVAL");
  };
  return { ...(device === null ? writeOnly(write) : writable(read, write)), counted: true };
}
