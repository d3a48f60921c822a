/**
 * Linux's driver of a virtio-mem device (drivers/virtio/virtio_mem.c): follows the size that the hypervisor requests, as
 * well as it can, by adding and removing memory blocks and parts of them.
 *
 *   a new requested size → queue → run → pass: clean up, then grow or shrink → what could not be done is tried again later
 *
 * How memory is cut up is the mode's business: parts of memory blocks (./sub-block-mode.ts), or several blocks at a time
 * (./big-block-mode.ts). Here is what both need: the device, the work queue, the memory group, fake-offline pages.
 */
import type { Occasion } from "../chronicle/occasion.ts";
import type { AttemptLog } from "../chronicle/attempt.ts";
import { addMemory, type NewMemory } from "../hotplug/add.ts";
import { lockHotplug, unlockHotplug } from "../hotplug/lock.ts";
import type { MemoryBlock, MemoryGroup } from "../memory/memory-block.ts";
import { offlineAndRemove } from "../hotplug/offline-and-remove.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { Cost } from "../kernel/costs.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { MemoryChange, MemoryDriver } from "../kernel/memory-driver.ts";
import { PageFlag, PageKind, ZoneType } from "../memory/kinds.ts";
import type { Zone } from "../memory/zone.ts";
import { giveContiguous, takeContiguous } from "../migration/contiguous.ts";
import { call, spend, type Steps, type Task } from "../chronicle/task.ts";
import { GIB, MAX_ORDER, PAGE_SIZE, PAGEBLOCK_PAGES, PAGES_PER_SECTION } from "../units.ts";
import { BigBlockMode } from "./big-block-mode.ts";
import type { VirtioMemDevice } from "./mem-device.ts";
import { hex, type PlugMode } from "./plug-mode.ts";
import { SubBlockMode } from "./sub-block-mode.ts";
import { since } from "../kernel/profiles/versions.ts";

/** Name of its memory in iomem, the same for all devices. */
const RESOURCE = "System RAM (virtio_mem)";
/** The driver keeps at most this much memory offline, or two blocks if they are larger: what nobody onlines must not pile up. */
const OFFLINE_THRESHOLD = GIB;
/** Pause before what failed is tried again; doubles up to the longest. */
const RETRY_NS = 50e9;
const LONGEST_RETRY_NS = 300e9;
/** Tries to empty a range of Movable, which should be possible, before giving up. */
const FAKE_OFFLINE_TRIES = 5;
/** A request to the hypervisor and its answer. */
const REQUEST_NS = 20_000;

const ERRNO_NUMBERS: Readonly<Partial<Record<ErrnoName, number>>> = { EEXIST: 17, EINVAL: 22, E2BIG: 7, ERANGE: 34 };

/** Module parameters. */
export interface VirtioMemParameters {
  /** Memory that is online may be unplugged. */
  unplugOnline: boolean;
  readonly forceBigBlocks: boolean;
  /** Wanted size of big blocks; 0 is the smallest. */
  readonly bigBlockBytes: number;
}

/** Time, as a kernel worker sees it. */
export interface Workqueue {
  /** Runs work that no signal reaches. */
  run(occasion: Occasion, steps: (task: Task) => Steps<ErrnoName | null>): void;
  after(ns: number, occasion: Occasion, action: () => void): void;
}

export class VirtioMemDriver implements MemoryDriver {
  readonly kernel: Kernel;
  readonly device: VirtioMemDevice;
  readonly parameters: VirtioMemParameters;
  readonly mode: PlugMode;
  /** `virtio0`. */
  private readonly name: string;
  private readonly node: number;
  private readonly group: MemoryGroup;
  private readonly queue: Workqueue;
  private readonly offlineThreshold: number;
  /** Bytes added and not online. */
  private offlineSize = 0;
  /** As last read from the device. */
  private requested = 0;
  private configChanged = true;
  private queued = false;
  private working = false;
  private broken = false;
  private retryNs = RETRY_NS;
  /** Number of the retry timer that counts; older ones were cancelled. */
  private timer = 0;
  /** hotplug_mutex: held while pages of online blocks are plugged or unplugged, and while a block changes state. */
  private locked = false;
  /** Block whose change of state holds it. */
  private changing: MemoryBlock | null = null;

