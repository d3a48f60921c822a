/**
 * /sys/fs/cgroup: control groups as version 2 has them, mounted where distributions mount them, with the two controllers that memory
 * hot-plug meets (kernel/cgroup/cgroup.c, cpuset.c; of memory in ./memory-cgroup-files.ts). What is shown of a machine without groups changes nothing of it.
 */
import { lineOccasion } from "../../chronicle/occasion.ts";
import { formatList } from "../../kernel/boot-layout/ranges.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { since } from "../../kernel/profiles/versions.ts";
import { allCpus } from "../../workload/affinity.ts";
import { Cgroup, CgroupTree, type Controller, CONTROLLERS } from "../../workload/cgroups.ts";
import { followCpuset } from "../../workload/cpuset-migration.ts";
import { parseCpus } from "../cpus.ts";
import type { FileErrno } from "../errno.ts";
import { signedNumber } from "../numbers.ts";
import { DONE, type Directory, type Entry, type WriteResult, type Writer, failed, writable } from "../tree.ts";
import { memoryFiles, unwritable } from "./memory-cgroup-files.ts";
import { processesOf } from "./process-list.ts";

const MOUNT = "/sys/fs/cgroup";
/** Nodes that a list may name (MAX_NUMNODES). */
const MOST_NODES = 1024;

/** The groups of a kernel, if it has any. */
export const cgroupsOf = (kernel: Kernel): CgroupTree | null => kernel.cgroups as CgroupTree | null;

/** The groups of a kernel: from the first write or mkdir on they are part of its state. */
const treeOf = (kernel: Kernel): CgroupTree => {
  kernel.cgroups ??= new CgroupTree(kernel);
  return kernel.cgroups as CgroupTree;
};

export const cgroupDirectory = (kernel: Kernel): Directory =>
  // What is read of the root before there is a group is not kept.
  groupDirectory(kernel, () => cgroupsOf(kernel) ?? new CgroupTree(kernel), "/");

/** A group's folder; the group is looked up whenever one of its files is used. */
function groupDirectory(kernel: Kernel, tree: () => CgroupTree, path: string): Directory {
  const group = (): Cgroup => find(tree(), path) ?? tree().root;
  return {
    kind: "directory",
    mode: 0o755,
    self: kernel,
    names: () => [...Object.keys(filesOf(kernel, group())), ...group().children.keys()],
    entry: (name) =>
      group().children.has(name)
        ? groupDirectory(kernel, tree, path === "/" ? `/${name}` : `${path}/${name}`)
        : filesOf(kernel, group())[name]?.(),
  };
}

function find(tree: CgroupTree, path: string): Cgroup | undefined {
  let group: Cgroup | undefined = tree.root;
  for (const name of path.split("/").filter(Boolean)) group = group?.children.get(name);
  return group;
}

function filesOf(kernel: Kernel, group: Cgroup): Readonly<Record<string, () => Entry>> {
  const text = (read: () => string) => () => unwritable(() => `${read()}\n`);
  const lines = (read: () => readonly (string | number)[]) => () =>
    unwritable(() =>
      read()
        .map((line) => `${line}\n`)
        .join(""),
    );
  const at = (write: (own: Cgroup, text: string, by?: Writer) => WriteResult, read: () => string) => () =>
    writable(read, (written, by) => write(ownOf(kernel, group), written, by), 0o644, 0);
  const procs = at(
    (own, written, by) => join(kernel, own, written, by),
    () => [...membersOf(kernel, group)].map((pid) => `${pid}\n`).join(""),
  );
  const isRoot = group.parent === null;
  /** A list of nothing is no line. */
  const line = (words: string): string => (words === "" ? "" : `${words}\n`);
  const inOrder = (of: ReadonlySet<Controller>): string => CONTROLLERS.filter((one) => of.has(one)).join(" ");
  const available = isRoot ? CONTROLLERS.join(" ") : inOrder((group.parent as Cgroup).subtree);
  return {
    "cgroup.controllers": () => unwritable(() => line(available)),
    ...(isRoot ? {} : { "cgroup.events": lines(() => [`populated ${hasAny(group) ? 1 : 0}`, "frozen 0"]) }),
    "cgroup.procs": procs,
    "cgroup.subtree_control": at(
      (own, written) => handOn(kernel, own, written),
      () => line(inOrder(group.subtree)),
    ),
    "cgroup.threads": procs,
    ...(isRoot ? {} : { "cgroup.type": text(() => (group.invalid ? "domain invalid" : "domain")) }),
    ...(isRoot || group.hasCpuset
      ? {
          "cpuset.cpus.effective": text(() => formatList(group.effectiveCpus)),
          "cpuset.mems.effective": text(() => formatList(group.effectiveMems)),
        }
      : {}),
    ...(group.hasCpuset
      ? {
          "cpuset.cpus": at(
            (own, written) => setCpus(kernel, own, written),
            () => `${formatList(group.cpus)}\n`,
          ),
          "cpuset.mems": at(
            (own, written) => setMems(kernel, own, written),
            () => `${formatList(group.mems)}\n`,
          ),
        }
      : {}),
    ...(group.memory ? memoryFiles(kernel, group.memory) : {}),
  };
}

