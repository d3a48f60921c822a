import { describe, expect, test } from "vitest";
import { audit } from "../kernel/audit.ts";
import { PageKind } from "../memory/kinds.ts";
import { addFiles } from "../sysfs/more/index.ts";
import { pressed } from "../testing/pressed.ts";

const SWAP_HEADER = "SWAPSPACE2".padStart(4096, "\0");

function booted(partition: "A" | "B" = "A") {
  const machine = pressed("memhp_default_state=online_movable", partition);
  const { engine, run } = machine;
  const files = engine.files(partition);
  addFiles(files);
  const write = (path: string, text: string) => run({ do: "write", partition, path, text });
  const read = (path: string): string => {
    const got = files.read(path);
    return "text" in got ? got.text : got.errno;
  };
  const swapOn = (path = "/dev/zram0") => engine.submit({ do: "swapon", partition, path }).errno;
  const swapOff = (path = "/dev/zram0") => run({ do: "swapoff", partition, path });
  /** Swap on a zram device of this size. */
  const zram = (size: string) => {
    for (const module of ["zsmalloc", "lz4_compress", "lz4hc_compress", "lzo", "lzo-rle"])
      write(`/mods/${module}.ko`, "insmod");
    write("/mods/zram.ko", "insmod");
    write("/sys/block/zram0/disksize", size);
    write("/dev/zram0", SWAP_HEADER);
    return swapOn();
  };
  return { ...machine, write, read, zram, swapOn, swapOff };
}

