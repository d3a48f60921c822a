import { expect, test } from "vitest";
import { profileOf } from "../profiles/index.ts";
import { idleWordLines } from "./boot-words.ts";
import { parseCmdline } from "./cmdline.ts";

const lines = (text: string, kernel: "6.1" | "6.12" | "5.15" | "3.9" = "6.1") =>
  idleWordLines(parseCmdline(text, kernel), profileOf(kernel).version);

// What both recorded kernels wrote into their log (without the console's own words).
test.each(["6.1", "6.12"] as const)("%s names the words that it does not know, those with a value last", (kernel) => {
  expect(lines('foo bar=1 baz="a b" foo.bar=2 hugetlb_cma=64M movable_node cma=64M -- tail=1 more', kernel)).toEqual([
    'Unknown kernel command line parameters "foo bar=1 baz=a b hugetlb_cma=64M cma=64M", will be passed to user space.',
    "playground: not simulated: foo.bar=2",
  ]);
  expect(
    lines("nosuch-Opt=3 Foo_bar transparent_hugepage=bogus init=/init single ro 3 foo foo HOME=/tmp", kernel),
  ).toEqual([
    'Unknown kernel command line parameters "single 3 foo foo nosuch-Opt=3 transparent_hugepage=bogus", will be passed to user space.',
    "playground: not simulated: init=/init ro",
  ]);
  expect(lines("movable_node memhp_default_state=online hugepages=4", kernel)).toEqual([]);
});

test("what Linux knows and the machine does not act on is said once", () => {
  expect(lines("movable_node isolcpus=1 kernelcore=mirror memmap=1G%2G-1+99 initcall_debug=1")).toEqual([
    "playground: not simulated: isolcpus=1 memmap=1G%2G-1+99 initcall_debug=1",
  ]);
});

test("older kernels say it in other words, or not at all", () => {
  expect(lines("foo bar=1", "5.15")).toEqual(["Unknown command line parameters: foo bar=1"]);
  expect(lines("foo bar=1", "3.9")).toEqual([]);
});

