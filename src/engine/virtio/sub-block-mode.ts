/**
 * Sub-block mode: memory blocks are added one by one, and of each block any sub-blocks (2 MiB) may be plugged
 * (drivers/virtio/virtio_mem.c, virtio_mem_sbm_*). What is missing from an online block is fake-offline there: present,
 * not managed, in nobody's hands.
 *
 * Grows upwards: first fills blocks that have holes, then adds blocks. Shrinks downwards: first blocks that are offline
 * or have holes already, Movable before kernel memory, whole blocks at once where it can.
 */
import type { AttemptLog } from "../chronicle/attempt.ts";
import type { MemoryBlock } from "../memory/memory-block.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { Cost } from "../kernel/costs.ts";
import type { MemoryChange } from "../kernel/memory-driver.ts";
import { ZoneType } from "../memory/kinds.ts";
import { spend, type Steps, type Task } from "../chronicle/task.ts";
import { PAGE_SIZE } from "../units.ts";
import type { VirtioMemDriver } from "./mem-driver.ts";
import { hex, type PlugMode } from "./plug-mode.ts";
import { since } from "../kernel/profiles/versions.ts";

/** `-partial`: some sub-blocks are not plugged. */
type BlockState =
  | "unused"
  | "offline"
  | "offline-partial"
  | "kernel"
  | "kernel-partial"
  | "movable"
  | "movable-partial";

const GROW_ORDER: readonly BlockState[] = ["kernel-partial", "movable-partial", "offline-partial"];
const SHRINK_ORDER: readonly BlockState[] = [
  "offline-partial",
  "offline",
  "movable-partial",
  "kernel-partial",
  "movable",
  "kernel",
];
/** States of SHRINK_ORDER that are tried even when online memory must be left alone. */
const OFFLINE_STATES = 2;

/** Sub-blocks that are still to be plugged or unplugged. */
interface Remaining {
  count: number;
}

export class SubBlockMode implements PlugMode {
  readonly unitPages: number;
  private readonly driver: VirtioMemDriver;
  private readonly subBlock: number;
  private readonly block: number;
  /** Sub-blocks of a memory block. */
  private readonly perBlock: number;
  /** Number of the first memory block that lies in the region as a whole. */
  private readonly first: number;
  /** Memory blocks below this number may be used. */
  private end = 0;
  /** States of the blocks that were ever used, from the first on. */
  private readonly states: BlockState[] = [];
  hasLeftovers = false;

  constructor(driver: VirtioMemDriver, subBlock: number) {
    this.driver = driver;
    this.subBlock = subBlock;
    this.unitPages = driver.kernel.blockPages;
    this.block = this.unitPages * PAGE_SIZE;
    this.perBlock = this.block / subBlock;
    this.first = Math.ceil(driver.device.address / this.block);
  }

  get description(): string {
    return `subblock size: ${hex(this.subBlock)}`;
  }

  setUsable(end: number): void {
    this.end = Math.floor(end / this.block);
  }

  /** virtio_mem_cleanup_pending_mb: once more tries to remove blocks of which nothing is plugged (6.6). */
  *cleanUp(task: Task): Steps<ErrnoName | null> {
    if (!this.hasLeftovers) return null;
    this.hasLeftovers = false;
    yield* this.driver.lock();
    for (const state of ["movable-partial", "kernel-partial", "offline-partial"] as const) {
      for (let at = 0; at < this.states.length; at++)
        if (this.states[at] === state) yield* this.removeIfEmpty(at, task, null);
    }
    this.driver.unlock();
    return null;
  }

  *grow(size: number, task: Task, attempt: AttemptLog): Steps<ErrnoName | null> {
    const left: Remaining = { count: Math.floor(size / this.subBlock) };
    if (left.count === 0) return null;
    yield* this.driver.lock();
    for (const state of GROW_ORDER) {
      for (let at = 0; at < this.states.length; at++) {
        if (this.states[at] !== state) continue;
        const errno = yield* this.fill(at, left);
        if (errno === null && left.count > 0) continue;
        this.driver.unlock();
        return errno;
      }
    }
    this.driver.unlock();
    for (let at = 0; left.count > 0; at++) {
      if (at < this.states.length && this.states[at] !== "unused") continue;
      if (!this.driver.mayAdd(this.block)) return "ENOSPC";
      if (this.first + at >= this.end) return "ENOSPC";
      if (at === this.states.length) this.states.push("unused");
      const errno = yield* this.addBlock(at, left, task, attempt);
      if (errno !== null) return errno;
    }
    return null;
  }

