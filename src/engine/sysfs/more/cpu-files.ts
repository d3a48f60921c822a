/** /sys/devices/system/cpu (drivers/base/cpu.c, topology.c): CPUs of the description, one core each, a socket a node. */
import { formatList } from "../../kernel/boot-layout/ranges.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { cpuMask, parseCpus } from "../cpus.ts";
import { DONE, type Directory, directory, failed, link, readable, writable } from "../tree.ts";
import { power } from "./power-files.ts";
import { largest } from "../../lists.ts";

const LIST_SIZE = 28_672;
const MOST_CPUS = 8191;

export function cpuDirectory(kernel: Kernel): Directory {
  const byNode = kernel.nodes
    .map((node) => ({ node: node.id, cpus: parseCpus(node.presentCpus) }))
    .filter(({ cpus }) => cpus.length > 0);
  const all = byNode.flatMap(({ cpus }) => cpus);
  const list = `${formatList(all)}\n`;
  const online = new Set(kernel.nodes.flatMap((node) => parseCpus(node.cpus)));
  const cpus = byNode.flatMap(({ node, cpus: siblings }, socket) =>
    siblings.map(
      (cpu, core) =>
        [
          `cpu${cpu}`,
          () => cpuOf({ cpu, runs: online.has(cpu), core, node, socket, siblings }, Math.ceil((largest(all) + 1) / 32)),
        ] as const,
    ),
  );
  return directory({
    ...Object.fromEntries(cpus),
    isolated: readable(() => "\n"),
    kernel_max: readable(() => `${MOST_CPUS}\n`),
    modalias: readable(() => "cpu:type:x86,ven0002fam000Fmod006B:feature:\n"),
    nohz_full: readable(() => "(null)\n"),
    offline: readable(() => `${formatList(all.filter((cpu) => !online.has(cpu)))}\n`),
    online: readable(() => `${formatList([...online])}\n`),
    possible: readable(() => list),
    power: power(),
    present: readable(() => list),
    uevent: writable(
      () => "",
      () => DONE,
    ),
  });
}

/** A CPU and where it stands: numbers, all of them. */
interface Cpu {
  readonly cpu: number;
  readonly runs: boolean;
  /** Of its socket. */
  readonly core: number;
  readonly node: number;
  readonly socket: number;
  /** CPUs of its socket. */
  readonly siblings: readonly number[];
}

/** `words`: of 32 bits, in a mask of CPUs. */
function cpuOf({ cpu, runs, core, node, socket, siblings }: Cpu, words: number): Directory {
  const mask = (of: readonly number[]) => readable(() => `${cpuMask(of, words)}\n`);
  const list = (of: readonly number[]) => readable(() => `${formatList([...of])}\n`, 0o444, LIST_SIZE);
  return directory({
    // The boot CPU cannot be switched off; nothing here switches the others.
    ...(cpu === 0
      ? {}
      : {
          online: writable(
            () => `${Number(runs)}\n`,
            (text) => (runs && /^1\n?$/.test(text) ? DONE : failed("EPERM")),
          ),
        }),
    [`node${node}`]: link(`../../node/node${node}`),
    power: power(true),
    subsystem: link("../../../../bus/cpu"),
    ...(runs
      ? {
          topology: directory({
            core_cpus: mask([cpu]),
            core_cpus_list: list([cpu]),
            core_id: readable(() => `${core}\n`),
            core_siblings: mask(siblings),
            core_siblings_list: list(siblings),
            die_id: readable(() => "0\n"),
            package_cpus: mask(siblings),
            package_cpus_list: list(siblings),
            physical_package_id: readable(() => `${socket}\n`),
            thread_siblings: mask([cpu]),
            thread_siblings_list: list([cpu]),
          }),
        }
      : {}),
    uevent: writable(
      () => "DRIVER=processor\n",
      () => DONE,
    ),
  });
}
