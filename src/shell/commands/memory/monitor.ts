/**
 * The hardware side: the monitor of the emulated machine (QEMU's human monitor), as `qemu-monitor COMMAND …` and as
 * `virsh qemu-monitor-command DOMAIN --hmp 'COMMAND …'`. Without a command, qemu-monitor reads lines.
 */
import { bytes } from "../../../engine/units.ts";
import type { Machine, Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { print } from "../output.ts";
import {
  type Backends,
  Refusal,
  children,
  deviceAt,
  figures,
  help,
  info,
  property,
  refuse,
  taken,
} from "./monitor-answers.ts";

/** The memory backends of each machine. */
const backends = new WeakMap<Machine, Backends>();

export function* qemuMonitor(context: CommandContext): Running<number> {
  const { machine } = context.state.system;
  if (!machine) {
    yield* context.std.err.write("qemu-monitor: there is no machine\n");
    return 1;
  }
  const [first] = context.args;
  if (first === "--help" || first === "-h") return yield* print(context, help(""));
  if (first !== undefined) return yield* answer(context, machine, context.args.join(" "));
  const { in: input } = context.std;
  let status = 0;
  for (;;) {
    if (input.isTerminal) yield* print(context, "(qemu) ");
    const line = yield* input.line();
    if (line === undefined || line.trim() === "quit" || line.trim() === "q") return status;
    if (line.trim() !== "") status = yield* answer(context, machine, line.trim());
  }
}

export function* virsh(context: CommandContext): Running<number> {
  const { machine } = context.state.system;
  const words = context.args.filter((arg) => arg !== "--hmp" && arg !== "--pretty");
  const [command, domain, ...rest] = words;
  if (command === "list")
    return yield* print(
      context,
      ` Id   Name${" ".repeat(6)}State\n-------------------------\n 1    ${(machine?.partition ?? "").padEnd(9)} running\n\n`,
    );
  if (command !== "qemu-monitor-command" || !machine) {
    yield* context.std.err.write(
      command === undefined
        ? "usage: virsh qemu-monitor-command DOMAIN --hmp COMMAND\n"
        : `error: unknown command: '${command}'\n`,
    );
    return 1;
  }
  if (domain !== machine.partition && domain !== "1") {
    yield* context.std.err.write(`error: failed to get domain '${domain ?? ""}'\n`);
    return 1;
  }
  return yield* answer(context, machine, rest.join(" "));
}

/** What the monitor says of a command that was not accepted. */
const wordsOf = ({ errno, rejection }: ReturnType<Machine["submit"]>): string =>
  rejection?.why === "monitor-says" ? rejection.text : String(errno);

/** One line of the monitor. What it refuses it says, and is status 1. */
function* answer(context: CommandContext, machine: Machine, line: string): Running<number> {
  try {
    return yield* print(context, answerOf(machine, line));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    yield* context.std.err.write(`${error.message}\n`);
    return 1;
  }
}

/** What the monitor answers (monitor/hmp.c). Throws a `Refusal`. */
function answerOf(machine: Machine, line: string): string {
  const [command = "", ...words] = line.split(/\s+/);
  const own: Backends = backends.get(machine) ?? new Map();
  backends.set(machine, own);
  switch (command) {
    case "help":
    case "?":
      return help(words.join(" "));
    case "info":
      return info(machine, own, words);
    case "object_add":
      taken(command, words, 1, Number.POSITIVE_INFINITY);
      return addBackend(own, words.join(""));
    case "object_del": {
      const [id = ""] = taken(command, words, 1);
      const backend = own.get(id);
      if (!backend) return refuse(`object '${id}' not found`);
      if (inUse(machine, backend)) return refuse(`object '${id}' is in use, can not be deleted`);
      own.delete(id);
      return "";
    }
    case "device_add":
      return addDimm(machine, own, words.join(""));
    case "device_del": {
      const [id = ""] = taken(command, words, 1);
      if (machine.devices().some((device) => device.kind === "virtio-mem" && device.id === id))
        refuse("virtio based memory devices cannot be unplugged.");
      return submitted(machine, { do: "hotremove", partition: machine.partition, id });
    }
    case "qom-get":
      return property(machine, own, taken(command, words, 2));
    case "qom-list":
      return children(machine, own, taken(command, words, 0, 1)[0]);
    case "qom-set": {
      const [path = "", name, value = ""] = taken(command, words, 3);
      const [, object] = /^\/objects\/([^/]+)$/.exec(path) ?? [];
      if (object !== undefined) refuse(`cannot change property ${name ?? ""} of memory-backend-ram`);
      const id = path.replace(/^.*\//, "");
      const device = deviceAt(machine, id);
      if (device.kind === "dimm")
        refuse(
          `Property 'pc-dimm.${name}' ${name !== undefined && name in figures(device) ? "is not writable" : "not found"}`,
        );
      if (name !== "requested-size") refuse(`Property 'virtio-mem-pci.${name ?? ""}' not found`);
      const size = sizeOf(value);
      if (size === undefined) return refuse("Parameter 'requested-size' expects size");
      return submitted(machine, { do: "resize", partition: machine.partition, id, size: bytes(size) });
    }
    default:
      throw new Refusal(`unknown command: '${command}'`);
  }
}

function submitted(machine: Machine, command: Parameters<Machine["submit"]>[0]): string {
  const done = machine.submit(command);
  return done.errno === null ? "" : refuse(wordsOf(done));
}

const inUse = (machine: Machine, { device }: { readonly device: string | null }): boolean =>
  machine.devices().some(({ id }) => id === device);

const IDENTIFIER = /^[a-zA-Z][-._a-zA-Z0-9]*$/;
const NO_IDENTIFIER =
  "Parameter 'id' expects an identifier\nIdentifiers consist of letters, digits, '-', '.', '_', starting with a letter.";

/** `pc-dimm,id=d1,memdev=m1`: the first may be without its name. */
function properties(text: string, first: string): Map<string, string> {
  const parts = text.split(",").filter((part) => part !== "");
  return new Map(
    parts.map((part, i) => {
      const [, name, value = ""] = /^([^=]*)=?(.*)$/s.exec(part) ?? [];
      return part.includes("=") ? [name ?? "", value] : i === 0 ? [first, part] : [part, "on"];
    }),
  );
}

/** Bytes, as QEMU reads them (util/cutils.c, qemu_strtosz): `0x8000000`, `128m`, `1.5G`; nothing for what is none. */
function sizeOf(text: string): number | undefined {
  const [, number = "", unit = "B"] = /^(0x[\da-f]+|\d+(?:\.\d+)?(?=[kmgtpe])|\d+)([bkmgtpe]?)$/i.exec(text) ?? [];
  const value = Math.floor(Number(number) * 1024 ** Math.max(0, "BKMGTPE".indexOf(unit.toUpperCase())));
  return number !== "" && value < 2 ** 64 ? value : undefined;
}

const SWITCHES = ["share", "prealloc", "merge", "dump", "reserve"];
const BACKEND_PROPERTIES = [
  ...SWITCHES,
  "qom-type",
  "id",
  "size",
  "mem-path",
  "host-nodes",
  "policy",
  "prealloc-threads",
];

function addBackend(own: Backends, text: string): string {
  const values = properties(text, "qom-type");
  const [kind, id, size] = ["qom-type", "id", "size"].map((name) => values.get(name));
  if (kind === undefined) refuse("Parameter 'qom-type' is missing");
  if (!/^memory-backend-(ram|memfd|file)$/.test(kind as string))
    refuse(`Parameter 'qom-type' does not accept value '${kind}'`);
  if (id === undefined) return refuse("Parameter 'id' is missing");
  if (size === undefined) return refuse("Parameter 'size' is missing");
  for (const name of SWITCHES)
    if (!/^(on|off)$/.test(values.get(name) ?? "on")) refuse(`Parameter '${name}' expects 'on' or 'off'`);
  const amount = sizeOf(size);
  if (amount === undefined) return refuse("Parameter 'size' expects size");
  if (kind === "memory-backend-file" && !values.has("mem-path")) refuse("Parameter 'mem-path' is missing");
  const unknown = [...values.keys()].find((name) => !BACKEND_PROPERTIES.includes(name));
  if (unknown !== undefined) refuse(`Parameter '${unknown}' is unexpected`);
  if (!IDENTIFIER.test(id)) refuse(NO_IDENTIFIER);
  if (values.has("host-nodes")) refuse("Invalid parameter type for 'host-nodes', expected: array");
  const policy = values.get("policy") ?? "default";
  if (!/^(default|preferred|bind|interleave)$/.test(policy))
    refuse(`Parameter 'policy' does not accept value '${policy}'`);
  if (policy !== "default") refuse(`host-nodes must be set for policy ${policy}`);
  if (amount === 0) refuse(`property 'size' of ${kind} doesn't take value '0'`);
  if (own.has(id)) refuse(`attempt to add duplicate property '${id}' to object (type 'container')`);
  own.set(id, { size: amount, device: null });
  return "";
}

/** Properties are set in turn, the last first, before the whole is looked at. */
function addDimm(machine: Machine, own: Backends, text: string): string {
  const values = properties(text, "driver");
  const driver = values.get("driver");
  if (driver === undefined) return refuse("Parameter 'driver' is missing");
  const given = values.get("id");
  if (given !== undefined && !IDENTIFIER.test(given))
    throw new Refusal(`${NO_IDENTIFIER}\nTry "help device_add" for more information`);
  const devices = machine.devices();
  if (driver === "virtio-mem-pci") return refuseVirtio(machine, own, values.get("memdev"));
  if (driver === "nvdimm") refuse("nvdimm is not enabled: missing 'nvdimm' in '-M'");
  if (driver !== "pc-dimm") refuse(`'${driver}' is not a valid device model name`);
  const id = given ?? `dimm${devices.length}`;
  if (devices.some((device) => device.id === id)) refuse(`Duplicate device ID '${id}'`);
  for (const [name, value] of [...values].reverse()) {
    if (name === "driver" || name === "id") continue;
    if (name === "memdev") {
      if (!own.has(value)) refuse(`Device '${value}' not found`);
    } else if (!["node", "slot", "addr"].includes(name)) refuse(`Property 'pc-dimm.${name}' not found`);
    else if (!/^-?(0x[\da-f]+|\d+)$/i.test(value)) refuse(`Parameter '${name}' expects integer`);
    else if (name === "node" && value.startsWith("-")) refuse("Parameter 'node' expects uint32_t");
  }
  const number = (name: string): number | undefined => {
    const value = values.get(name);
    return value === undefined ? undefined : value.startsWith("-") ? -Number(value.slice(1)) : Number(value);
  };
  const memdev = values.get("memdev");
  const backend = own.get(memdev ?? "");
  if (!backend) return refuse("'memdev' property must be set");
  const [node = 0, slot, addr] = [number("node"), number("slot"), number("addr")];
  if (inUse(machine, backend) && node < machine.baseNodes.length) refuse(`can't use already busy memdev: ${memdev}`);
  const { partition } = machine;
  const place = { ...(slot === undefined || slot === -1 ? {} : { slot }), ...(addr === undefined ? {} : { addr }) };
  submitted(machine, { do: "hotadd", partition, id, node, size: bytes(backend.size), ...place });
  backend.device = id;
  return "";
}

/** A virtio-mem device comes with the machine's description, and no other can be added to it: said after what QEMU would say. */
function refuseVirtio(machine: Machine, own: Backends, memdev: string | undefined): never {
  if (memdev === undefined) return refuse("'memdev' property must be set");
  const backend = own.get(memdev);
  if (!backend) return refuse(`Device '${memdev}' not found`);
  if (inUse(machine, backend)) return refuse(`'memdev' property specifies a busy memdev: ${memdev}`);
  return refuse("virtio-mem-pci: this machine has the virtio-mem devices of its description, and takes no others");
}