/** The same group of the tree that is kept: a write may be the first that there is one for. */
const ownOf = (kernel: Kernel, group: Cgroup): Cgroup => find(treeOf(kernel), group.path) ?? treeOf(kernel).root;

const hasAny = (group: Cgroup): boolean => !group.all().next().done;

/** Processes that are in a group itself, by number. */
function membersOf(kernel: Kernel, group: Cgroup): number[] {
  if (group.parent !== null) return [...group.members].sort((a, b) => a - b);
  const { cgroups } = kernel;
  return processesOf(kernel)
    .map(({ pid }) => pid)
    .filter((pid) => !cgroups || (cgroups as CgroupTree).of(pid).parent === null);
}

/** A process moves into a group, with its pages where that has nodes of its own (cgroup_procs_write). */
function join(kernel: Kernel, group: Cgroup, text: string, by?: Writer): WriteResult {
  const asked = signedNumber(`${text.trim()}\n`);
  if (typeof asked === "string" || asked < 0) return failed("EINVAL");
  const pid = asked === 0 ? (by?.pid ?? 0) : asked;
  const listed = processesOf(kernel).find((each) => each.pid === pid);
  if (listed?.kernelThread) return failed("EINVAL");
  if (!listed && pid !== by?.pid) return failed("ESRCH");
  if (group.invalid) return failed("ENOTSUP");
  // Whose memory is told apart by groups below is in none beside them.
  if (group.parent !== null && group.subtree.has("memory")) return failed("EBUSY");
  const tree = treeOf(kernel);
  const before = tree.of(pid).cpuset.effectiveMems;
  tree.enter(pid, group);
  return follow(kernel, [pid], before, group.cpuset.effectiveMems, `echo ${pid} > ${MOUNT}${group.path}/cgroup.procs`);
}

function follow(
  kernel: Kernel,
  pids: Iterable<number>,
  from: readonly number[],
  to: readonly number[],
  line: string,
): WriteResult {
  const processes = [...pids].flatMap((pid) => kernel.processes.get(pid) ?? []);
  if (processes.length === 0 || from.join() === to.join()) return DONE;
  const op = kernel.start(lineOccasion(line), function* () {
    yield* followCpuset(kernel, processes, from, to);
    return null;
  });
  return { errno: null, op };
}

/**
 * `+memory -cpuset` (cgroup_subtree_control_write). The controller of memory is for groups that have no processes beside those of
 * their children; that of CPUs and nodes can be had all the same, but then no other.
 */
