/** CPUs that processes may run on: what numactl 2.0.16 and taskset 2.38 say of them, and where memory then comes from. */
import { beforeEach, describe, expect, test } from "vitest";
import { audit } from "../../../engine/kernel/audit.ts";
import { ShellBench } from "../../testing/shell-bench.ts";
import { parseNumbers } from "./numa-numbers.ts";

let bench: ShellBench;
beforeEach(() => {
  bench = new ShellBench();
});
const out = (line: string): string => bench.run(line).stdout;

describe("numactl", () => {
  test("what it binds, the commands under it see", () => {
    expect(out("numactl -C 0 numactl -s")).toBe(
      "policy: default\npreferred node: current\nphyscpubind: 0 \ncpubind: 0 \nnodebind: 0 \nmembind: 0 1 \npreferred: \n",
    );
    expect(out("numactl -N 1 numactl -s")).toContain("physcpubind: 2 3 \ncpubind: 1 \nnodebind: 1 \n");
    expect(out("numactl --physcpubind=0 sh -c 'grep Cpus_allowed /proc/self/status'")).toBe(
      "Cpus_allowed:\t1\nCpus_allowed_list:\t0\n",
    );
    expect(out("numactl '-C!0' numactl -s | grep phys")).toBe("physcpubind: 1 2 3 \n");
    expect(out("numactl -C +1 numactl -s | grep phys")).toBe("physcpubind: 1 \n");
    expect(out("grep Cpus_allowed /proc/self/status")).toBe("Cpus_allowed:\tf\nCpus_allowed_list:\t0-3\n");
  });

  test("the nodes of before are named by a word, and nodes to spread over that are none are no policy", () => {
    expect(out("numactl -N 1 -m same numactl -s")).toContain("policy: bind\npreferred node: 1\n");
    expect(out("numactl -i '' numactl -s")).toContain("policy: default\npreferred node: current\n");
    expect(bench.run("numactl -t -m 0 true")).toMatchObject({ status: 0, stdout: "" });
  });

  test("policies as it shows them", () => {
    const shown = (option: string): string =>
      out(`numactl ${option} numactl -s`).replace(/physcpubind[\s\S]*membind/, "…");
    expect(shown("-p 1")).toBe("policy: preferred\npreferred node: 1\n…: 0 1 \npreferred: 1 \n");
    expect(shown("-m 1")).toBe("policy: bind\npreferred node: 1\n…: 1 \npreferred: 1 \n");
    expect(shown("-P 1")).toBe("policy: preferred-many\npreferred node: 1 (preferred-many)\n…: 0 1 \npreferred: 1 \n");
    expect(shown("-l")).toBe("policy: local\npreferred node: …: 0 1 \npreferred: \n");
    expect(shown("-i 0")).toBe(
      "policy: interleave\npreferred node: 0 (interleave next)\ninterleavemask: 0 \ninterleavenode: 0\n…: 0 1 \npreferred: 0 \n",
    );
  });

  test.each([
    ["-m 5 true", "<5> is invalid\n", "libnuma: Warning: node argument 5 is out of range\n\nusage: numactl "],
    ["-N 7 true", "<7> is invalid\n", "libnuma: Warning: node argument 7 is out of range\n\nusage: "],
    ["-C 99 true", "<99> is invalid\n", "libnuma: Warning: cpu argument 99 is out of range\n\nusage: "],
    ["-C 0-7 true", "<0-7> is invalid\n", "libnuma: Warning: cpu argument 7 out of range\n\nusage: "],
    ["-m foo true", "<foo> is invalid\n", "libnuma: Warning: unparseable node description `foo'\n\nusage: "],
    ["-C 0- true", "<0-> is invalid\n", "libnuma: Warning: missing cpu argument \n\nusage: "],
    ["-C '' true", "", "sched_setaffinity: Invalid argument\n"],
    ["-m '' true", "", "set_mempolicy: Invalid argument\nsetting membind: Invalid argument\n"],
    [
      "-N '!0-1' true",
      "",
      "numa_sched_setaffinity_v2_int() failed: Invalid argument\nsched_setaffinity: Invalid argument\n",
    ],
    ["-l -m 0 true", "\n", "numactl: Conflicting policiesusage: "],
    ["-m 0 -m 0 true", "\n", "numactl: Conflicting policiesusage: "],
    ["-C 0 -a true", "\n", "numactl: --all/-a option must be before all cpu/node specificationsusage: "],
    ["-x true", "", "numactl: invalid option -- 'x'\nusage: "],
    ["--help", "", "numactl: unrecognized option '--help'\nusage: "],
    [
      "--pref=0 true",
      "",
      "numactl: option '--pref=0' is ambiguous; possibilities: '--preferred' '--preferred-many'\nus",
    ],
    ["-C 0 nosuch", "\n", "numactl: execution of `nosuch': No such file or directory\n"],
    ["", "", "usage: "],
    ["-m 0", "", "usage: "],
    ["-t", "", "numactl: warning. Strict flag for process ignored.\nusage: "],
    ["-p '' true", "", "usage: "],
    ["-p same true", "\n", "numactl: same needs previous node specificationusage: "],
    ["-T true", "\n", "numactl: --touch must be after shared memory specificationusage: "],
    ["--length=4k true", "\n", "numactl: shm related option --length for processusage: "],
    ["--dump", "\n", "numactl: Cannot do --dump without shared memory.\n"],
    ["-m -1 true", "<-1> is invalid\n", "libnuma: Warning: node argument -1 is out of range\n\nusage: "],
    [
      "-N netdev:lo true",
      "<netdev:lo> is invalid\n",
      "libnuma: Warning: Cannot read node mask for net device `lo'\nus",
    ],
    ["-m pci:x true", "<pci:x> is invalid\n", "libnuma: Warning: Cannot parse PCI device `x'\nusage: "],
  ])("numactl %s", (args, stdout, stderr) => {
    const run = bench.run(`numactl ${args}`);
    expect(run).toMatchObject({ stdout, status: 1 });
    expect(run.stderr.startsWith(stderr)).toBe(true);
  });

  test("an odd list is what libnuma makes of it", () => {
    expect(parseNumbers("1-0", "cpu", [0, 1])).toEqual([1]);
    expect(parseNumbers("0,,1", "cpu", [0, 1])).toBe("unparseable cpu description `,1'");
    expect(parseNumbers("0x", "cpu", [0, 1])).toBe("");
    expect(parseNumbers("!all", "node", [0, 1])).toEqual([]);
  });
});

