/** /tmp and /dev/shm are in the machine's memory: what they hold is shared memory, and when they are full they say so once. */
import { expect, test } from "vitest";
import { audit } from "../engine/kernel/audit.ts";
import { PageKind } from "../engine/memory/kinds.ts";
import { kindCounts } from "../engine/sysfs/statistics.ts";
import { startScript } from "./host.ts";
import { ShellBench } from "./testing/shell-bench.ts";

const MIB = 1024 * 1024;
const bench = () => {
  const machine = new ShellBench();
  const kernel = machine.engine.kernel("A");
  return {
    run: (line: string) => {
      const { stdout, stderr, status } = machine.run(line);
      expect(audit(kernel)).toEqual([]);
      return { stdout, stderr, status };
    },
    shared: () => kindCounts(kernel, null)[PageKind.Shmem] as number,
    half: Math.floor(kernel.zones.reduce((sum, zone) => sum + zone.managed, 0) / 2) * 4096,
    kernel,
    machine,
  };
};

test.each(["/tmp", "/dev/shm"])("a file in %s is pages of shared memory, as many as it is long", (folder) => {
  const { run, shared } = bench();
  const before = shared();
  const grows = (line: string, pages: number) => {
    expect(run(line)).toMatchObject({ stderr: "", status: 0 });
    expect([line, shared() - before]).toEqual([line, pages]);
  };
  grows(`> ${folder}/a`, 0);
  grows(`echo -n x > ${folder}/a`, 1);
  grows(`head -c 4095 /dev/zero >> ${folder}/a`, 1);
  grows(`echo >> ${folder}/a`, 2);
  grows(`cp ${folder}/a ${folder}/b`, 4);
  grows(`mv ${folder}/b ${folder}/c`, 4);
  grows(`mv ${folder}/a ${folder}/c`, 2);
  grows(`mv ${folder}/c /root/c`, 0);
  grows(`mkdir /root/f; cp /root/c /root/f/c; mv /root/f ${folder}`, 2);
  grows(`mv ${folder}/f /root`, 0);
  grows(`mv /root/c ${folder}/c`, 2);
  grows(`mkdir ${folder}/d; head -c 10000 /dev/zero > ${folder}/d/e`, 5);
  grows(`echo 3 > /proc/sys/vm/drop_caches`, 5);
  grows(`> ${folder}/c`, 3);
  grows(`rm -r ${folder}/d`, 0);
  grows(`head -c 100000 /dev/zero > /root/elsewhere`, 0);
});

test("a large file counts in Cached and Shmem, and lies in blocks as shared memory", () => {
  const { run, kernel } = bench();
  const figure = (name: string) => Number(run(`awk '/^${name}:/ {print $2}' /proc/meminfo`).stdout);
  const before = ["Shmem", "Cached"].map(figure);
  run("head -c 300M /dev/zero > /tmp/a");
  expect(["Shmem", "Cached"].map(figure)).toEqual(before.map((kb) => kb + 300 * 1024));
  const held = [...kernel.blocks.values()].map(({ number }) => kernel.pages.countIn(number, PageKind.Shmem));
  expect(Math.max(...held)).toBeGreaterThan(20_000);
  expect(run("stat -c %s /tmp/a").stdout).toBe(`${300 * MIB}\n`);
});

test("a full one takes what fits, says so once, and is half of memory", () => {
  const { run, half } = bench();
  const { stderr, status } = run("dd if=/dev/zero of=/tmp/a bs=1M count=2000 status=noxfer");
  const whole = Math.floor(half / MIB);
  expect(stderr).toBe(
    `dd: error writing '/tmp/a': No space left on device\n${whole + 1}+0 records in\n${whole}+0 records out\n`,
  );
  expect(status).toBe(1);
  expect(run("stat -c %s /tmp/a").stdout).toBe(`${half}\n`);
  expect(run("echo x > /tmp/b")).toEqual({
    stdout: "",
    stderr: "bash: line 1: echo: write error: No space left on device\n",
    status: 1,
  });
  expect(run("rm /tmp/a; echo x > /tmp/b; cat /tmp/b").stdout).toBe("x\n");
});

test("whoever removes a large file waits until its memory is back, and it comes by and by", () => {
  const { run, shared, machine } = bench();
  const { engine } = machine;
  const before = shared();
  engine.kernel("A").slicePages = 2048;
  for (const line of [
    "rm /tmp/a",
    "> /tmp/a",
    "mv /tmp/a /root/a",
    "find /tmp/a -delete",
    "echo x > /tmp/b; mv /tmp/b /tmp/a",
  ]) {
    run("[ -e /root/a ] && mv /root/a /tmp/a || head -c 150M /dev/zero > /tmp/a");
    const seen = new Set<number>();
    const process = startScript(machine.userland, {
      text: line,
      name: "bash",
      fromArgument: true,
      out: () => {},
      err: () => {},
    });
    while (process.alive)
      engine.runUntil(engine.now + 1e9, {
        expired: () => {
          seen.add(shared() - before);
          return !process.alive;
        },
      });
    const left = line.startsWith("echo") ? 1 : 0;
    expect([line, shared() - before]).toEqual([line, left]);
    // In slices: many amounts between all and nothing, and none of it after its end.
    expect(seen.size).toBeGreaterThan(10);
    expect(audit(engine.kernel("A"))).toEqual([]);
    run("rm -f /tmp/a");
  }
});

const WRITERS = [
  "yes",
  "seq 1 100000",
  "cat /tmp/lines",
  "head -c 1M /dev/zero",
  "tee /tmp/copy < /tmp/lines",
  "printf x",
  "echo x",
  "sort /tmp/lines",
  "awk 'BEGIN { for (i = 0; i < 20000; i++) print i }'",
  "sed p /tmp/lines",
  "tr a b < /tmp/lines",
  "dd if=/dev/zero bs=4k count=100",
  "grep 1 /tmp/lines",
  "lsmem",
  "dmesg",
  "find /sys",
  "for i in 1; do cat /tmp/lines; done",
];
test.each(WRITERS)("%s says once that there is no space", (line) => {
  const { stderr, status } = bench().run(`seq 1 30000 > /tmp/lines; ${line} > /dev/full`);
  expect(stderr.match(/No space left on device/g)).toEqual(["No space left on device"]);
  expect(status).not.toBe(0);
});
