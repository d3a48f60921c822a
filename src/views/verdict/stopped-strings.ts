/** A kernel that has stopped, in words: what that means, what led there, and what would have prevented it. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import { MIB, PAGE_SIZE } from "../../engine/units.ts";
import type { AttemptRecord } from "./attempts.ts";
import { count } from "./phrase.ts";

/** MiB of the memory maps that an attempt took and did not give back; 0 when it is no such attempt. */
export const keptMib = ({ checks }: AttemptRecord): number => {
  const { verdict, data } = checks.find(({ rule }) => rule === "vmemmap") ?? {};
  return verdict === "fail" ? (Number(data?.kept ?? 0) * PAGE_SIZE) / MIB : 0;
};

/** The attempt on a partition, since an instant, that took most and did not give it back; `undefined` where none did. */
export const mostKept = (
  attempts: Readonly<Record<string, AttemptRecord>>,
  partition: string,
  since: number,
): AttemptRecord | undefined =>
  Object.values(attempts)
    .filter((one) => one.partition === partition && one.startedAt >= since && keptMib(one) > 0)
    .sort((one, other) => keptMib(other) - keptMib(one))[0];

const english = {
  head: (name: string, words: string) => `${name} has stopped: ${words}`,
  means:
    "The kernel panicked: it needed memory, had none, and nobody was left to kill. Nothing in this partition runs any more, and no command reaches it. The others go on.",
  maps: (dimm: string, mib: number) =>
    `What ate the memory: adding ${dimm} failed for want of room for its memory map, and the kernel does not give back the ${count(mib)} MiB that it had taken for it by then.`,
  kernel: (mib: number, all: number) =>
    `What ate the memory: the kernel itself holds ${count(mib)} of ${count(all)} MiB, and ending processes frees none of it.`,
  remedy: (dimm: string) =>
    `Go back, and give it less: each 128 MiB that are added cost 2 MiB of memory that is there already. A smaller DIMM than ${dimm} fits; so does one whose map lies on itself (memory_hotplug.memmap_on_memory=1).`,
  remedyKernel: "Go back, and end what takes kernel memory before it takes the last, or give the machine more of it.",
  asToldMeans:
    "The kernel panicked because it was told to: memory ran out, and with vm.panic_on_oom it stops instead of killing a process. Nothing in this partition runs any more, and no command reaches it. The others go on.",
  asTold:
    "Nobody was killed: vm.panic_on_oom was written before. 1 stops the kernel unless a memory policy or a cpuset is to blame, 2 in any case.",
  remedyAsTold:
    "Go back and write 0 to /proc/sys/vm/panic_on_oom: then the process that holds most is killed. Clusters set it on purpose, so that another machine takes over.",
  back: "Go back to before it",
  restart: "Reboot the partition",
};
export type StoppedWords = Words<typeof english>;
export const stoppedStrings = inLanguages<StoppedWords>(english, { ja: () => import("./stopped-strings.ja.ts") });