describe("taskset", () => {
  test("shows and sets, as masks and as lists", () => {
    expect(out("taskset -p $$ | sed s/$$/PID/; taskset -cp $$ | sed s/$$/PID/")).toBe(
      "pid PID's current affinity mask: f\npid PID's current affinity list: 0-3\n",
    );
    expect(out("taskset -cp 0,1 $$ | sed s/$$/PID/; taskset -p $$ | sed s/$$/PID/; nproc")).toBe(
      "pid PID's current affinity list: 0-3\npid PID's new affinity list: 0,1\npid PID's current affinity mask: 3\n2\n",
    );
    expect(out("taskset -c 0-3:2 sh -c 'taskset -p $$' | sed 's/[0-9][0-9]*//'")).toBe(
      "pid 's current affinity mask: 5\n",
    );
    expect(out("taskset ffffffffff sh -c 'taskset -cp $$' | sed 's/[0-9][0-9]*//'")).toContain("list: 0-3\n");
  });

  test.each([
    ["", "taskset: bad usage\nTry 'taskset --help' for more information.\n", 1],
    ["3", "taskset: bad usage\nTry 'taskset --help' for more information.\n", 1],
    ["-p", "taskset: invalid PID argument: '-p'\n", 1],
    ["-p abc", "taskset: invalid PID argument: 'abc'\n", 1],
    ["-p 999999", "taskset: failed to get pid 999999's affinity: No such process\n", 1],
    ["-p 3 999999", "taskset: failed to get pid 999999's affinity: No such process\n", 1],
    ["-p 1 2 3", "taskset: bad usage\nTry 'taskset --help' for more information.\n", 1],
    ["zz true", "taskset: failed to parse CPU mask: zz\n", 1],
    ["-c 1-0 true", "taskset: failed to parse CPU list: 1-0\n", 1],
    ["-c 0:1 true", "taskset: failed to parse CPU list: 0:1\n", 1],
    ["-c 0-1:0 true", "taskset: failed to parse CPU list: 0-1:0\n", 1],
    ["-c 0, true", "taskset: failed to parse CPU list: 0,\n", 1],
    ["-c 99 true", "taskset: failed to set pid N's affinity: Invalid argument\n", 1],
    ["'' true", "taskset: failed to set pid N's affinity: Invalid argument\n", 1],
    ["0 true", "taskset: failed to set pid N's affinity: Invalid argument\n", 1],
    ["-c 0 nosuch", "taskset: failed to execute nosuch: No such file or directory\n", 127],
    ["-x", "taskset: invalid option -- 'x'\nTry 'taskset --help' for more information.\n", 1],
  ])("taskset %s", (args, stderr, status) => {
    const run = bench.run(`taskset ${args}`);
    expect({ ...run, stderr: run.stderr.replace(/set pid \d+/, "set pid N") }).toMatchObject({
      stdout: "",
      stderr,
      status,
    });
  });
});