// Boots of two nodes, online both: the whole of what the log says about their words, as both recorded kernels wrote it.
const said = (text: string, kernel: "6.1" | "6.12" | "5.15" | "4.14" = "6.1") => {
  const { early, refused } = parseCmdline(text, kernel, (node) => node < 2);
  return [...early, ...refused];
};
interface Recorded {
  readonly words: string;
  readonly lines: readonly string[];
  /** What 6.12 says besides, before the others of its sort. */
  readonly of612?: readonly string[];
}
const RECORDED: readonly Recorded[] = [
  {
    words:
      "numa mem memory_hotplug.memmap_on_memory=zz memory_hotplug.online_policy=zz memory_hotplug.auto_movable_ratio=zz memory_hotplug.auto_movable_numa_aware=zz hugepages=zz hugepagesz=3M hugepages=4 default_hugepagesz=5M transparent_hugepage=zz",
    lines: [
      "Malformed early option 'numa'",
      "Malformed early option 'mem'",
      "Booting kernel: `zz' invalid for parameter `memory_hotplug.memmap_on_memory'",
      "Booting kernel: `zz' invalid for parameter `memory_hotplug.online_policy'",
      "Booting kernel: `zz' invalid for parameter `memory_hotplug.auto_movable_ratio'",
      "Booting kernel: `zz' invalid for parameter `memory_hotplug.auto_movable_numa_aware'",
      "HugeTLB: Invalid hugepages parameter zz",
      "HugeTLB: unsupported hugepagesz=3M",
      "HugeTLB: hugepages=4 does not follow a valid hugepagesz, ignoring",
      "HugeTLB: unsupported default_hugepagesz=5M",
      "huge_memory: transparent_hugepage= cannot parse, ignored",
    ],
  },
  {
    words:
      "numa mem=zz mem movablecore acpi memhp_default_state=zz memory_hotplug.memmap_on_memory memory_hotplug.auto_movable_ratio=0x10 memory_hotplug.auto_movable_ratio=-1 memory_hotplug.auto_movable_ratio=99999999999 memory_hotplug.auto_movable_numa_aware memory_hotplug.online_policy memory_hotplug.auto_movable_ratio hugepages transparent_hugepage hugepages=3 hugepages=5 hugepagesz=2M hugepagesz=2M hugepages=2 default_hugepagesz=2M default_hugepagesz=4M",
    lines: [
      "Malformed early option 'numa'",
      "Malformed early option 'mem'",
      "Malformed early option 'mem'",
      "Malformed early option 'movablecore'",
      "Malformed early option 'acpi'",
      "Booting kernel: `-1' invalid for parameter `memory_hotplug.auto_movable_ratio'",
      "Booting kernel: `99999999999' invalid for parameter `memory_hotplug.auto_movable_ratio'",
      "Booting kernel: `' invalid for parameter `memory_hotplug.online_policy'",
      "Booting kernel: `' invalid for parameter `memory_hotplug.auto_movable_ratio'",
      "HugeTLB: hugepages= specified twice without interleaving hugepagesz=, ignoring hugepages=5",
      "HugeTLB: hugepagesz=2M specified twice, ignoring",
      "HugeTLB: hugepages=2 does not follow a valid hugepagesz, ignoring",
      "HugeTLB: default_hugepagesz previously specified, ignoring 4M",
    ],
    of612: ["Booting kernel: `' invalid for parameter `memory_hotplug.memmap_on_memory'"],
  },
  {
    words:
      "hugepagesz=3M hugepages=zz hugepagesz=2M hugepages=9:4 hugepages=1x hugepages=0:1,1:zz hugepages=-3 default_hugepagesz=zz hugepagesz=zz numa=zz memory_hotplug.memmap-on-memory=qq memory_hotplug.zz=1 transparent_hugepage=always,x",
    lines: [
      "HugeTLB: unsupported hugepagesz=3M",
      "HugeTLB: hugepages=zz does not follow a valid hugepagesz, ignoring",
      "HugeTLB: Invalid hugepages parameter 9:4",
      "HugeTLB: hugepages= specified twice without interleaving hugepagesz=, ignoring hugepages=0:1,1:zz",
      "HugeTLB: hugepages= specified twice without interleaving hugepagesz=, ignoring hugepages=-3",
      "HugeTLB: unsupported default_hugepagesz=zz",
      "HugeTLB: unsupported hugepagesz=zz",
      "Booting kernel: `qq' invalid for parameter `memory_hotplug.memmap-on-memory'",
      "huge_memory: transparent_hugepage= cannot parse, ignored",
    ],
  },
];

test.each(RECORDED)(
  "values that a handler refuses are told where it is called: $words",
  ({ words, lines, of612 = [] }) => {
    expect(said(words, "6.1")).toEqual(lines);
    const first = lines.find((line) => line.startsWith("Booting kernel"));
    expect(said(words, "6.12")).toEqual(
      of612.length === 0 ? lines : lines.flatMap((line) => (line === first ? [...of612, line] : [line])),
    );
  },
);

test("what was told to be ignored is, as the pools and files of those boots say", () => {
  const one = parseCmdline(RECORDED[1]?.words ?? "", "6.1");
  expect(one).toMatchObject({
    hugepages: [{ size: 0, count: 3, node: null }],
    autoMovableRatio: 16,
    memmapOnMemory: "Y",
  });
  const two = parseCmdline(RECORDED[2]?.words ?? "", "6.12", (node) => node < 2);
  expect(two.hugepages).toEqual([{ size: 2 * 1024 * 1024, count: 1, node: null }]);
  expect(parseCmdline(RECORDED[0]?.words ?? "", "6.1").hugepages).toEqual([]);
});

test("kernels before 5.8 say nothing of huge pages; RAM that mem= takes is told among the refused words", () => {
  expect(said("hugepagesz=3M hugepages=zz transparent_hugepage=zz", "4.14")).toEqual([]);
  expect(said("numa mem=900M acpi", "5.15")).toEqual([
    "Malformed early option 'numa'",
    "e820: remove [mem 0x38400000-0xfffffffffffffffe] usable",
    "Malformed early option 'acpi'",
  ]);
});
