/** Words of what runs: processes, how far their memory is, and how to start and end one. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import { formatBytes, PAGE_SIZE } from "../../engine/units.ts";
import type { LoadDescription, LoadKind } from "../../engine/workload/load-description.ts";
import { count } from "../reading.ts";
import type { ErrnoName } from "../../engine/chronicle/outcome.ts";
import type { Rejected } from "../../protocol/messages.ts";
import type { OnlinerChoice } from "../new-memory.ts";
import { rejectionText } from "../rejections.ts";
import { isLoad, share } from "./figures.ts";

const amount = (pages: number): string => formatBytes(pages * PAGE_SIZE);

const english = {
  /** What each kind of load is, and what becomes of its pages. */
  loads: {
    anon: { name: "Anonymous memory", about: "Single pages of its own. They move, and go when it ends." },
    thp: { name: "Anonymous memory in huge pages", about: "By 2 MiB where a chunk can be had, else single pages." },
    shm: { name: "Shared memory", about: "Pages without a file. They move." },
    mlock: { name: "Locked memory (mlock)", about: "Never reclaimed; offlining moves it all the same." },
    huge: { name: "Huge pages of the pool", about: "Needs pages in nr_hugepages: else it is refused." },
    pin: { name: "Pages held by pipes (vmsplice)", about: "An extra reference each: they stay until it ends." },
    longterm: {
      name: "Memory registered with RDMA",
      about: "Long-term pins: moved out of Movable first, then they stay until the region is given up.",
    },
    io_uring: {
      name: "Buffers registered with io_uring",
      about: "Long-term pins: moved out of Movable first, then they stay as long as the ring.",
    },
    vfio: {
      name: "Guest with a device of its own (VFIO)",
      about:
        "The whole guest is pinned, and counted as locked: moved out of Movable first, then it stays until the guest ends.",
    },
    mlockall: {
      name: "All of a process locked (mlockall)",
      about: "Never swapped out; offlining moves it all the same.",
    },
    ksm: {
      name: "Memory that KSM may merge",
      about:
        "Equal in every such process: start two, and write 1 to /sys/kernel/mm/ksm/run. What is merged still moves.",
    },
    pipes: { name: "Full pipes", about: "Kernel memory, 16 pages a pipe and slab: can't move." },
    cache: {
      name: "Files that are read",
      about: "Page cache: outlives it, moves, and is dropped when memory is short.",
    },
    slab: { name: "Dentries (walks files)", about: "Reclaimable slab: outlives it, can't move, can be dropped." },
    vmalloc: { name: "vmalloc", about: "Kernel memory, page by page: can't move." },
    balloon: { name: "Balloon", about: "Given to the hypervisor. Its pages move." },
    server: { name: "Busy server", about: "Takes and gives back memory and page cache all the time." },
  } satisfies Record<LoadKind, { readonly name: string; readonly about: string }>,
  title: "What runs",
  scroller: "Processes, and what can be started",
  of: (partition: string) => `of ${partition}`,
  starting: "The machine is starting.",
  waiting: "Waiting for the processes.",
  empty: "Nothing that takes memory runs here. Start something.",
  twin: "Table",
  picture: "Picture",
  at: (ns: number) => `${(ns / 1e9).toFixed(6)} s`,
  key: { near: "on the node that it runs on", far: "on another node" },
  list: "Processes",
  load: (word: string): string =>
    isLoad(word) ? english.loads[word].name : word === "command" ? "Command of a shell" : word,
  process: (comm: string, pid: number) => `${comm} ${pid}`,
  runsOn: (comm: string, pid: number) => `Where ${comm} ${pid} runs`,
  anywhere: (node: number) => `any CPU · node ${node}`,
  node: (node: number, cpus: string) => `node ${node}, CPU ${cpus}`,
  some: (cpus: string, node: number) => `CPU ${cpus}, node ${node}`,
  /** The distance is said where it is not the local one. */
  memory: (node: number, pages: number, distance: number) =>
    `node ${node} · ${amount(pages)}${distance === 10 ? "" : ` at ${distance}`}`,
  letUse: (nodes: string, path: string) => `echo ${nodes} > /sys/fs/cgroup${path}/cpuset.mems`,
  group: (path: string, nodes: string) => `group ${path} · nodes ${nodes}`,
  movableOnly: (nodes: string) =>
    `Its group may use node ${nodes} only, where all memory is Movable. Its own pages fit there; a pipe's buffer may not lie there, nor anywhere else, so what it writes into a pipe is refused (ENOMEM) however much is free. Let it use another node, too:`,
  policy: (mode: string, node: number) => `${mode} ${node}`,
  noPolicy: "local",
  distance: (remote: number, pages: number, mean: number) =>
    remote === 0 ? "all local · distance 10" : `${share(remote, pages)} remote · mean ${mean.toFixed(1)}`,
  noPages: "maps no page",
  kernel: (pages: number) => `+ ${amount(pages)} of the kernel's`,
  total: (pages: number) => amount(pages),
  end: "End",
  endOne: (comm: string, pid: number) => `End ${comm} ${pid}`,
  kill: (pid: number) => `kill ${pid}`,
  caption: (partition: string, at: string) => `Processes of ${partition} at ${at}`,
  columns: {
    process: "Process",
    load: "Load",
    runsOn: "Runs on",
    policy: "Policy",
    byNode: "Pages by node",
    pages: "Pages",
    remote: "Remote",
    mean: "Mean distance",
    kernel: "Kernel pages",
    end: "End it",
  },
  byNode: (node: number, pages: number) => `node ${node}: ${count(pages)}`,
  /** What differs from another moment, in pages with their sign. */
  byNodeBy: (node: number, by: string) => `node ${node}: ${by}`,
  kernelBy: (by: string) => `kernel ${by}`,
  changes: {
    came: (many: number) => `${count(many)} started`,
    gone: (many: number) => `${count(many)} ended`,
    node: (node: number, by: string) => `node ${node} ${by}`,
    remote: (by: string) => `remote ${by}`,
  },
  share,
  mean: (mean: number | null) => (mean === null ? "" : mean.toFixed(1)),
  count,

  start: {
    title: "Start something",
    kind: "What it takes",
    size: "Size, MiB",
    pipes: "Pipes",
    node: "Node",
    anyNode: "any",
    cpus: "Runs on",
    anyCpu: "any CPU",
    cpusOf: (node: number, cpus: string) => `node ${node}, CPUs ${cpus}`,
    policy: "Policy",
    policies: { default: "default", bind: "bind", preferred: "preferred" } satisfies Record<
      NonNullable<LoadDescription["policy"]>,
      string
    >,
    go: "Start",
    same: "In a terminal",
    started: (line: string) => `Started: ${line}`,
    refused: (errno: ErrnoName, rejection: Rejected | null) =>
      `Refused: ${errno}${rejection ? `. ${rejectionText(rejection, errno)}` : ""}`,
  },

  onliner: {
    title: "Who onlines new memory",
    label: "Brought online by",
    names: {
      nobody: "nobody",
      kernel: "the kernel (auto_online_blocks)",
      udev: "a rule of udev",
      both: "both: who comes first?",
    } satisfies Record<OnlinerChoice, string>,
    about: {
      nobody: "What is added waits offline until somebody writes to its state.",
      kernel: "While it adds memory, in the zone that the kernel finds fit.",
      udev: "As soon as udev hears of a block, as Movable.",
      both: "The kernel brings it online its way, and udev’s rule wants it Movable.",
    } satisfies Record<OnlinerChoice, string>,
    asBooted: "as booted",
    other: "What is chosen here replaces memhp_default_state and the rules of udev.",
    facts: { kernel: "auto_online_blocks", udev: "systemd-udevd" },
    noUdev: "does not run",
    titled: (title: string, who: OnlinerChoice): string => `${title} · ${english.onliner.names[who]}`,
    go: "Boot anew with it",
  },
  restart: {
    title: "Reboot this partition",
    titleWith: (option: string): string => `Reboot with ${option}`,
    summary: "what survives it",
    cmdline: "Command line of its kernel",
    example: "movable_node",
    stays: "DIMMs stay in their slots, and their blocks come back as boot finds them.",
    lost: "Settings of /sys and /proc, files, modules, processes and caches are lost, and so is what the kernel had leaked. Undo brings all back.",
    same: "The same from a terminal:",
    edited: "On a real machine this is edited in the boot loader first.",
    go: "Reboot",
    done: "It runs again.",
    refused: (errno: string): string => `It was not restarted: ${errno}.`,
  },
} as const;

export type RunningWords = Words<typeof english>;
export const runningStrings = inLanguages<RunningWords>(english, { ja: () => import("./strings.ja.ts") });