  /** `name` is the device's: `virtio0`. */
  constructor(
    kernel: Kernel,
    device: VirtioMemDevice,
    { name, node }: { readonly name: string; readonly node: number },
    parameters: VirtioMemParameters,
    queue: Workqueue,
  ) {
    this.kernel = kernel;
    this.device = device;
    this.name = name;
    this.node = node;
    this.parameters = parameters;
    this.queue = queue;
    const block = kernel.blockPages * PAGE_SIZE;
    // Before 5.19 only the largest chunks could be allocated by address.
    const smallest = since(kernel.profile.version, 5, 19) ? PAGEBLOCK_PAGES : 1 << MAX_ORDER;
    const subBlock = Math.max(device.blockSize, smallest * PAGE_SIZE);
    this.mode =
      subBlock < block && !parameters.forceBigBlocks
        ? new SubBlockMode(this, subBlock)
        : new BigBlockMode(this, this.bigBlock(Math.max(device.blockSize, block)));
    this.offlineThreshold = Math.max(OFFLINE_THRESHOLD, 2 * block, 2 * this.mode.unitPages * PAGE_SIZE);
    this.group = {
      node,
      unitPages: this.mode.unitPages,
      maxPages: device.regionSize / PAGE_SIZE,
      kernelPages: 0,
      movablePages: 0,
    };
  }

  /** virtio_mem_probe: finds the device, claims its region, and begins to follow it. */
  probe(): void {
    const { kernel, device } = this;
    const block = kernel.blockPages * PAGE_SIZE;
    // Before big blocks came (5.11) all was told at the end of virtio_mem_init, which had complained before, and the node last.
    const early = !since(kernel.profile.version, 5, 11);
    if (early) this.complain(block);
    this.say(`start address: ${hex(device.address)}`);
    this.say(`region size: ${hex(device.regionSize)}`);
    this.say(`device block size: ${hex(device.blockSize)}`);
    // Where firmware names no such node, the driver looked for one by address from 5.15 on, before it told of it.
    const told = this.device.nodeIsKnown || since(kernel.profile.version, 5, 15);
    if (told && !early) this.say(`nid: ${this.node}`);
    if (!early) this.complain(block);
    this.say(`memory block size: ${hex(block)}`);
    this.say(this.mode.description);
    if (told && early) this.say(`nid: ${this.node}`);
    kernel.resources.devices.push({
      start: device.address,
      end: device.address + device.regionSize - 1,
      name: this.name,
    });
    kernel.dynamicGroups.push(this.group);
    kernel.memoryDrivers.push(this);
    device.onConfig = () => this.configure();
    this.configure();
  }

  /** Ends of the region within a memory block. */
  private complain(block: number): void {
    const { address, regionSize } = this.device;
    if (address % block !== 0)
      this.say("The alignment of the physical start address can make some memory unusable.", "warn");
    if ((address + regionSize) % block !== 0)
      this.say("The alignment of the physical end address can make some memory unusable.", "warn");
  }

  owns(block: MemoryBlock): boolean {
    return block.group === this.group;
  }

  isPlugged(frame: number): boolean {
    return this.device.isPlugged(frame * PAGE_SIZE);
  }

  *going(event: "MEM_GOING_ONLINE" | "MEM_GOING_OFFLINE", block: MemoryBlock): Steps<ErrnoName | null> {
    yield* this.lock();
    if (event === "MEM_GOING_OFFLINE" || this.mode.mayOnline(block)) {
      this.changing = block;
      return null;
    }
    this.unlock();
    this.say("memory block onlining denied", "warn");
    return "EPERM";
  }

