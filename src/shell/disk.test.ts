/** Files on a disk: dirty until they are written, and what that does to an offline. As asked on 7.3 and 6.12. */
import { expect, test } from "vitest";
import { audit } from "../engine/kernel/audit.ts";
import { PageFlag } from "../engine/memory/kinds.ts";
import { Engine } from "../engine/time/engine.ts";
import { bytes, GIB, MIB } from "../engine/units.ts";
import { startScript } from "./host.ts";
import { Userland } from "./process/userland.ts";

const SECOND = 1e9;

/** Node 0 with a Movable DIMM's worth of memory beside its own, and a disk that writes 4 MiB in a second. */
function machine() {
  const engine = new Engine({
    seed: 1,
    box: {
      shelf: [],
      partitions: [
        {
          id: "A",
          name: "disk",
          nodes: [
            { onboard: bytes(GIB), cpus: "0-1", slots: [] },
            { onboard: bytes(GIB), cpus: "", slots: [] },
          ],
          sharedSlots: 2,
          maxMemory: bytes(8 * GIB),
          coldplug: [{ id: "d0", size: bytes(512 * MIB), node: 0 }],
          kernel: "7.3",
          cmdline: "memhp_default_state=online_movable",
          disk: { size: bytes(128 * MIB), writes: bytes(4 * MIB) },
        },
      ],
    },
  });
  const userland = new Userland(engine, "A");
  const kernel = engine.kernel("A");
  const begin = (text: string) => {
    let out = "";
    const take = (written: string): void => {
      out += written;
    };
    const process = startScript(userland, { text, name: "line", out: take, err: take });
    return { process, out: () => out };
  };
  const wait = (seconds: number): void => {
    engine.runFor(seconds * SECOND);
    expect(audit(kernel)).toEqual([]);
  };
  const read = (path: string, form: RegExp): number => {
    const file = engine.files("A").read(path);
    return Number(form.exec("text" in file ? file.text : "")?.[1]);
  };
  return {
    kernel,
    begin,
    wait,
    /** What a script prints, run to its end. */
    run: (text: string): string => {
      const { process, out } = begin(text);
      engine.runUntil(engine.now + 200 * SECOND, { expired: () => !process.alive });
      expect([process.alive, audit(kernel)]).toEqual([false, []]);
      return out();
    },
    /** A figure of /proc/meminfo in MiB. */
    mib: (name: string): number => read("/proc/meminfo", new RegExp(`^${name}: +(\\d+) kB`, "m")) / 1024,
    figure: (name: string): number => read("/proc/vmstat", new RegExp(`^${name} (\\d+)`, "m")),
    /** Pages of a block that have a flag. */
    flagged: (block: number, flag: number): number => {
      let pages = 0;
      for (let frame = block * 32_768; frame < (block + 1) * 32_768; frame++) {
        const index = kernel.pages.indexOf(frame);
        if (index >= 0 && (kernel.pages.flags[index] as number) & flag) pages++;
      }
      return pages;
    },
  };
}

const QUIET = "echo 0 > /proc/sys/vm/dirty_writeback_centisecs";
const WRITE = "dd if=/dev/zero of=/mnt/x bs=1M count=60 status=none";
const offline = (block: number): string =>
  `echo offline > /sys/devices/system/memory/memory${block}/state; echo exit $?`;

test("what is written is dirty, dropping caches leaves it, and sync writes it at the disk's speed", () => {
  const pc = machine();
  const before = pc.mib("Cached");
  pc.run(`${QUIET}; ${WRITE}`);
  expect([pc.mib("Dirty"), pc.mib("Writeback"), pc.mib("Cached") - before]).toEqual([60, 0, 60]);
  expect(["nr_dirty", "nr_dirtied", "nr_written", "nr_zone_write_pending"].map((name) => pc.figure(name))).toEqual([
    15_360, 15_360, 0, 15_360,
  ]);
  pc.run("echo 3 > /proc/sys/vm/drop_caches");
  expect([pc.mib("Dirty"), pc.mib("Cached") - before]).toEqual([60, 60]);
  const sync = pc.begin("sync");
  pc.wait(0.5);
  // All of it at once; a request of 4 MiB is on the disk after each second.
  expect([pc.mib("Dirty"), pc.mib("Writeback"), pc.figure("nr_written")]).toEqual([0, 60, 0]);
  pc.wait(13);
  expect([pc.mib("Writeback"), pc.figure("nr_written")]).toEqual([8, 13_312]);
  expect(sync.process.alive).toBe(true);
  pc.wait(2);
  expect(sync.process.alive).toBe(false);
  expect(["nr_writeback", "nr_written", "pgpgout"].map((name) => pc.figure(name))).toEqual([0, 15_360, 61_440]);
  expect(pc.mib("Cached") - before).toBe(60);
  pc.run("echo 1 > /proc/sys/vm/drop_caches");
  expect(pc.mib("Cached") - before).toBe(0);
  // What is read comes back, and is clean.
  expect(pc.run("cat /mnt/x | wc -c")).toBe(`${60 * MIB}\n`);
  expect([pc.mib("Cached") - before, pc.mib("Dirty"), pc.figure("pgpgin")]).toEqual([60, 0, 61_440]);
  pc.run("rm /mnt/x");
  expect(pc.mib("Cached") - before).toBe(0);
});

