/** Code that a machine needs before it is made, fetched for those that do: rules of udev, virtio devices. */
import type { PartitionDescription } from "../engine/hardware/description.ts";
import { lacksUdev } from "../engine/time/udev-port.ts";
import { lacksVirtio } from "../engine/time/virtio-port.ts";

/** Fetches what machines of these partitions lack; `null` where they lack nothing. */
export function lateCode(partitions: readonly PartitionDescription[]): Promise<unknown> | null {
  const udev = lacksUdev(partitions);
  const virtio = lacksVirtio(partitions);
  if (!udev && !virtio) return null;
  return Promise.all([udev && import("../engine/time/udev.ts"), virtio && import("../engine/time/virtio-devices.ts")]);
}
