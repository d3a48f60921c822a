/** Manual pages: memory. */
import type { ManPage } from "./page.ts";

/** Both names of the program that puts a load on memory. */
const loadPage = (name: string): ManPage => ({
  name,
  summary: "put a load on memory",
  synopsis: [`${name} --vm N [--vm-bytes SIZE] [-t TIME]`],
  description: [
    "Starts N processes that share SIZE between them, and keeps them until the time is over or it is interrupted. Only loads on memory exist here.",
  ],
  options: [
    ["--vm N", "Processes with anonymous memory."],
    ["--shm N", "Processes with shared memory."],
    ["--vm-bytes SIZE", "Together, 256M unless said; may be a share of available memory such as 50%."],
    ["--vm-locked", "Locked in memory."],
    ["-t TIME", "Such as 30s or 5m."],
  ],
  examples: [[`${name} --vm 1 --vm-bytes 256M -t 10s`, "Hold 256 MiB for ten seconds."]],
  seeAlso: ["memhog", "mem"],
});

export const MEMORY_PAGES: readonly ManPage[] = [
  {
    name: "lsmem",
    summary: "list the ranges of memory and whether they are online",
    synopsis: ["lsmem [-JPabnr] [-o LIST] [--output-all] [-S LIST] [-s DIRECTORY] [--summary[=WHEN]]"],
    description: [
      "Reads the memory blocks in /sys/devices/system/memory and prints neighbours that are alike as one range, followed by the block size and the totals.",
      "REMOVABLE is empty for ranges that are not online. A block that is going offline shows as on->off and counts as offline.",
    ],
    options: [
      ["-a", "A line for every block."],
      ["-b", "Sizes in bytes."],
      ["-J, -P, -r", 'Output as JSON, as KEY="value" pairs, or with single blanks.'],
      ["-n", "No headings."],
      [
        "-o LIST",
        "Columns RANGE, SIZE, STATE, REMOVABLE, BLOCK, NODE, ZONES; with a plus in front they are added to the usual ones.",
      ],
      ["-S LIST", "Columns in which ranges must agree to become one, or none."],
      ["--summary[=WHEN]", "never, always or only."],
    ],
    examples: [["lsmem -o +NODE,ZONES", "Also show nodes and zones."]],
    seeAlso: ["chmem", "numactl"],
  },
  {
    name: "chmem",
    summary: "set memory blocks online or offline",
    synopsis: [
      "chmem [-e|-d] [-v] [-z ZONE] SIZE",
      "chmem [-e|-d] [-v] [-z ZONE] START-END",
      "chmem [-e|-d] [-v] [-z ZONE] -b BLOCK[-BLOCK]",
    ],
    description: [
      "Works on an amount of memory, on an address range or on blocks by number. Enabling by amount goes upwards, disabling by amount downwards.",
      "Status 0: all was done; 1: nothing; 64: only part of it.",
    ],
    options: [
      ["-e, --enable", "Set online."],
      ["-d, --disable", "Set offline."],
      ["-b, --block", "The operand names blocks."],
      ["-v, --verbose", "Tell what happens to each block."],
      ["-z, --zone ZONE", "Only blocks that can be in this zone: DMA, DMA32, Normal, Highmem, Movable, Device."],
      ["-h, --help", "How it is called."],
    ],
    examples: [["chmem -d 256M", "Take 256 MiB offline, wherever that works."]],
    seeAlso: ["lsmem"],
  },
  {
    name: "numactl",
    summary: "show nodes, or run a command with a memory policy",
    synopsis: [
      "numactl --hardware",
      "numactl --show",
      "numactl [-C CPUS|-N NODES] [-m NODES|-p NODE|-i NODES|-l] COMMAND ...",
    ],
    description: [
      "The policy reaches commands that take memory here: memhog, mem, stress-ng. CPUs are inherited by every process; memory that no policy says otherwise of comes from their node.",
    ],
    options: [
      ["-H, --hardware", "Nodes, their CPUs, sizes, free memory and distances."],
      ["-s, --show", "The policy in force."],
      ["-m, --membind=NODES", "Memory from these nodes only."],
      ["-p, --preferred=NODE", "Memory from this node where it has some."],
      ["-l, --localalloc", "Memory from near the CPU."],
      ["-C, --physcpubind=CPUS", "Run on these CPUs only."],
      ["-N, --cpunodebind=NODES", "Run on the CPUs of these nodes only."],
    ],
    examples: [["numactl --membind=1 memhog -r1 512M", "Touch 512 MiB of node 1."]],
    seeAlso: ["numastat", "memhog", "taskset"],
  },
  {
    name: "taskset",
    summary: "show or set the CPUs that a process may run on",
    synopsis: ["taskset [-c] MASK|LIST COMMAND ...", "taskset [-ac] -p [MASK|LIST] PID"],
    description: ["A process inherits its CPUs, and its memory comes from near them unless a policy says otherwise."],
    options: [
      ["-c, --cpu-list", "Numbers such as 0,2-4 or 0-7:2 in place of a mask."],
      ["-p, --pid", "Of a process that runs."],
      ["-a, --all-tasks", "Of all its threads."],
    ],
    examples: [["taskset -c 2 mem anon 64", "Memory of the node that CPU 2 is on."]],
    seeAlso: ["numactl"],
  },
  {
    name: "numastat",
    summary: "show memory by node",
    synopsis: ["numastat [-m|-n]", "numastat [-p] PID|PATTERN ..."],
    description: [
      "Without options, the allocation counters of each node, which the simulation keeps at 0. With a process, what it holds on each node by kind.",
    ],
    options: [
      ["-m", "What meminfo says of each node."],
      ["-n", "The counters in MB."],
      ["-z", "Leave out rows of zeros."],
    ],
    seeAlso: ["numactl"],
  },
  {
    name: "free",
    summary: "show how much memory is free and in use",
    synopsis: ["free [-b|-k|-m|-g|-h] [-ltw] [-s SECONDS] [-c COUNT]"],
    description: ["Used is what is neither free nor could be had back: total less available."],
    options: [
      ["-b -k -m -g", "Units."],
      ["-h", "Short figures with a unit."],
      ["-t", "A line of totals."],
      ["-w", "Buffers and cache apart."],
      ["-s SECONDS", "Again and again."],
      ["-c COUNT", "So many times."],
    ],
    seeAlso: ["vmstat", "lsmem"],
  },
  {
    name: "vmstat",
    summary: "show memory and activity in one line",
    synopsis: ["vmstat [-s] [DELAY [COUNT]]"],
    description: ["CPU and disk figures stay at 0: the simulation accounts for memory only."],
    options: [["-s", "A table of figures."]],
    seeAlso: ["free"],
  },
  {
    name: "dmesg",
    summary: "show the log of the kernel",
    synopsis: ["dmesg [-CcdeHJkrtTuwWx] [-l LEVELS] [-f FACILITIES]"],
    description: ["Reads the records of /dev/kmsg."],
    options: [
      ["-w, -W", "Wait for new lines; -W shows only those."],
      ["-T", "Times as dates."],
      ["-t", "No times."],
      ["-x", "Facility and level in words."],
      ["-l LEVELS", "Only these: emerg, alert, crit, err, warn, notice, info, debug."],
      ["-k, -u", "Only the kernel, or only processes."],
      ["-r", "Raw priorities."],
      ["-J", "JSON."],
      ["-C, -c", "Clear; -c after printing."],
      ["-H, -e, -d", "Times for people, relative, or with the step from line to line."],
    ],
    examples: [["dmesg -w", "Follow the log while memory comes and goes."]],
  },
  {
    name: "page-types",
    summary: "count pages by what they are used for",
    synopsis: ["page-types [-lLN] [-p PID] [-a RANGE] [-b FLAGS]"],
    description: [
      "Reads /proc/kpageflags and prints how many pages have each combination of flags, with a letter for each flag.",
    ],
    options: [
      ["-p PID", "Pages of a process."],
      ["-a RANGE", "Page frames N, N+COUNT or N,END."],
      ["-b FLAGS", "Pages with these flags; a tilde means without."],
      ["-l", "Ranges of pages alike."],
      ["-L", "Each page."],
      ["-N", "No table of totals."],
    ],
    examples: [["page-types -b buddy", "Free pages."]],
  },
  {
    name: "memhog",
    summary: "take memory, touch it, give it back",
    synopsis: ["memhog [-rNUM] [-H] SIZE [POLICY [NODE]]"],
    description: ["Takes the memory as a process of its own and ends with it."],
    options: [
      ["-rNUM", "Touch it so many times (10)."],
      ["-H", "No transparent huge pages."],
    ],
    examples: [["memhog -r1 512M", "Touch 512 MiB once."]],
    seeAlso: ["numactl", "stress-ng", "mem"],
  },
  {
    name: "mem",
    summary: "take memory of a kind in the background and keep it",
    synopsis: ["mem KIND MIB [NODE [bind|pref]]"],
    description: [
      "Kinds: anon, thp, shm, mlock, huge, pin, longterm, io_uring, vfio, mlockall, ksm, pipes (their number in place of MIB), cache, slab, vmalloc, balloon, server. It prints the number of the process that holds the memory; kill ends it, and frees what is the process's own: cache and slab are the kernel's and stay, as some of the slab of pipes does.",
    ],
    examples: [["mem pin 16 1", "Hold 16 MiB of node 1 so that it cannot be moved."]],
    seeAlso: ["memhog", "kill"],
  },
  loadPage("stress-ng"),
  loadPage("stress"),
  {
    name: "qemu-monitor",
    summary: "talk to the monitor of the emulated machine",
    synopsis: ["qemu-monitor [COMMAND ...]"],
    description: [
      "The hardware side: adds and removes DIMMs as a hypervisor does. Without a command it reads lines until quit.",
      "Commands: object_add memory-backend-ram,id=ID,size=SIZE; object_del ID; device_add pc-dimm,id=ID,memdev=ID[,node=N][,slot=N][,addr=ADDRESS]; device_del ID; qom-get ID PROPERTY; qom-set ID requested-size SIZE; info memory-devices; info memory_size_summary; info numa; info status; help.",
    ],
    examples: [
      [
        "qemu-monitor object_add memory-backend-ram,id=m1,size=256M; qemu-monitor device_add pc-dimm,id=d1,memdev=m1,node=1",
        "Plug in a DIMM of 256 MiB.",
      ],
    ],
    seeAlso: ["virsh", "lsmem"],
  },
  {
    name: "virsh",
    summary: "reach the monitor as libvirt does",
    synopsis: ["virsh list", "virsh qemu-monitor-command DOMAIN --hmp 'COMMAND ...'"],
    description: ["Only these two ways of calling it exist here; the domain is the name of the partition."],
    seeAlso: ["qemu-monitor"],
  },
];
