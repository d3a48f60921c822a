/** A described machine as QEMU's `pc`: memory by node, SLIT, and the DIMMs and virtio-mem devices that are there at boot. */
import { bytesOf } from "../../playback/machine.ts";
import type { LabScenario } from "../../protocol/trace.ts";
import { largest } from "../../engine/lists.ts";

export const backendOf = (device: string): string => `mem-${device}`;

/** `reserve=off`: the guest may be larger than this machine as long as it doesn't touch what it has. */
const backend = (id: string, size: string): string[] => [
  "-object",
  `memory-backend-ram,id=${id},size=${bytesOf(size)},reserve=off`,
];

/** Device block of virtio-mem. */
export const VIRTIO_BLOCK = "2M";

export function machineArguments({ machine, coldplug, virtio_mem: virtioMem }: LabScenario): string[] {
  const { nodes, slots, maxmem, distance = [] } = machine;
  const total = nodes.reduce((sum, node) => sum + bytesOf(node.mem), 0);
  return [
    ...["-m", `${total / 2 ** 20}M,slots=${slots},maxmem=${maxmem}`, "-smp", String(processors(nodes))],
    ...nodes.flatMap(({ mem, cpus }, i) => {
      const node = `node,nodeid=${i}${
        cpus === undefined
          ? ""
          : cpus
              .split(",")
              .map((range) => `,cpus=${range}`)
              .join("")
      }`;
      return bytesOf(mem) === 0 ? ["-numa", node] : [...backend(`m${i}`, mem), "-numa", `${node},memdev=m${i}`];
    }),
    ...distance.flatMap(([from, to, value]) => ["-numa", `dist,src=${from},dst=${to},val=${value}`]),
    ...coldplug.flatMap(({ id, size, node }) => [
      ...backend(backendOf(id), size),
      ...["-device", `pc-dimm,id=${id},memdev=${backendOf(id)},node=${node}`],
    ]),
    ...virtioMem.flatMap(({ id, size, node, requested = "0M" }) => [
      ...backend(backendOf(id), size),
      "-device",
      `virtio-mem-pci,id=${id},memdev=${backendOf(id)},node=${node},requested-size=${bytesOf(requested)},block-size=${VIRTIO_BLOCK}`,
    ]),
  ];
}

/** Two, as on the machines that were recorded before, unless the nodes name more. */
function processors(nodes: LabScenario["machine"]["nodes"]): number {
  const named = nodes.flatMap(({ cpus }) => (cpus?.match(/\d+/g) ?? []).map(Number));
  return largest(named, 1) + 1;
}

/** Arguments of the kernel that every recording has. They steer the console, and time that is emulated; not memory. */
export const CONSOLE_ARGUMENTS = "console=ttyS0 loglevel=0 quiet panic=-1 nokaslr mitigations=off tsc=unstable";