  changed(event: MemoryChange, block: MemoryBlock): void {
    // An earlier notifier may have refused before this one was asked.
    if (this.changing !== block) return;
    this.changing = null;
    this.mode.changed(event, block);
    const size = block.pages * PAGE_SIZE;
    if (event === "MEM_OFFLINE") {
      this.offlineSize += size;
      if (!this.parameters.unplugOnline) this.retry();
    } else if (event === "MEM_ONLINE") {
      this.offlineSize -= size;
      if (!this.working && this.mayAdd(this.offlineThreshold / 2)) this.retry();
    }
    this.unlock();
  }

  *lock(): Steps<void> {
    while (this.locked) yield spend(Cost.lockRetry, "virtio_mem_memory_notifier_cb");
    this.locked = true;
  }

  unlock(): void {
    this.locked = false;
  }

  /** Whether that much more memory may be offline. */
  mayAdd(size: number): boolean {
    return this.offlineSize + size <= this.offlineThreshold;
  }

  /** Asks the hypervisor for memory, or gives it back. */
  *ask(what: "plug" | "unplug", address: number, size: number): Steps<ErrnoName | null> {
    const answer = this.device[what](address, size);
    yield spend(REQUEST_NS, "virtio_mem_send_request");
    return answer === "ack" ? null : answer === "nack" ? "EAGAIN" : "EINVAL";
  }

  /** Adds plugged memory to Linux (add_memory_driver_managed). It may come online at once. */
  *add(address: number, size: number, task: Task, attempt: AttemptLog): Steps<ErrnoName | null> {
    const { kernel } = this;
    this.offlineSize += size;
    yield* lockHotplug(kernel, task, "lock_device_hotplug");
    const managed = { resource: RESOURCE, device: this.device.id };
    const { node, group } = this;
    const memory: NewMemory = { node, start: address, size, dimm: null, group, managed };
    const adding = addMemory(kernel, memory, task, attempt);
    const errno = yield* call("add_memory_driver_managed", call("add_memory_resource", adding));
    unlockHotplug(kernel, task);
    if (errno !== null) {
      this.offlineSize -= size;
      this.say(`adding memory failed: -${ERRNO_NUMBERS[errno] ?? 12}`, "warn");
    }
    return errno;
  }

  /** Offlines and removes memory, all of which is out of the allocator's hands. Room for more may be there then: looks again at once. */
  *remove(address: number, size: number, task: Task, attempt: AttemptLog): Steps<ErrnoName | null> {
    const errno = yield* call("offline_and_remove_memory", offlineAndRemove(this.kernel, address, size, task, attempt));
    if (errno !== null) return since(this.kernel.profile.version, 6, 6) && errno !== "ENOMEM" ? "EBUSY" : errno;
    this.offlineSize -= size;
    this.retry();
    return null;
  }

  /** Takes pages of an online block out of the allocator's hands, moving away what is in them (virtio_mem_fake_offline). */
  *fakeOffline(startPfn: number, pages: number, attempt: AttemptLog): Steps<ErrnoName | null> {
    const { kernel } = this;
    const zone = kernel.zoneAt(startPfn) as Zone;
    for (let tries = 0; tries < FAKE_OFFLINE_TRIES; tries++) {
      if (this.configChanged && since(kernel.profile.version, 6, 6)) return "EAGAIN";
      const taking = takeContiguous(kernel, { zone, startPfn, pages, kind: PageKind.Offline }, (to, moved) =>
        attempt.moved(to.node, to.name, moved),
      );
      const errno = yield* call("virtio_mem_fake_offline", call("alloc_contig_range", taking));
      if (errno === "ENOMEM") return errno;
      if (errno === null) {
        zone.countManaged(-pages);
        kernel.emitZone(zone);
        return null;
      }
      if (zone.type !== ZoneType.Movable) break;
    }
    return "EBUSY";
  }

