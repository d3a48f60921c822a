/** What the monitor of the emulated machine tells (QEMU's hw/core/machine-hmp-cmds.c), and how it refuses. */
import { MIB } from "../../../engine/units.ts";
import type { Machine, MonitorDevice } from "../../system.ts";
import { listed } from "./meminfo-text.ts";

/** Memory backends by name: their bytes, and the device that was plugged with them last. */
export type Backends = Map<string, { readonly size: number; device: string | null }>;

/** The monitor refuses; these are its words. */
export class Refusal extends Error {}

export const refuse = (words: string): never => {
  throw new Refusal(`Error: ${words}`);
};

/** As many words as a command takes: nothing missing, nothing more. */
export function taken(command: string, words: readonly string[], least: number, most = least): readonly string[] {
  const wrong =
    words.length < least ? "string expected" : words.length > most ? "extraneous characters at the end of line" : null;
  if (wrong !== null)
    throw new Refusal(`${command.replace("info ", "")}: ${wrong}\nTry "help ${command}" for more information`);
  return words;
}

const HELP = `device_add pc-dimm,id=ID,memdev=BACKEND[,node=N][,slot=N][,addr=ADDRESS] -- add a DIMM
device_del ID -- ask the guest to give a DIMM back
info memdev -- show memory backends
info memory-devices -- show memory devices
info memory_size_summary -- show the amount of initially allocated and present hotpluggable memory
info numa -- show NUMA information
info status -- show the current VM status
object_add memory-backend-ram,id=BACKEND,size=SIZE -- create memory for a DIMM
object_del BACKEND -- delete it again
qom-get PATH PROPERTY -- print a property of a memory device or a backend
qom-list PATH -- list what there is: /objects, /machine/peripheral
qom-set ID requested-size SIZE -- set what a virtio-mem device should give
help [COMMAND] -- show this
`;

export function help(of: string): string {
  const lines = HELP.split(/(?<=\n)/).filter((line) => of === "" || line.startsWith(`${of} `));
  if (lines.length === 0) throw new Refusal(`unknown command: '${of}'`);
  return lines.join("");
}

export function deviceAt(machine: Machine, id: string): MonitorDevice {
  return machine.devices().find((device) => device.id === id) ?? refuse(`Device '${id}' not found`);
}

export const figures = (device: MonitorDevice): Readonly<Record<string, number | boolean | null>> =>
  device.kind === "dimm"
    ? { addr: device.address, slot: device.slot, node: device.node, size: device.size, hotpluggable: true }
    : {
        memaddr: device.address,
        node: device.node,
        size: device.size,
        "requested-size": device.requested,
        "block-size": 2 * MIB,
      };

/** What a backend is made of, as far as anybody asks. */
const backendFigures = (size: number, reserve: boolean): Readonly<Record<string, number | string | boolean>> => ({
  size,
  merge: true,
  dump: true,
  prealloc: false,
  share: false,
  reserve,
  policy: "default",
});

/** All backends by name: those of the machine's own memory, of devices that were there first, and those made here. */
function* allBackends(machine: Machine, own: Backends): Iterable<[name: string, size: number, reserve: boolean]> {
  for (const [n, node] of machine.baseNodes.entries()) if (node.bytes > 0) yield [`m${n}`, node.bytes, false];
  for (const device of machine.devices()) {
    const name = backendOf(own, device).replace("/objects/", "");
    if (!own.has(name)) yield [name, device.region ?? device.size, false];
  }
  for (const [name, { size }] of own) yield [name, size, true];
}

function backends(machine: Machine, own: Backends): string {
  const parts = [...allBackends(machine, own)].map(([name, size, reserve]) => {
    const lines = Object.entries(backendFigures(size, reserve)).map(
      ([key, value]) => `  ${key}: ${key === "size" ? " " : ""}${value}\n`,
    );
    return `memory backend: ${name}\n${lines.join("")}  host nodes: \n`;
  });
  return `${parts.join("")}\n`;
}