test("dirty pages move as they are, and nothing is written for it", () => {
  const pc = machine();
  pc.run(`${QUIET}; ${WRITE}`);
  expect(pc.flagged(32, PageFlag.Dirty)).toBe(15_360);
  expect(pc.run(offline(32))).toBe("exit 0\n");
  expect([pc.mib("Dirty"), pc.figure("nr_written"), pc.figure("pgmigrate_fail")]).toEqual([60, 0, 0]);
});

test("an offline waits for pages that are being written, as long as that takes, and then moves them", () => {
  const pc = machine();
  pc.run(`${QUIET}; ${WRITE}`);
  pc.begin("sync");
  const gone = pc.begin(offline(32));
  pc.wait(0.5);
  expect(pc.flagged(32, PageFlag.Writeback)).toBe(15_360);
  pc.wait(13);
  expect(gone.process.alive).toBe(true);
  pc.wait(2);
  expect([gone.process.alive, gone.out()]).toEqual([false, "exit 0\n"]);
  expect(pc.figure("pgmigrate_fail")).toBe(0);
});

test("a signal is not heard before they lie on the disk: then the offline is interrupted, and has moved them", () => {
  const pc = machine();
  pc.run(`${QUIET}; ${WRITE}`);
  pc.begin("sync");
  pc.begin(`timeout 2 sh -c '${offline(32)}'`);
  pc.wait(5);
  expect(pc.kernel.blocks.get(32)?.state).toBe("going-offline");
  expect(pc.flagged(32, PageFlag.Writeback)).toBeGreaterThan(0);
  pc.wait(12);
  expect(pc.kernel.blocks.get(32)?.state).toBe("online");
  expect([pc.flagged(32, PageFlag.Isolated), pc.figure("pgmigrate_fail")]).toEqual([0, 0]);
  expect(pc.figure("pgmigrate_success")).toBeGreaterThanOrEqual(15_360);
});

test("the flusher writes what a new disk has at its first round, and later what has been dirty for 30 s", () => {
  const pc = machine();
  pc.run("dd if=/dev/zero of=/mnt/x bs=1M count=8 status=none");
  pc.wait(4);
  expect(pc.mib("Dirty")).toBe(8);
  pc.wait(4);
  expect([pc.mib("Dirty"), pc.mib("Writeback")]).toEqual([0, 0]);
  pc.run("dd if=/dev/zero of=/mnt/y bs=1M count=8 status=none");
  pc.wait(25);
  expect(pc.mib("Dirty")).toBe(8);
  pc.wait(12);
  expect([pc.mib("Dirty"), pc.figure("nr_written")]).toEqual([0, 4096]);
});

test("who writes more than may be dirty waits for the disk", () => {
  const pc = machine();
  pc.run("echo 10485760 > /proc/sys/vm/dirty_background_bytes; echo 20971520 > /proc/sys/vm/dirty_bytes");
  const writer = pc.begin("dd if=/dev/zero of=/mnt/x bs=1M count=40 status=none");
  pc.wait(3);
  expect(writer.process.alive).toBe(true);
  expect(pc.mib("Dirty") + pc.mib("Writeback")).toBeLessThanOrEqual(20);
  pc.wait(5);
  expect(writer.process.alive).toBe(false);
});

test("a full disk takes what fits, and a file that is removed while it is written goes when that is done", () => {
  const pc = machine();
  pc.run(`${QUIET}; ${WRITE}`);
  pc.begin("sync");
  const removed = pc.begin("rm /mnt/x");
  pc.wait(2);
  expect(removed.process.alive).toBe(true);
  pc.wait(14);
  expect([removed.process.alive, pc.mib("Writeback")]).toEqual([false, 0]);
  pc.run("echo 100 > /proc/sys/vm/dirty_ratio; echo 90 > /proc/sys/vm/dirty_background_ratio");
  expect(pc.run("dd if=/dev/zero of=/mnt/y bs=1M count=200 status=noxfer")).toContain("No space left on device");
  expect(pc.run("stat -c %s /mnt/y")).toBe(`${128 * MIB}\n`);
});
