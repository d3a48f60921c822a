/** Code that a machine needs before it is made, fetched for those that do: rules of udev, virtio devices, a crash kernel's memory, files that few write to. */
import { type Cause, isFileCommand } from "../engine/time/commands.ts";
import { lacksCrashKernel } from "../engine/kernel/boot-layout/crash-port.ts";
import { isLate } from "../engine/time/late-commands.ts";
import { lacksUdev } from "../engine/time/udev-port.ts";
import { lacksVirtio } from "../engine/time/virtio-port.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { fetchFiles, hasFiles } from "./more-files.ts";

/** Where the files are that every machine has. */
const COMMON = /^\/sys\/devices\/system\/(?:memory|node\/node\d+\/hugepages)\//;

/** What is done to a machine before anybody is asked: while it is made, and by its script. `causes`: what was done to it elsewhere. */
type Coming = Pick<Scenario, "box" | "setup" | "script">;

/** Fetches what machines of a scenario lack; `null` where they lack nothing. */
export function lateCode({ box, setup, script }: Coming, causes: readonly { readonly command: Cause }[] = []) {
  const { partitions } = box;
  const udev = lacksUdev(partitions);
  const virtio = lacksVirtio(partitions);
  const crash = lacksCrashKernel(partitions);
  const files = !hasFiles() && [...setup, ...[...script, ...causes].map(({ command }) => command)].some(isRare);
  if (!udev && !virtio && !crash && !files) return null;
  return Promise.all([
    udev && import("../engine/time/udev.ts"),
    virtio && import("../engine/time/virtio-devices.ts"),
    crash && import("../engine/kernel/boot-layout/crash-kernel.ts"),
    // Without them the files are not there, and the machine says so.
    files && fetchFiles().catch(() => {}),
  ]);
}

/** Whether it may be about a file whose code comes late (./more-files.ts). */
function isRare(command: Cause): boolean {
  if (!isFileCommand(command)) return isLate(command);
  const known = command.do === "write" || command.do === "chmod";
  return !known || !COMMON.test(command.path);
}