describe("swap on zram", () => {
  test("what more than fills memory goes there, and nobody is killed", () => {
    const { kernel, zram, load, free, read, log } = booted();
    expect(zram("512M")).toBeNull();
    expect(log().at(-1)).toBe("Adding 524284k swap on /dev/zram0.  Priority:-2 extents:1 across:524284k SS");
    const first = load("anon", Math.floor((free(0) + free(1)) * 0.7));
    const second = load("anon", free(0) + free(1) + 150);
    expect([first.errno, second.errno, kernel.vmstat.oomKill]).toEqual([null, null, 0]);
    expect(audit(kernel)).toEqual([]);
    const used = Number(/zram0 +partition\t524284\t\t(\d+)\t\t-2/.exec(read("/proc/swaps"))?.[1]);
    expect(used).toBeGreaterThan(150 * 1024);
    expect(read("/proc/meminfo")).toContain(`SwapFree:         ${524284 - used} kB`);
    expect(read(`/proc/${first.pid}/status`)).toMatch(/VmSwap:\t +[1-9]\d+ kB/);
    expect(read("/proc/vmstat")).toMatch(new RegExp(`pswpout ${used / 4}\n`));
    // A page in which a byte was written comes to 48.
    const [stored, , taken] = read("/sys/block/zram0/mm_stat").trim().split(/ +/).map(Number) as [
      number,
      number,
      number,
    ];
    expect(stored).toBe(used * 1024 + 4096);
    expect(taken).toBeLessThan(stored / 50);
  });

  test("a block is emptied by swapping out when no other node has room", () => {
    for (const swaps of [false, true]) {
      const { engine, kernel, zram, load, free } = booted();
      if (swaps) expect(zram("512M")).toBeNull();
      engine.submit({ do: "move", dimm: "d4", to: { slot: "A/2/0" } });
      engine.settle();
      expect(load("anon", 300, 2).errno).toBeNull();
      expect(load("anon", free(0) - 30, 0, "preferred").errno).toBeNull();
      expect(load("anon", free(1) - 30, 1, "preferred").errno).toBeNull();
      const block = [...kernel.blocks.values()].find(
        ({ startPfn, zone }) => zone?.node === 2 && kernel.pages.countIn(startPfn / 32_768, PageKind.Anon) > 30_000,
      );
      const path = `/sys/devices/system/memory/memory${block?.number}/state`;
      const { op } = engine.submit({ do: "write", partition: "A", path, text: "offline" });
      engine.runFor(20e9);
      expect(engine.operation(op as number)?.done).toBe(swaps);
      expect(block?.state).toBe(swaps ? "offline" : "going-offline");
      expect(kernel.vmstat.oomKill).toBe(0);
      expect(audit(kernel)).toEqual([]);
    }
  });

  test("swapoff brings all back, or is killed where there is no memory for it", () => {
    const { engine, kernel, zram, load, free, swapOff, read, log } = booted();
    zram("512M");
    const first = load("anon", 200);
    load("anon", free(0) + free(1) + 100);
    const lives = kernel.processes.size;
    expect(kernel.processes.get(first.pid)?.swapped).toBeGreaterThan(0);
    expect(swapOff()).toBe("ENOMEM");
    expect(log().find((line) => line.startsWith("Out of memory"))).toMatch(/Killed process \d+ \(swapoff\)/);
    expect(kernel.processes.size).toBe(lives);
    expect(read("/proc/swaps")).toContain("/dev/zram0");
    expect(audit(kernel)).toEqual([]);
    for (const { pid } of [...kernel.processes.values()].slice(-1)) engine.submit({ do: "kill", partition: "A", pid });
    engine.settle();
    expect(swapOff()).toBeNull();
    expect(kernel.processes.get(first.pid)?.swapped).toBe(0);
    expect(read("/proc/swaps").trim().split("\n")).toHaveLength(1);
    expect(audit(kernel)).toEqual([]);
    expect(swapOff()).toBe("EINVAL");
  });

  test.each([
    ["A", "6.1", true],
    ["B", "6.12", false],
  ] as const)("at swappiness 0, on %s with %s, pages of users go out: %s", (id, version, goes) => {
    const { engine, kernel, write, zram, read } = booted(id);
    expect(kernel.profile.version).toBe(version);
    zram("512M");
    write("/proc/sys/vm/swappiness", "0");
    expect(read("/proc/sys/vm/swappiness")).toBe("0\n");
    const free = Math.floor(kernel.zones.reduce((sum, zone) => sum + zone.free, 0) / 256);
    engine.submit({ do: "load", partition: id, load: { kind: "anon", mib: Math.floor(free * 0.7) } });
    engine.submit({ do: "load", partition: id, load: { kind: "anon", mib: Math.floor(free * 0.6) } });
    engine.settle();
    expect([kernel.swap.counters.swappedOut > 0, kernel.vmstat.oomKill > 0]).toEqual([goes, !goes]);
    expect(audit(kernel)).toEqual([]);
  });

  test("who is in use cannot be reset or unloaded; what is no swap area cannot be used", () => {
    const { write, zram, swapOn, swapOff, log, read } = booted();
    zram("64M");
    expect(write("/sys/block/zram0/reset", "1")).toBe("EBUSY");
    expect(write("/sys/block/zram0/disksize", "32M")).toBe("EBUSY");
    expect(write("/mods/zram.ko", "rmmod")).toBe("EAGAIN");
    expect(swapOn()).toBe("EBUSY");
    expect(swapOff()).toBeNull();
    expect(write("/sys/block/zram0/reset", "1")).toBeNull();
    expect(swapOn()).toBe("EINVAL");
    expect(log().at(-1)).toBe("Unable to find swap-space signature");
    expect(write("/mods/zram.ko", "rmmod")).toBeNull();
    expect(read("/sys/block/zram0/disksize")).toBe("ENOENT");
  });
});

test("a RAM disk takes a page of kernel memory for each that is swapped out, and keeps it", () => {
  const { kernel, write, swapOn, swapOff, load, free } = booted();
  write("/mods/brd.ko", "insmod rd_nr=1 rd_size=131072");
  write("/dev/ram0", SWAP_HEADER);
  expect(swapOn("/dev/ram0")).toBeNull();
  load("anon", Math.floor((free(0) + free(1)) * 0.7));
  load("anon", Math.floor(free(0) + free(1) + 10));
  const disk = [...kernel.owners].find(({ what }) => what === "ram-disk:ram0");
  expect(disk?.count).toBeGreaterThan(kernel.swap.counters.swappedOut / 2);
  expect(audit(kernel)).toEqual([]);
  const kept = disk?.count;
  expect(swapOff("/dev/ram0")).not.toBe("EINVAL");
  expect(disk?.count).toBe(kept);
});
