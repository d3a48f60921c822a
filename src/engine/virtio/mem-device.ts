/**
 * A virtio-mem device as the hypervisor has it: a region of guest addresses of which it has given some blocks, and how
 * much it wants the guest to have (QEMU, hw/virtio/virtio-mem.c; Virtual I/O Device specification, memory device).
 *
 * The guest asks for blocks and gives them back; the hypervisor only says how much it would like.
 */
import { type Bytes, bytes, MIB } from "../units.ts";

/** The guest may use this much address space beyond what is requested (VIRTIO_MEM_USABLE_EXTENT). */
const USABLE_EXTENT = 256 * MIB;

/** Answers to a request: done; not now (the requested size has changed); the request makes no sense. */
export type MemResponse = "ack" | "nack" | "error";

export class VirtioMemDevice {
  readonly id: string;
  /** Proximity domain. */
  readonly pxm: number;
  /** Firmware told which node that is. */
  nodeIsKnown = true;
  readonly address: Bytes;
  readonly regionSize: Bytes;
  /** Blocks are given and taken back in this size. */
  readonly blockSize: Bytes;
  /** What the hypervisor wants the guest to have. */
  requested = bytes(0);
  /** From the start of the region, what the guest may ask for. */
  usable = bytes(0);
  private readonly plugged: Uint8Array;
  private pluggedBlocks = 0;
  /** Told when the requested size was set, even to what it was (a configuration interrupt). */
  onConfig: () => void = () => {};

  constructor(id: string, pxm: number, address: Bytes, regionSize: Bytes, blockSize: Bytes) {
    this.id = id;
    this.pxm = pxm;
    this.address = address;
    this.regionSize = regionSize;
    this.blockSize = blockSize;
    this.plugged = new Uint8Array(Math.ceil(regionSize / blockSize));
  }

  /** Bytes that the guest has. */
  get size(): Bytes {
    return bytes(this.pluggedBlocks * this.blockSize);
  }

  /** Sets the requested size. Returns the monitor's refusal, or null. */
  request(size: number): string | null {
    if (size % this.blockSize !== 0)
      return `'requested-size' has to be multiples of 'block-size' (0x${this.blockSize.toString(16)})`;
    if (size > this.regionSize)
      return `'requested-size' cannot exceed the memory backend size (0x${this.regionSize.toString(16)})`;
    if (size !== this.requested) {
      this.usable = bytes(Math.max(this.usable, size === 0 ? 0 : Math.min(this.regionSize, size + USABLE_EXTENT)));
      this.requested = bytes(size);
    }
    this.onConfig();
    return null;
  }

  /** The guest asks for blocks: all of the range must be missing, and no more than requested. */
  plug(address: number, size: number): MemResponse {
    if (!this.valid(address, size) || !this.all(address, size, 0)) return "error";
    if (this.size + size > this.requested) return "nack";
    this.set(address, size, 1);
    return "ack";
  }

  /** The guest gives blocks back. */
  unplug(address: number, size: number): MemResponse {
    if (!this.valid(address, size) || !this.all(address, size, 1)) return "error";
    this.set(address, size, 0);
    return "ack";
  }

  isPlugged(address: number): boolean {
    return this.plugged[Math.floor((address - this.address) / this.blockSize)] === 1;
  }

  private valid(address: number, size: number): boolean {
    const offset = address - this.address;
    return (
      offset >= 0 &&
      size > 0 &&
      offset % this.blockSize === 0 &&
      size % this.blockSize === 0 &&
      offset + size <= this.usable
    );
  }

  private all(address: number, size: number, state: 0 | 1): boolean {
    const first = (address - this.address) / this.blockSize;
    for (let block = first; block < first + size / this.blockSize; block++)
      if (this.plugged[block] !== state) return false;
    return true;
  }

  private set(address: number, size: number, state: 0 | 1): void {
    const first = (address - this.address) / this.blockSize;
    const count = size / this.blockSize;
    this.plugged.fill(state, first, first + count);
    this.pluggedBlocks += state === 1 ? count : -count;
  }
}