  /** Gives pages of an online block to the allocator, again or for the first time (virtio_mem_fake_online). */
  fakeOnline(startPfn: number, pages: number): void {
    const { kernel } = this;
    const zone = kernel.zoneAt(startPfn) as Zone;
    const index = kernel.pages.indexOf(startPfn);
    const neverOnline = index >= 0 && ((kernel.pages.flags[index] as number) & PageFlag.Dirty) !== 0;
    giveContiguous(kernel, zone, startPfn, pages, neverOnline);
    zone.countManaged(pages);
    kernel.emitZone(zone);
  }

  /** virtio_mem_config_changed. */
  private configure(): void {
    this.configChanged = true;
    this.retry();
  }

  /** Queues the work unless it is queued already; work that runs is queued again. */
  private retry(): void {
    if (this.queued) return;
    this.queued = true;
    if (this.working) return;
    this.working = true;
    this.queue.run({ is: "virtio-mem", device: this.name, again: false }, (task) => this.work(task));
  }

  /** virtio_mem_run_wq, as often as it is queued. */
  private *work(task: Task): Steps<ErrnoName | null> {
    let errno: ErrnoName | null = null;
    while (this.queued) {
      this.queued = false;
      this.timer++;
      if (this.broken) break;
      yield spend(Cost.call, "virtio_mem_run_wq");
      do {
        if (this.configChanged) this.readConfig();
        errno = yield* call("virtio_mem_run_wq", this.pass(task));
      } while (errno === "EAGAIN");
      if (errno === null) this.retryNs = RETRY_NS;
      else if (errno === "EBUSY" || errno === "ENOMEM") this.startTimer();
      else if (errno !== "ENOSPC") {
        this.say(`unknown error, marking device broken: -${ERRNO_NUMBERS[errno] ?? 5}`, "warn");
        this.broken = true;
      }
    }
    this.working = false;
    return errno;
  }

  private *pass(task: Task): Steps<ErrnoName | null> {
    const { kernel, device, mode } = this;
    let errno = yield* mode.cleanUp(task);
    const missing = this.requested - device.size;
    if (errno === null && missing !== 0) {
      const attempt = task.attempt(missing > 0 ? "add" : "remove", kernel.id, device.id, null);
      errno = yield* missing > 0 ? mode.grow(missing, task, attempt) : mode.shrink(-missing, task, attempt);
      attempt.end(errno, kernel.recorder.now);
      kernel.recorder.emit({ c: "attempt", attempt: attempt.value() });
    }
    return errno === null && mode.hasLeftovers ? "EBUSY" : errno;
  }

  /** virtio_mem_refresh_config. */
  private readConfig(): void {
    const { device } = this;
    this.configChanged = false;
    this.requested = device.requested;
    const end = Math.min(device.address + device.usable, this.kernel.pages.sections * PAGES_PER_SECTION * PAGE_SIZE);
    this.mode.setUsable(end);
    this.say(`plugged size: ${hex(device.size)}`);
    this.say(`requested size: ${hex(device.requested)}`);
  }

  private startTimer(): void {
    const number = this.timer;
    this.queue.after(this.retryNs, { is: "virtio-mem", device: this.name, again: true }, () => {
      if (number !== this.timer) return;
      this.retryNs = Math.min(2 * this.retryNs, LONGEST_RETRY_NS);
      this.retry();
    });
  }

  /** The size asked for by the module's parameter if it is possible. */
  private bigBlock(least: number): number {
    const wanted = this.parameters.bigBlockBytes;
    if (wanted === 0) return least;
    if (!Number.isInteger(Math.log2(wanted))) this.say("bbm_block_size is not a power of two", "warn");
    else if (wanted < least) this.say("bbm_block_size is too small", "warn");
    else return wanted;
    return least;
  }

  private say(text: string, level: "info" | "warn" = "info"): void {
    this.kernel.log(level, `virtio_mem ${this.name}: ${text}`);
  }
}
