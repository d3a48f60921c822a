/** What the command line and run-time files set. */

export type OnlineType = "offline" | "online" | "online_kernel" | "online_movable";

export interface KernelParameters {
  /** auto_online_blocks. */
  autoOnline: OnlineType;
  onlinePolicy: "contig-zones" | "auto-movable";
  autoMovableRatio: number;
  autoMovableNumaAware: boolean;
  readonly memmapOnMemory: boolean;
  readonly movableNode: boolean;
  /** The quiet lines of memory hot-plug reach the log (dynamic debug). */
  dynamicDebug: boolean;
  minFreeKb: number;
  watermarkScaleFactor: number;
  readonly transparentHugePages: boolean;
  /** ACPI eject requests are honoured (/sys/firmware/acpi/hotplug/memory/enabled). */
  acpiHotplugEnabled: boolean;
}