/** qom-list: what lies below a path that is about memory. */
export function children(machine: Machine, own: Backends, path: string | undefined): string {
  const list = (all: readonly (readonly [name: string, kind: string])[]) =>
    ["type (string)", ...all.map(([name, kind]) => `${name} (child<${kind}>)`), ""].join("\n");
  switch (path?.replace(/(?<=.)\/$/, "")) {
    case undefined:
      return "/\n";
    case "/":
      return list([
        ["objects", "container"],
        ["machine", "pc-i440fx-7.2-machine"],
      ]);
    case "/objects":
      return list([...allBackends(machine, own)].map(([name]) => [name, "memory-backend-ram"]));
    case "/machine/peripheral":
      return list(machine.devices().map(({ id, kind }) => [id, kind === "dimm" ? "pc-dimm" : "virtio-mem-pci"]));
    default:
      return refuse(`Device '${path}' not found`);
  }
}

export function property(machine: Machine, own: Backends, [path = "", name = ""]: readonly string[]): string {
  const [, object] = /^\/objects\/([^/]+)$/.exec(path) ?? [];
  if (object !== undefined) {
    const [, size, reserve = false] = [...allBackends(machine, own)].find(([each]) => each === object) ?? [];
    if (size === undefined) return refuse(`Device '${path}' not found`);
    const held = backendFigures(size, reserve)[name];
    return held === undefined ? refuse(`Property 'memory-backend-ram.${name}' not found`) : `${JSON.stringify(held)}\n`;
  }
  const device = deviceAt(machine, path.replace(/^.*\//, ""));
  if (name === "memdev") return `"${backendOf(own, device)}"\n`;
  const value = figures(device)[name];
  const driver = device.kind === "dimm" ? "pc-dimm" : "virtio-mem-pci";
  return value === undefined ? refuse(`Property '${driver}.${name}' not found`) : `${value}\n`;
}

export function info(machine: Machine, own: Backends, words: readonly string[]): string {
  const devices = machine.devices();
  const [what = "", ...more] = words;
  const told = (): string => {
    switch (what) {
      case "memdev":
        return backends(machine, own);
      case "memory-devices":
        return devices.map((device) => described(device, backendOf(own, device))).join("");
      case "memory_size_summary": {
        const base = machine.baseNodes.reduce((sum, node) => sum + node.bytes, 0);
        return `base memory: ${base}\nplugged memory: ${pluggedOn(devices)}\n`;
      }
      case "numa":
        return numa(machine, devices);
      case "status":
        return "VM status: running\n";
      case "":
        return help("info");
      default:
        throw new Refusal(`unknown command: 'info ${words.join(" ")}'`);
    }
  };
  const text = told();
  taken(`info ${what}`, more, 0);
  return text;
}

const pluggedOn = (devices: readonly MonitorDevice[]): number => devices.reduce((sum, { size }) => sum + size, 0);

function numa({ baseNodes }: Machine, devices: readonly MonitorDevice[]): string {
  const nodes = baseNodes.map((node, n) => {
    const plugged = pluggedOn(devices.filter((device) => device.node === n));
    const cpus = listed(node.cpus).map((cpu) => ` ${cpu}`);
    const size = Math.floor((node.bytes + plugged) / MIB);
    return `node ${n} cpus:${cpus.join("")}\nnode ${n} size: ${size} MB\nnode ${n} plugged: ${Math.floor(plugged / MIB)} MB\n`;
  });
  return `${nodes.length} nodes\n${nodes.join("")}`;
}

/** Where the memory behind a device comes from; what nobody here made has the name that recorders give it. */
function backendOf(own: Backends, { id }: MonitorDevice): string {
  const name = [...own].findLast(([, { device }]) => device === id)?.[0];
  return `/objects/${name ?? `mem-${id}`}`;
}

function described(device: MonitorDevice, memdev: string): string {
  const hex = (value: number) => `0x${value.toString(16)}`;
  const lines =
    device.kind === "virtio-mem"
      ? [
          `memaddr: ${hex(device.address)}`,
          `node: ${device.node}`,
          `requested-size: ${device.requested}`,
          `size: ${device.size}`,
          `max-size: ${device.region}`,
          `block-size: ${2 * MIB}`,
          `memdev: ${memdev}`,
        ]
      : [
          `addr: ${hex(device.address)}`,
          `slot: ${device.slot}`,
          `node: ${device.node}`,
          `size: ${device.size}`,
          `memdev: ${memdev}`,
          `hotplugged: ${device.hotplugged}`,
          "hotpluggable: true",
        ];
  const kind = device.kind === "virtio-mem" ? "virtio-mem" : "dimm";
  return `Memory device [${kind}]: "${device.id}"\n${lines.map((line) => `  ${line}\n`).join("")}`;
}