function handOn(kernel: Kernel, group: Cgroup, text: string): WriteResult {
  const wanted = new Set(group.subtree);
  for (const word of text.trim().split(/\s+/).filter(Boolean)) {
    const name = CONTROLLERS.find((one) => one === word.slice(1));
    if (!name || !/^[+-]/.test(word)) return failed("EINVAL");
    if (word.startsWith("+")) wanted.add(name);
    else wanted.delete(name);
  }
  const isBelow = ({ subtree }: Cgroup, name: Controller): boolean => subtree.has(name);
  for (const name of CONTROLLERS) {
    if (wanted.has(name) && !group.subtree.has(name) && group.parent !== null && !group.parent.subtree.has(name))
      return failed("ENOENT");
    if (!wanted.has(name) && [...group.children.values()].some((child) => isBelow(child, name))) return failed("EBUSY");
  }
  const isNew = wanted.has("memory") && !group.subtree.has("memory");
  if (isNew && group.parent !== null && group.members.size > 0)
    return failed(group.subtree.has("cpuset") ? "ENOTSUP" : "EBUSY");
  group.subtree.clear();
  for (const name of wanted) group.subtree.add(name);
  for (const child of group.children.values()) child.chargeOwn();
  treeOf(kernel).changed(group);
  return DONE;
}

/** A list of numbers below `most`, ascending; EINVAL for what is none, ERANGE beyond (bitmap_parselist). */
function parseList(text: string, most: number): readonly number[] | FileErrno {
  const written = text.trim();
  if (written === "") return [];
  if (!/^\d+(-\d+)?(,\d+(-\d+)?)*$/.test(written)) return "EINVAL";
  if (written.split(/[-,]/).some((number) => Number(number) >= most)) return "ERANGE";
  const ends = written.split(",").map((range) => range.split("-").map(Number));
  if (ends.some(([first = 0, last = first]) => last < first)) return "EINVAL";
  return [...new Set(parseCpus(written))].sort((a, b) => a - b);
}

function setMems(kernel: Kernel, group: Cgroup, text: string): WriteResult {
  const nodes = parseList(text, MOST_NODES);
  if (typeof nodes === "string") return failed(nodes);
  if (nodes.some((id) => kernel.nodes[id] === undefined)) return failed("EINVAL");
  if (nodes.length === 0 && group.mems.length > 0 && keepsLast(kernel, group)) return failed("ENOSPC");
  const before = group.effectiveMems;
  group.mems = nodes;
  const tree = treeOf(kernel);
  tree.check(nodes);
  tree.changed(group);
  return follow(
    kernel,
    group.all(),
    before,
    group.effectiveMems,
    `echo ${text.trim()} > ${MOUNT}${group.path}/cpuset.mems`,
  );
}

/** Up to 6.12 a group with processes keeps what was written last: nothing is refused (validate_change; recorded on 6.12 and 7.3). */
const keepsLast = (kernel: Kernel, group: Cgroup): boolean => !since(kernel.profile.version, 6, 18) && hasAny(group);

function setCpus(kernel: Kernel, group: Cgroup, text: string): WriteResult {
  const cpus = parseList(text, (allCpus(kernel).at(-1) ?? 0) + 1);
  if (typeof cpus === "string") return failed(cpus);
  if (cpus.some((cpu) => !allCpus(kernel).includes(cpu))) return failed("EINVAL");
  if (cpus.length === 0 && keepsLast(kernel, group)) return failed("ENOSPC");
  group.cpus = cpus;
  treeOf(kernel).changed(group);
  return DONE;
}

/** mkdir(2) and rmdir(2) below /sys/fs/cgroup; `null` for other folders, where nothing is made. */
export function changeFolder(kernel: Kernel, what: "mkdir" | "rmdir", path: string): FileErrno | null {
  const names = path.replace(/\/+$/, "").slice(MOUNT.length).split("/").filter(Boolean);
  const name = names.pop();
  if (!path.startsWith(`${MOUNT}/`) || name === undefined) return "EPERM";
  const tree = treeOf(kernel);
  const parent = find(tree, names.join("/"));
  if (!parent) return "ENOENT";
  const group = parent.children.get(name);
  if (what === "mkdir") {
    if (group || name in filesOf(kernel, parent)) return "EEXIST";
    parent.children.set(name, new Cgroup(tree, name, parent));
    return null;
  }
  if (!group) return name in filesOf(kernel, parent) ? "ENOTDIR" : "ENOENT";
  if (group.children.size > 0 || group.members.size > 0) return "EBUSY";
  group.leaveMemory();
  parent.children.delete(name);
  return null;
}
