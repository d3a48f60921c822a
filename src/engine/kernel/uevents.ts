/**
 * Kernel uevents: what a device's coming, going and changing is told to user space with, in a numbered row
 * (lib/kobject_uevent.c, kobject_uevent_env). Whoever listens gets each; the last are kept for those who ask later than that.
 *
 * Which events hot-plug sends, in which order and with which variables, was read from 5.10, 6.1, 6.12, 6.18 and 7.3 with a
 * listener on their netlink socket: the `add` of blocks comes before that of a node that is new with them, since 6.18 after it; `online` and `offline` come when
 * the block is there, and a refused request sends none.
 */
export type UeventAction = "add" | "remove" | "change" | "move" | "online" | "offline" | "bind" | "unbind";
export interface Uevent {
  /** Which of those that memory blocks and nodes have had since power-on. */
  readonly number: number;
  /** Simulated ns. */
  readonly at: number;
  readonly action: UeventAction;
  /** Below /sys. */
  readonly devpath: string;
  readonly subsystem: string;
  /** Variables between SUBSYSTEM and SEQNUM, `NAME=value`. */
  readonly more: readonly string[];
}

/** An event as it was told: by the kernel as it happened, or by udev once its rules were done with it. */
export interface Told {
  readonly event: Uevent;
  readonly by: "kernel" | "udev";
  /** Simulated ns. */
  readonly at: number;
}

/** Events that are kept for who asks later: a listener's socket holds some thousands of this size. */
const KEPT = 4_096;

export class Uevents {
  /** Events of memory blocks and nodes until now; those of other devices, which boot sends, are not among them. */
  sent = 0;
  /** How many were told, by the kernel and by udev. */
  told = 0;
  /** Who is told of each at once: udev, where the partition has one. */
  listener: ((event: Uevent) => void) | null = null;
  // What is kept only to be told again.
  readonly #kept: Told[] = [];

  send(at: number, action: UeventAction, devpath: string, subsystem: string, more: readonly string[] = []): void {
    const event: Uevent = { number: ++this.sent, at, action, devpath, subsystem, more };
    this.keep({ event, by: "kernel", at });
    this.listener?.(event);
  }

  /** udev has gone through its rules for an event: who listens to udev hears of it then. */
  processed(event: Uevent, at: number): void {
    this.keep({ event, by: "udev", at });
  }

  /** Those that were told after so many, oldest first, as far as they are kept. */
  after(told: number): readonly Told[] {
    return this.#kept.slice(Math.max(0, this.#kept.length - (this.told - told)));
  }

  private keep(told: Told): void {
    this.told++;
    if (this.#kept.length >= 2 * KEPT) this.#kept.splice(0, KEPT);
    this.#kept.push(told);
  }
}

/** The ACPI container that memory devices are in, as a device of its own. */
export const CONTAINER_PATH = "/devices/system/container/PNP0A06:04";
export const devicePath = (subsystem: "memory" | "node", number: number): string =>
  `/devices/system/${subsystem}/${subsystem}${number}`;
