/** A process that was killed because memory had run out, in words: what happened, why, and what would have prevented it. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import { count } from "./phrase.ts";

const english = {
  head: (comm: string, pid: number) => `Memory ran out: Linux killed ${comm} (pid ${pid})`,
  headOfGroup: (comm: string, pid: number) => `A group reached its limit: Linux killed ${comm} (pid ${pid})`,
  whoInGroup: (asker: string, mib: number) =>
    `${asker} wanted more when its group could have none. The kernel ends whoever holds most in that group, and nobody outside it: here ${count(mib)} MiB.`,
  who: (asker: string, mib: number) =>
    `${asker} asked for a page when none was left that it could have. ${
      mib === 0
        ? "The kernel ends whoever holds most of users' memory, and what is the kernel's counts as nobody's: here next to nothing."
        : `The kernel ends whoever holds most, whoever asked: here ${count(mib)} MiB.`
    }`,
  whoAsked: (asker: string, mib: number) =>
    `${asker} asked for a page when none was left that it could have. vm.oom_kill_allocating_task has the kernel end who asks, not whoever holds most: here ${count(mib)} MiB.`,
  cause: {
    group: (path: string, mib: number) =>
      `memory.max of ${path} is ${count(mib)} MiB. What is free in the machine does not count, on whatever node it lies; an offline changes nothing either, as pages stay charged to their group wherever they move.`,
    bound: (nodes: string) =>
      `It is bound to node ${nodes}, by its policy or its cpuset: what is free on other nodes does not count for it.`,
    kernel: (mib: number) =>
      `It was kernel memory that was asked for, which never comes from ZONE_MOVABLE: ${count(mib)} MiB are free there, and do not help.`,
    all: "All zones were down to what is kept in reserve: what runs wants more than there is.",
  },
  remedy: {
    group: (path: string) =>
      `Give it more (echo max > /sys/fs/cgroup${path}/memory.max), or swap to go to (memory.swap.max). With memory.high in place of memory.max it would wait instead of being killed.`,
    bound:
      "Let it have other nodes as well (numactl -p in place of -m, or a wider cpuset.mems), or put a DIMM into that node.",
    maps: "Go back, or reboot the partition: only that frees it. Then put smaller DIMMs in first.",
    kernel:
      "End what takes kernel memory (/proc/meminfo: Slab, KernelStack, PageTables), or bring blocks online with online_kernel in place of online_movable.",
    all: "End something, put another DIMM in, or give it somewhere to swap to (mkswap, swapon).",
  },
  log: "The log has the kernel’s report, from “invoked oom-killer” on.",
  back: "Go back to before it",
} as const;
export type KilledWords = Words<typeof english>;
export const killedStrings = inLanguages<KilledWords>(english, { ja: () => import("./killed-strings.ja.ts") });
