/**
 * virtio devices of a partition as the engine knows them: which of their modules are loaded. The devices and their driver are
 * fetched apart (./virtio-devices.ts): whoever makes a machine whose partitions have some fetches them before.
 */
import type { ErrnoName } from "../chronicle/outcome.ts";
import type { PartitionDescription, VirtioMemDescription } from "../hardware/description.ts";
import type { KeptLayout } from "../kernel/boot-layout/index.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { parseBool } from "../kernel/boot-layout/cmdline.ts";
import { modulesOf } from "../sysfs/module-files.ts";
import { unsignedNumber } from "../sysfs/numbers.ts";
import type { VirtioMemDevice } from "../virtio/mem-device.ts";
import type { VirtioMemParameters } from "../virtio/mem-driver.ts";
import type { Engine } from "./engine.ts";
import type { Rejection } from "./rejection.ts";

const MODULE = "virtio_mem";
/** Devices are found behind this bus, where it is a module. */
const BUS = "virtio_pci";

export interface VirtioDevices {
  /** In the order in which they were plugged in. */
  readonly memory: readonly VirtioMemDevice[];
  /** The driver of the bus takes their registers (vp_modern_probe, pci_request_selected_regions). */
  claimRegisters(): void;
  /** The driver finds the devices. */
  drive(parameters: VirtioMemParameters): void;
}

type Factory = (
  engine: Engine,
  partition: string,
  kernel: Kernel,
  layout: KeptLayout,
  devices: readonly VirtioMemDescription[],
) => VirtioDevices;

let make: Factory | null = null;

/** From now on machines can have devices. */
export const offerVirtio = (factory: Factory): void => {
  make = factory;
};

/** Machines of these partitions have devices, and their code isn't here. */
export const lacksVirtio = (partitions: readonly Pick<PartitionDescription, "virtioMem">[]): boolean =>
  make === null && partitions.some(({ virtioMem = [] }) => virtioMem.length > 0);

export class Virtio {
  private readonly kernel: Kernel;
  private readonly loaded = new Set<string>();
  private parameters: VirtioMemParameters = { unplugOnline: true, forceBigBlocks: false, bigBlockBytes: 0 };
  private devices: VirtioDevices | null = null;
  private driven = false;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  get memory(): readonly VirtioMemDevice[] {
    return this.devices?.memory ?? [];
  }

  get moduleParameters(): VirtioMemParameters | null {
    return this.loaded.has(MODULE) ? this.parameters : null;
  }

  private get busIsModule(): boolean {
    return BUS in modulesOf(this.kernel.profile.version);
  }

  /** Devices that are there at power-on, after the DIMMs. A region that does not fit is a mistake in the description. */
  plugIn(engine: Engine, partition: string, layout: KeptLayout, devices: readonly VirtioMemDescription[]): void {
    if (devices.length === 0) return;
    if (!make) throw new Error("the code of virtio devices is not here");
    this.devices = make(engine, partition, this.kernel, layout, devices);
    if (!this.busIsModule) this.devices.claimRegisters();
  }

  /** The monitor's qom-set of requested-size. Returns the refusal, or `undefined`. */
  resize(id: string, size: number): { readonly errno: ErrnoName; readonly rejection: Rejection } | undefined {
    const device = this.memory.find((each) => each.id === id);
    if (!device) return { errno: "ENODEV", rejection: { why: "monitor-says", text: `Device '${id}' not found` } };
    const text = device.request(size);
    return text === null ? undefined : { errno: "EINVAL", rejection: { why: "monitor-says", text } };
  }

  /** Once driver and bus are there, the driver finds the devices. */
  moduleLoaded(name: string, text: string): void {
    if (name === BUS && !this.loaded.has(BUS)) this.devices?.claimRegisters();
    this.loaded.add(name);
    if (name === MODULE) this.parameters = parametersOf(text, this.kernel.profile);
    if (!this.loaded.has(MODULE) || this.driven || (this.busIsModule && !this.loaded.has(BUS))) return;
    this.driven = true;
    this.devices?.drive(this.parameters);
  }
}

/** Reads `name=value` words, as modprobe passes them. What it does not know the kernel ignores with a warning. */
function parametersOf(text: string, profile: Kernel["profile"]): VirtioMemParameters {
  const values = new Map(
    text.split(/\s+/).map((word) => [word.replace(/=.*/, ""), word.replace(/^[^=]*=?/, "")] as const),
  );
  // A name alone switches on.
  const flag = (name: string, otherwise: boolean): boolean =>
    values.has(name) ? (parseBool(values.get(name) || "y", profile) ?? otherwise) : otherwise;
  const blockSize = unsignedNumber(values.get("bbm_block_size") ?? "0", 0);
  return {
    unplugOnline: flag("unplug_online", true),
    forceBigBlocks: flag("force_bbm", false),
    bigBlockBytes: typeof blockSize === "string" ? 0 : Number(blockSize),
  };
}