  /** virtio_mem_sbm_plug_and_add_mb: plugs the first sub-blocks of a new block before Linux sees it. */
  private *addBlock(at: number, left: Remaining, task: Task, attempt: AttemptLog): Steps<ErrnoName | null> {
    const count = Math.min(left.count, this.perBlock);
    let errno = yield* this.driver.ask("plug", this.addressOf(at, 0), count * this.subBlock);
    if (errno !== null) return errno;
    this.states[at] = count === this.perBlock ? "offline" : "offline-partial";
    errno = yield* this.driver.add(this.addressOf(at, 0), this.block, task, attempt);
    if (errno !== null) {
      yield* this.driver.ask("unplug", this.addressOf(at, 0), count * this.subBlock);
      this.states[at] = "unused";
      return errno;
    }
    left.count -= count;
    return null;
  }

  /** virtio_mem_sbm_plug_any_sb: plugs holes of a block from below; in an online block they come into use at once. */
  private *fill(at: number, left: Remaining): Steps<ErrnoName | null> {
    const state = this.states[at] as BlockState;
    while (left.count > 0) {
      let sub = 0;
      while (sub < this.perBlock && this.isPlugged(at, sub)) sub++;
      if (sub === this.perBlock) break;
      let count = 1;
      while (count < left.count && sub + count < this.perBlock && !this.isPlugged(at, sub + count)) count++;
      const errno = yield* this.driver.ask("plug", this.addressOf(at, sub), count * this.subBlock);
      if (errno !== null) return errno;
      left.count -= count;
      if (state !== "offline-partial") this.driver.fakeOnline(this.pfnOf(at, sub), (count * this.subBlock) / PAGE_SIZE);
    }
    if (this.pluggedIn(at) === this.perBlock) this.states[at] = state.replace("-partial", "") as BlockState;
    return null;
  }

  *shrink(size: number, task: Task, attempt: AttemptLog): Steps<ErrnoName | null> {
    const left: Remaining = { count: Math.floor(size / this.subBlock) };
    if (left.count === 0) return null;
    yield* this.driver.lock();
    for (const [i, state] of SHRINK_ORDER.entries()) {
      if (i === OFFLINE_STATES && !this.driver.parameters.unplugOnline) {
        this.driver.unlock();
        return null;
      }
      for (let at = this.states.length - 1; at >= 0; at--) {
        if (this.states[at] !== state) continue;
        const errno = yield* i < OFFLINE_STATES
          ? this.emptyOffline(at, left, task, attempt)
          : this.emptyOnline(at, left, task, attempt);
        if (errno !== null || left.count === 0) {
          this.driver.unlock();
          return errno;
        }
        this.driver.unlock();
        yield spend(Cost.call, "virtio_mem_unplug_request");
        yield* this.driver.lock();
      }
    }
    this.driver.unlock();
    return "EBUSY";
  }

  /** virtio_mem_sbm_unplug_any_sb_offline: from above, whatever is plugged; nobody uses it. */
  private *emptyOffline(at: number, left: Remaining, task: Task, attempt: AttemptLog): Steps<ErrnoName | null> {
    for (let sub = this.perBlock - 1; sub >= 0 && left.count > 0; sub--) {
      if (!this.isPlugged(at, sub)) continue;
      let count = 1;
      while (count < left.count && sub > 0 && this.isPlugged(at, sub - 1)) {
        count++;
        sub--;
      }
      const errno = yield* this.driver.ask("unplug", this.addressOf(at, sub), count * this.subBlock);
      if (errno !== null) return errno;
      left.count -= count;
      this.states[at] = "offline-partial";
    }
    if (this.pluggedIn(at) > 0) return null;
    // Nobody may online it any more.
    this.states[at] = "unused";
    this.driver.unlock();
    const errno = yield* this.driver.remove(this.addressOf(at, 0), this.block, task, attempt);
    yield* this.driver.lock();
    return errno;
  }

