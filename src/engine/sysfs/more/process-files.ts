/** /proc/PID of every process (fs/proc/base.c, array.c, task_mmu.c), and /proc/self. */
import type { Kernel } from "../../kernel/kernel.ts";
import { type Directory, type Entry, directory, link, readable, writable, DONE } from "../tree.ts";
import { since } from "../../kernel/profiles/versions.ts";
import { cgroupsOf } from "./cgroup-files.ts";
import { pagemap } from "./page-files.ts";
import { mounts } from "./machine-files.ts";
import { type Listed, processesOf } from "./process-list.ts";
import { maps, numaMaps, smaps } from "./process-maps.ts";
import { stat, statm, status } from "./process-status.ts";
import { largest } from "../../lists.ts";

export function processDirectories(kernel: Kernel, hasDisk: boolean): Directory {
  const self = () => String(largest(kernel.processes.keys(), 1));
  return {
    kind: "directory",
    mode: 0o555,
    names: () => [...processesOf(kernel).map(({ pid }) => String(pid)), "self", "thread-self"],
    entry: (name) => {
      // Whoever reads is the youngest process.
      if (name === "self") return link(self());
      if (name === "thread-self") return link(`${self()}/task/${self()}`);
      if (!/^[1-9]\d{0,9}$/.test(name)) return undefined;
      const found = processesOf(kernel).find(({ pid }) => String(pid) === name);
      return found && directory(entries(kernel, found, { withTasks: true, hasDisk }), 0o555);
    },
  };
}

function entries(
  kernel: Kernel,
  listed: Listed,
  { withTasks, hasDisk }: { readonly withTasks: boolean; readonly hasDisk: boolean },
): Record<string, Entry | (() => Entry)> {
  const { process, comm, kernelThread } = listed;
  const text = (read: () => string, mode = 0o444) => readable(read, mode, 0);
  return {
    ...(withTasks
      ? {
          task: () =>
            directory(
              { [String(listed.pid)]: () => directory(entries(kernel, listed, { withTasks: false, hasDisk }), 0o555) },
              0o555,
            ),
        }
      : {}),
    cgroup: text(() => `0::${cgroupsOf(kernel)?.of(listed.pid).path ?? "/"}\n`),
    ...(since(kernel.profile.version, 6, 18)
      ? {}
      : { cpuset: text(() => `${cgroupsOf(kernel)?.of(listed.pid).cpuset.path ?? "/"}\n`) }),
    cmdline: text(() => (kernelThread ? "" : (process?.args ?? [comm]).map((word) => `${word}\0`).join(""))),
    comm: text(() => `${comm}\n`),
    cwd: link("/"),
    exe: link(kernelThread ? "" : `/bin/${comm}`),
    maps: text(() => (process ? maps(process) : "")),
    mounts: text(() =>
      mounts(kernel, hasDisk)
        .map((line) => `${line}\n`)
        .join(""),
    ),
    numa_maps: text(() => (process ? numaMaps(kernel, process) : "")),
    oom_score_adj: writable(
      () => "0\n",
      () => DONE,
      0o644,
      0,
    ),
    pagemap: pagemap(kernel, process),
    root: link("/"),
    smaps: text(() => (process ? smaps(kernel, process) : "")),
    stat: text(() => stat(kernel, listed)),
    statm: text(() => statm(kernel, listed)),
    status: text(() => status(kernel, listed)),
  };
}
