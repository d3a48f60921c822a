/** virtio devices of a partition: the hypervisor's side, and the drivers that the kernel has once their module is loaded. */
import type { VirtioMemDescription } from "../hardware/description.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { spend } from "../chronicle/task.ts";
import { type BootLayout, nodeForDimm } from "../kernel/boot-layout/index.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { parseBool } from "../sysfs/memory-files.ts";
import { modulesOf } from "../sysfs/module-files.ts";
import { unsignedNumber } from "../sysfs/numbers.ts";
import { bytes, MIB } from "../units.ts";
import { VirtioMemDevice } from "../virtio/mem-device.ts";
import { VirtioMemDriver, type VirtioMemParameters, type Workqueue } from "../virtio/mem-driver.ts";
import type { Engine } from "./engine.ts";
import type { Rejection } from "./rejection.ts";

const BLOCK = bytes(2 * MIB);
const MODULE = "virtio_mem";
/** Devices are found behind this bus, where it is a module. */
const BUS = "virtio_pci";
/** Registers of such a device in memory (QEMU's virtio-pci, BAR 4): firmware puts them below this address, in the order of their slots. */
const REGISTERS = 0x4000;
const REGISTERS_END = 0xfec00000;
/** Before it come the host bridge and the PIIX3. */
const FIRST_SLOT = 2;

export class VirtioDevices {
  /** In the order in which they were plugged in. */
  readonly memory: VirtioMemDevice[] = [];
  readonly drivers: VirtioMemDriver[] = [];
  private readonly engine: Engine;
  private readonly partition: string;
  private readonly kernel: Kernel;
  private readonly layout: BootLayout;
  private readonly loaded = new Set<string>();
  private parameters: VirtioMemParameters = { unplugOnline: true, forceBigBlocks: false, bigBlockBytes: 0 };

  constructor(engine: Engine, partition: string, kernel: Kernel, layout: BootLayout) {
    this.engine = engine;
    this.partition = partition;
    this.kernel = kernel;
    this.layout = layout;
  }

  get moduleParameters(): VirtioMemParameters | null {
    return this.loaded.has(MODULE) ? this.parameters : null;
  }

  /** Devices that are there at power-on, after the DIMMs. A region that does not fit is a mistake in the description. */
  plugIn(devices: readonly VirtioMemDescription[]): void {
    for (const { id, node, size, requested, blockSize } of devices) {
      const address = this.engine.chassis.reserveRegion(this.partition, id, size);
      if (typeof address === "string") throw new Error(`virtio-mem device ${id}: ${address}`);
      const device = new VirtioMemDevice(id, node, address, size, blockSize ?? BLOCK);
      const refused = device.request(requested ?? 0);
      if (refused !== null) throw new Error(`virtio-mem device ${id}: ${refused}`);
      this.memory.push(device);
    }
    for (const [i, { start, end }] of this.registers().entries())
      this.kernel.resources.bridges.push({ start, end, name: `0000:00:${hexSlot(FIRST_SLOT + i)}.0` });
    if (!(BUS in modulesOf(this.kernel.profile.version))) this.claimRegisters();
  }

  private registers(): { readonly start: number; readonly end: number }[] {
    return this.memory.map((_, i) => {
      const start = REGISTERS_END - (this.memory.length - i) * REGISTERS;
      return { start, end: start + REGISTERS - 1 };
    });
  }

  /** The bus's driver takes the devices (vp_modern_probe, pci_request_selected_regions). */
  private claimRegisters(): void {
    for (const { start, end } of this.registers())
      this.kernel.resources.bridges.push({ start, end, name: "virtio-pci-modern" });
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
    if (name === BUS && !this.loaded.has(BUS)) this.claimRegisters();
    this.loaded.add(name);
    if (name === MODULE) this.parameters = parametersOf(text);
    if (!this.loaded.has(MODULE) || this.drivers.length > 0) return;
    if (BUS in modulesOf(this.kernel.profile.version) && !this.loaded.has(BUS)) return;
    for (const [i, device] of this.memory.entries()) {
      device.nodeIsKnown = this.layout.nodeOfPxm.has(device.pxm);
      const node = nodeForDimm(this.layout, device.pxm);
      const driver = new VirtioMemDriver(this.kernel, device, `virtio${i}`, node, this.parameters, this.workqueue());
      this.drivers.push(driver);
      driver.probe();
    }
  }

  private workqueue(): Workqueue {
    const { engine, kernel } = this;
    return {
      run: (occasion, steps) => void engine.start(kernel.id, occasion, false, steps),
      after: (ns, occasion, action) =>
        engine.spawn(
          kernel.id,
          `virtio_mem ${this.kernel.id}`,
          occasion,
          (function* () {
            yield spend(ns, "virtio_mem_run_wq");
          })(),
          action,
        ),
    };
  }
}

const hexSlot = (slot: number): string => slot.toString(16).padStart(2, "0");

/** Reads `name=value` words, as modprobe passes them. What it does not know the kernel ignores with a warning. */
function parametersOf(text: string): VirtioMemParameters {
  const values = new Map(
    text.split(/\s+/).map((word) => [word.replace(/=.*/, ""), word.replace(/^[^=]*=?/, "")] as const),
  );
  // A name alone switches on.
  const flag = (name: string, otherwise: boolean): boolean =>
    values.has(name) ? (parseBool(values.get(name) || "y") ?? otherwise) : otherwise;
  const blockSize = unsignedNumber(values.get("bbm_block_size") ?? "0", 0);
  return {
    unplugOnline: flag("unplug_online", true),
    forceBigBlocks: flag("force_bbm", false),
    bigBlockBytes: typeof blockSize === "string" ? 0 : Number(blockSize),
  };
}
