/**
 * Big-block mode: memory is plugged, added, removed and unplugged in units of one or more whole memory blocks
 * (drivers/virtio/virtio_mem.c, virtio_mem_bbm_*). The driver chooses it when the device's blocks are as large as memory
 * blocks, or when it is told to.
 */
import type { AttemptLog } from "../chronicle/attempt.ts";
import type { ErrnoName } from "../chronicle/outcome.ts";
import { Cost } from "../kernel/costs.ts";
import { ZoneType } from "../memory/kinds.ts";
import { SectionState } from "../memory/page-array.ts";
import { spend, type Steps, type Task } from "../chronicle/task.ts";
import { PAGE_SIZE, PAGES_PER_SECTION, sectionOf } from "../units.ts";
import type { VirtioMemDriver } from "./mem-driver.ts";
import { hex, type PlugMode } from "./plug-mode.ts";

export class BigBlockMode implements PlugMode {
  readonly unitPages: number;
  readonly hasLeftovers = false;
  private readonly driver: VirtioMemDriver;
  private readonly size: number;
  /** Number of the first big block that lies in the region as a whole. */
  private readonly first: number;
  /** Big blocks below this number may be used. */
  private end = 0;
  /** Which of the big blocks that were ever used are added, from the first on. */
  private readonly added: boolean[] = [];

  constructor(driver: VirtioMemDriver, size: number) {
    this.driver = driver;
    this.size = size;
    this.unitPages = size / PAGE_SIZE;
    this.first = Math.ceil(driver.device.address / size);
  }

  get description(): string {
    return `big block size: ${hex(this.size)}`;
  }

  setUsable(end: number): void {
    this.end = Math.floor(end / this.size);
  }

  // biome-ignore lint/correctness/useYield: nothing is left over in this mode; the interface allows for work.
  *cleanUp(): Steps<ErrnoName | null> {
    return null;
  }

  *grow(size: number, task: Task, attempt: AttemptLog): Steps<ErrnoName | null> {
    let left = Math.floor(size / this.size);
    for (let at = 0; left > 0; at++) {
      if (this.added[at]) continue;
      if (!this.driver.mayAdd(this.size)) return "ENOSPC";
      if (this.first + at >= this.end) return "ENOSPC";
      const refused = yield* this.driver.ask("plug", this.addressOf(at), this.size);
      if (refused !== null) return refused;
      this.added[at] = true;
      const errno = yield* this.driver.add(this.addressOf(at), this.size, task, attempt);
      if (errno !== null) {
        yield* this.driver.ask("unplug", this.addressOf(at), this.size);
        this.added[at] = false;
        return errno;
      }
      left--;
    }
    return null;
  }

  /** From above, in three rounds: what is offline, what is in Movable, the rest. */
  *shrink(size: number, task: Task, attempt: AttemptLog): Steps<ErrnoName | null> {
    let left = Math.floor(size / this.size);
    if (left === 0) return null;
    for (let round = 0; round < 3; round++) {
      if (round === 1 && !this.driver.parameters.unplugOnline) return null;
      for (let at = this.added.length - 1; at >= 0; at--) {
        if (!this.added[at]) continue;
        yield spend(Cost.call, "virtio_mem_unplug_request");
        if (round === 0 && !this.isOffline(at)) continue;
        if (round === 1 && !this.isMovable(at)) continue;
        const errno = yield* this.take(at, task, attempt);
        if (errno === "EBUSY") continue;
        if (errno !== null) return errno;
        left--;
        if (left === 0) return null;
      }
    }
    return "EBUSY";
  }

  /** virtio_mem_bbm_offline_remove_and_unplug_bb: all pages are taken out of use first, so that offlining cannot get stuck. */
  private *take(at: number, task: Task, attempt: AttemptLog): Steps<ErrnoName | null> {
    const { driver } = this;
    const start = this.addressOf(at) / PAGE_SIZE;
    const taken: number[] = [];
    let errno: ErrnoName | null = null;
    yield* driver.lock();
    for (let frame = start; frame < start + this.unitPages && errno === null; frame += PAGES_PER_SECTION) {
      if (!this.isOnline(frame)) continue;
      errno = yield* driver.fakeOffline(frame, PAGES_PER_SECTION, attempt);
      if (errno === null) taken.push(frame);
    }
    driver.unlock();
    errno ??= yield* driver.remove(this.addressOf(at), this.size, task, attempt);
    if (errno !== null) {
      yield* driver.lock();
      for (const frame of taken) if (this.isOnline(frame)) driver.fakeOnline(frame, PAGES_PER_SECTION);
      driver.unlock();
      return errno;
    }
    this.added[at] = false;
    return yield* driver.ask("unplug", this.addressOf(at), this.size);
  }

  mayOnline(): boolean {
    return true;
  }

  changed(): void {
    // States of big blocks do not depend on whether they are online.
  }

  private isOnline(frame: number): boolean {
    return this.driver.kernel.pages.state[sectionOf(frame)] === SectionState.Online;
  }

  private sections(at: number): number[] {
    const start = this.addressOf(at) / PAGE_SIZE;
    return Array.from({ length: this.unitPages / PAGES_PER_SECTION }, (_, i) => start + i * PAGES_PER_SECTION);
  }

  private isOffline(at: number): boolean {
    return this.sections(at).every((frame) => !this.isOnline(frame));
  }

  private isMovable(at: number): boolean {
    return this.sections(at).every(
      (frame) => !this.isOnline(frame) || this.driver.kernel.zoneAt(frame)?.type === ZoneType.Movable,
    );
  }

  private addressOf(at: number): number {
    return (this.first + at) * this.size;
  }
}