  /** virtio_mem_sbm_unplug_any_sb_online: the whole block in one go if that much is to go, else sub-blocks from above, as far as they can be emptied. */
  private *emptyOnline(at: number, left: Remaining, task: Task, attempt: AttemptLog): Steps<ErrnoName | null> {
    if (left.count >= this.perBlock && this.pluggedIn(at) === this.perBlock) {
      const errno = yield* this.unplugOnline(at, 0, this.perBlock, attempt);
      if (errno === null) left.count -= this.perBlock;
      else if (errno !== "EBUSY") return errno;
    }
    for (let sub = this.perBlock - 1; sub >= 0 && left.count > 0; sub--) {
      if (!this.isPlugged(at, sub)) continue;
      const errno = yield* this.unplugOnline(at, sub, 1, attempt);
      if (errno === null) left.count--;
      else if (errno !== "EBUSY") return errno;
    }
    yield* this.removeIfEmpty(at, task, attempt);
    return null;
  }

  private *unplugOnline(at: number, sub: number, count: number, attempt: AttemptLog): Steps<ErrnoName | null> {
    const errno = yield* this.driver.fakeOffline(this.pfnOf(at, sub), (count * this.subBlock) / PAGE_SIZE, attempt);
    if (errno !== null) return errno;
    const refused = yield* this.driver.ask("unplug", this.addressOf(at, sub), count * this.subBlock);
    if (refused !== null) {
      this.driver.fakeOnline(this.pfnOf(at, sub), (count * this.subBlock) / PAGE_SIZE);
      return refused;
    }
    if (this.states[at] === "kernel") this.states[at] = "kernel-partial";
    if (this.states[at] === "movable") this.states[at] = "movable-partial";
    return null;
  }

  /** virtio_mem_sbm_try_remove_unplugged_mb. A failure is not serious: since 6.6 it is tried again. */
  private *removeIfEmpty(at: number, task: Task, parent: AttemptLog | null): Steps<void> {
    if (this.pluggedIn(at) > 0) return;
    const { kernel, device } = this.driver;
    const attempt = parent ?? task.attempt("remove", kernel.id, device.id, null);
    this.driver.unlock();
    const errno = yield* this.driver.remove(this.addressOf(at, 0), this.block, task, attempt);
    yield* this.driver.lock();
    if (parent === null) attempt.end(errno, kernel.recorder.now);
    if (errno === null) this.states[at] = "unused";
    else if (since(kernel.profile.version, 6, 6)) this.hasLeftovers = true;
  }

  mayOnline(block: MemoryBlock): boolean {
    const state = this.states[block.number - this.first];
    return state === "offline" || state === "offline-partial";
  }

  changed(event: MemoryChange, block: MemoryBlock): void {
    const at = block.number - this.first;
    const partial = this.pluggedIn(at) < this.perBlock;
    if (event === "MEM_OFFLINE") this.states[at] = partial ? "offline-partial" : "offline";
    if (event !== "MEM_ONLINE") return;
    const movable = block.zone?.type === ZoneType.Movable;
    this.states[at] = movable ? (partial ? "movable-partial" : "movable") : partial ? "kernel-partial" : "kernel";
  }

  private addressOf(at: number, sub: number): number {
    return (this.first + at) * this.block + sub * this.subBlock;
  }

  private pfnOf(at: number, sub: number): number {
    return this.addressOf(at, sub) / PAGE_SIZE;
  }

  private isPlugged(at: number, sub: number): boolean {
    return this.driver.device.isPlugged(this.addressOf(at, sub));
  }

  private pluggedIn(at: number): number {
    let count = 0;
    for (let sub = 0; sub < this.perBlock; sub++) if (this.isPlugged(at, sub)) count++;
    return count;
  }
}
