/** virtio devices of a partition: the hypervisor's side, and the drivers that the kernel has once their module is loaded. */
import { spend } from "../chronicle/task.ts";
import type { VirtioMemDescription } from "../hardware/description.ts";
import { type KeptLayout, nodeForDimm } from "../kernel/boot-layout/index.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { bytes, MIB } from "../units.ts";
import { VirtioMemDevice } from "../virtio/mem-device.ts";
import { VirtioMemDriver, type VirtioMemParameters, type Workqueue } from "../virtio/mem-driver.ts";
import type { Engine } from "./engine.ts";
import { offerVirtio, type VirtioDevices } from "./virtio-port.ts";

const BLOCK = bytes(2 * MIB);
/** Registers of such a device in memory (QEMU's virtio-pci, BAR 4): firmware puts them below this address, in the order of their slots. */
const REGISTERS = 0x4000;
const REGISTERS_END = 0xfec00000;
/** Before it come the host bridge and the PIIX3. */
const FIRST_SLOT = 2;

class Devices implements VirtioDevices {
  readonly memory: readonly VirtioMemDevice[];
  private readonly engine: Engine;
  private readonly kernel: Kernel;
  private readonly layout: KeptLayout;

  constructor(
    engine: Engine,
    partition: string,
    kernel: Kernel,
    layout: KeptLayout,
    devices: readonly VirtioMemDescription[],
  ) {
    this.engine = engine;
    this.kernel = kernel;
    this.layout = layout;
    this.memory = devices.map(({ id, node, size, requested, blockSize }) => {
      const address = engine.chassis.reserveRegion(partition, id, size);
      if (typeof address === "string") throw new Error(`virtio-mem device ${id}: ${address}`);
      const device = new VirtioMemDevice(id, node, address, size, blockSize ?? BLOCK);
      const refused = device.request(requested ?? 0);
      if (refused !== null) throw new Error(`virtio-mem device ${id}: ${refused}`);
      return device;
    });
    for (const [i, { start, end }] of this.registers().entries())
      kernel.resources.bridges.push({ start, end, name: `0000:00:${hexSlot(FIRST_SLOT + i)}.0` });
  }

  private registers(): { readonly start: number; readonly end: number }[] {
    return this.memory.map((_, i) => {
      const start = REGISTERS_END - (this.memory.length - i) * REGISTERS;
      return { start, end: start + REGISTERS - 1 };
    });
  }

  claimRegisters(): void {
    for (const { start, end } of this.registers())
      this.kernel.resources.bridges.push({ start, end, name: "virtio-pci-modern" });
  }

  drive(parameters: VirtioMemParameters): void {
    for (const [i, device] of this.memory.entries()) {
      device.nodeIsKnown = this.layout.nodeOfPxm.has(device.pxm);
      const node = nodeForDimm(this.layout, device.pxm);
      new VirtioMemDriver(this.kernel, device, { name: `virtio${i}`, node }, parameters, this.workqueue()).probe();
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

offerVirtio((engine, partition, kernel, layout, devices) => new Devices(engine, partition, kernel, layout, devices));
