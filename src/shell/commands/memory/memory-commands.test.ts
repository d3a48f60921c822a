import { beforeEach, describe, expect, test } from "vitest";
import { audit } from "../../../engine/kernel/audit.ts";
import { ShellBench } from "../../testing/shell-bench.ts";

let bench: ShellBench;
beforeEach(() => {
  bench = new ShellBench();
});
const out = (line: string): string => bench.run(line).stdout;

describe("commands about memory", () => {
  test("numactl --hardware: nodes, sizes, distances", () => {
    expect(out("numactl -H")).toMatch(
      /^available: 2 nodes \(0-1\)\nnode 0 cpus: 0 1\nnode 0 size: \d+ MB\nnode 0 free: \d+ MB\nnode 1 cpus: 2 3\n[\s\S]*node distances:\nnode {3}0 {3}1 \n {2}0: {2}10 {2}20 \n {2}1: {2}20 {2}10 \n$/,
    );
    expect(bench.run("numactl --membind=9 true").status).toBe(1);
  });

  test("a load that numactl binds is where it says, and goes with its command", () => {
    const before = bench.engine.kernel("A").processes.size;
    expect(out("numactl --membind=1 mem anon 16")).toMatch(/^\d+\n$/);
    expect(out("cat /proc/$(pidof mem)/numa_maps")).toMatch(/ bind:1 anon=4096 .*N1=4096/);
    expect(out("killall mem; sleep 0.1; pidof mem; echo $?")).toBe("1\n");
    expect(out("memhog -r2 32M")).toBe("....\n....\n");
    const stress = bench.run("timeout -s INT 1 stress-ng --vm 2 --vm-bytes 32M -q; numastat -n | head -2");
    expect(stress.stdout).toContain("Per-node numastat info");
    expect(bench.engine.kernel("A").processes.size).toBe(before);
    expect(audit(bench.engine.kernel("A"))).toEqual([]);
  });

  test("numastat -p: one process by kind of memory, several by their numbers", () => {
    const pid = out("mem anon 8 1").trim();
    expect(out("numastat -p mem").split("\n").slice(1)).toEqual([
      `Per-node process memory usage (in MBs) for PID ${pid} (mem)`,
      "                           Node 0          Node 1           Total",
      "                  --------------- --------------- ---------------",
      expect.stringMatching(/^Huge {13,}/),
      expect.stringMatching(/^Heap {13,}/),
      expect.stringMatching(/^Stack {12,}/),
      "Private                      0.00            8.00            8.00",
      "----------------  --------------- --------------- ---------------",
      expect.stringMatching(/^Total {12,}[\d.]+ +8\.00 +8\.\d\d$/),
      "",
    ]);
    out("mem anon 4 1");
    expect(out("numastat -p mem").split("\n").slice(1, 4)).toEqual([
      "Per-node process memory usage (in MBs)",
      "PID                        Node 0          Node 1           Total",
      "----------------  --------------- --------------- ---------------",
    ]);
  });

  test("free: units and columns", () => {
    const [header, memory] = out("free -k").split("\n");
    expect(header).toBe("               total        used        free      shared  buff/cache   available");
    expect(memory).toHaveLength((header as string).length);
    expect(out("free -m -t -w")).toMatch(
      /^ +total +used +free +shared +buffers +cache +available\nMem: [\s\S]*\nTotal: /,
    );
    expect(bench.run("free -Z").status).toBe(1);
  });

  test("dmesg: formats, levels, clearing, following", () => {
    out("echo '<3>bad thing' > /dev/kmsg; echo fine > /dev/kmsg");
    expect(out("dmesg | tail -1")).toMatch(/^\[ {4}\d\.\d{6}\] fine\n$/);
    expect(out("dmesg -l err -t")).toBe("bad thing\n");
    expect(out("dmesg -x | tail -1")).toMatch(/^user {2}:warn {2}: \[/);
    expect(out("dmesg -T | tail -1")).toMatch(/^\[Thu Jan {2}1 00:00:\d\d 2026\] fine\n$/);
    expect(out("dmesg -C; dmesg; echo more > /dev/kmsg; dmesg -t")).toBe("more\n");
    expect(out("(sleep 1; echo later > /dev/kmsg) & timeout 2 dmesg -w -t | tail -1")).toBe("later\n");
    expect(bench.run("dmesg -l nosuch")).toMatchObject({ stderr: "dmesg: unknown level 'nosuch'\n", status: 1 });
  });

  test("watch: on a screen of its own, with what and when above", () => {
    expect(out("timeout 5 watch -n 2 echo a").split("\x1b[H\x1b[2J").slice(1)).toEqual(
      ["00", "02", "04"].map((second) =>
        expect.stringMatching(new RegExp(`^Every 2\\.0s: echo a {10,}A: Thu Jan {2}1 00:00:${second} 2026\\n\\na\\n$`)),
      ),
    );
    expect(out("timeout 1 watch -x -t -n 5 printf '%s|' 'a b' c")).toBe("\x1b[H\x1b[2Ja b|c|");
    expect(bench.run("watch -e -t false").status).toBe(1);
    // What changed is in reverse; -g ends at the first change; a tenth of a second is the shortest.
    expect(out("echo 10 > f; (sleep 1; echo 12 > f) & timeout 2 watch -d -t -n 1.5 cat f")).toBe(
      "\x1b[H\x1b[2J10\n\x1b[H\x1b[2J1\x1b[7m2\x1b[27m\n",
    );
    expect(bench.run("(sleep 1; echo 13 > f) & watch -g -t -n 0.1 cat f", {}, 5)).toMatchObject({ status: 0 });
    expect(out("timeout 1 watch -t -n 0.01 echo").split("\x1b[2J").length).toBeGreaterThan(8);
    expect(out("timeout 1 watch -t -n 0.01 echo").split("\x1b[2J").length).toBeLessThan(12);
  });

  test("page-types adds up, and tells of a process's pages", () => {
    const table = out("page-types -b buddy");
    expect(table).toMatch(/^ {13}flags\tpage-count {7}MB {2}symbolic-flags\t\t\tlong-symbolic-flags\n0x0{13}400\t/);
    out("mem anon 4 0");
    expect(out("page-types -p $(pidof mem) -b anonymous | tail -1")).toMatch(/^ {13}total\t {6}10\d\d {8}4\n$/);
  });

  test("modules: what needs what", () => {
    expect(out("modprobe memory-notifier-error-inject; lsmod | tail -2")).toBe(
      "memory_notifier_error_inject    16384  0\nnotifier_error_inject    16384  1 memory_notifier_error_inject\n",
    );
    expect(bench.run("rmmod notifier_error_inject")).toMatchObject({
      stderr: "rmmod: ERROR: Module notifier_error_inject is in use by: memory_notifier_error_inject\n",
      status: 1,
    });
    expect(out("rmmod memory_notifier_error_inject notifier_error_inject; lsmod")).toBe(
      "Module                  Size  Used by\n",
    );
  });

  test("the monitor says what is plugged in, and what it refuses", () => {
    expect(out("qemu-monitor info memory-devices")).toMatch(/^Memory device \[dimm\]: "d1"\n {2}addr: 0x/);
    expect(bench.run("qemu-monitor device_del nosuch").status).toBe(1);
    expect(bench.run("qemu-monitor device_add pc-dimm,id=x,memdev=none").stderr).toMatch(/^Error: /);
    expect(out("virsh qemu-monitor-command A --hmp info memory-devices")).toBe(out("qemu-monitor info memory-devices"));
  });

  test("chmem does what it says", () => {
    // Some blocks hold what cannot move; downwards from the last, one is found that goes.
    const disabled = /^Memory Block (\d+) (\(0x[0-9a-f]{16}-0x[0-9a-f]{16}\)) disabled$/m.exec(out("chmem -v -d 128M"));
    const [, block, range] = disabled ?? [];
    expect(out(`cat /sys/devices/system/memory/memory${block}/state`)).toBe("offline\n");
    expect(out(`chmem -v -d -b ${block}`)).toBe(`Memory Block ${block} ${range} already disabled\n`);
    expect(out(`chmem -v -e -b ${block}`)).toBe(`Memory Block ${block} ${range} enabled\n`);
    expect(out(`cat /sys/devices/system/memory/memory${block}/state`)).toBe("online\n");
    expect(bench.run("chmem")).toMatchObject({
      stderr: "chmem: bad usage\nTry 'chmem --help' for more information.\n",
      status: 1,
    });
    expect(bench.run("chmem -e 100M").stderr).toBe("chmem: Size must be aligned to memory block size (128M)\n");
  });
});