test("memory comes from near the CPUs that a process may run on", () => {
  const served = (line: string): string => {
    const pid = out(line).trim();
    const maps = bench.engine.files("A").read(`/proc/${pid}/numa_maps`);
    bench.run(`kill ${pid}`);
    return "text" in maps ? maps.text : "";
  };
  expect(served("mem anon 8")).toMatch(/ anon=2048 .*N0=2048/);
  expect(served("taskset -c 2 mem anon 8")).toMatch(/ default anon=2048 .*N1=2048/);
  expect(served("numactl -N 1 sh -c 'mem anon 8'")).toMatch(/ default anon=2048 .*N1=2048/);
  expect(served("taskset -c 0,3 mem anon 8")).toMatch(/N0=2048/);
  // A policy counts for more.
  expect(served("numactl -N 1 -m 0 mem anon 8")).toMatch(/ bind:0 anon=2048 .*N0=2048/);
  const before = out("numastat | grep local_node").split(/\s+/).map(Number);
  served("taskset -c 2 mem anon 8");
  const after = out("numastat | grep local_node").split(/\s+/).map(Number);
  expect((after[2] as number) - (before[2] as number)).toBeGreaterThan(2048);
  expect(audit(bench.engine.kernel("A"))).toEqual([]);
});

test("the monitor knows what the machine was switched on with, and what cannot be pulled", () => {
  const base = "base memory: 805306368\n";
  expect(out("qemu-monitor info memory_size_summary")).toBe(`${base}plugged memory: 536870912\n`);
  out("echo offline > /sys/devices/system/memory/memory5/state");
  expect(out("qemu-monitor info memory_size_summary")).toContain(base);
  expect(bench.run("qemu-monitor device_del v1")).toMatchObject({
    stderr: "Error: virtio based memory devices cannot be unplugged.\n",
    status: 1,
  });
});

test("busybox's taskset, where the kernel keeps no processes of shells, runs what it is given and has words of its own", () => {
  const recorded = new ShellBench({ dialect: "busybox", memory: "passing" });
  const run = (line: string) => {
    const { stdout, stderr, status } = recorded.run(line);
    return [stdout, stderr, status];
  };
  expect(run("taskset 1 echo here")).toEqual(["here\n", "", 0]);
  expect(run("taskset -c 1,99 echo here")).toEqual(["here\n", "", 0]);
  expect(run("taskset -c 99 true")).toEqual(["", "taskset: can't set pid 0's affinity: Invalid argument\n", 1]);
  expect(run("taskset x true")).toEqual(["", "taskset: bad affinity 'x'\n", 1]);
  expect(run("taskset -p 99999")).toEqual(["", "taskset: can't get pid 99999's affinity: No such process\n", 1]);
});
