/**
 * The hardware side: the monitor of the emulated machine (QEMU's human monitor), as `qemu-monitor COMMAND …` and as
 * `virsh qemu-monitor-command DOMAIN --hmp 'COMMAND …'`. Without a command, qemu-monitor reads lines.
 */
import { MIB, bytes, parseSize } from "../../../engine/units.ts";
import type { Machine, MonitorDevice, Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { print } from "../output.ts";

/** Memory backends that were made and not yet plugged, machine by machine. */
const backends = new WeakMap<Machine, Map<string, number>>();

const HELP = `device_add pc-dimm,id=ID,memdev=BACKEND[,node=N][,addr=ADDRESS] -- add a DIMM
device_del ID -- ask the guest to give a DIMM back
info memory-devices -- show memory devices
info memory_size_summary -- show the amount of initially allocated and present hotpluggable memory
object_add memory-backend-ram,id=BACKEND,size=SIZE -- create memory for a DIMM
object_del BACKEND -- delete it again
qom-set ID requested-size SIZE -- set what a virtio-mem device should give
help -- show this
`;

export function* qemuMonitor(context: CommandContext): Running<number> {
  const { machine } = context.state.system;
  if (!machine) {
    yield* context.std.err.write("qemu-monitor: there is no machine\n");
    return 1;
  }
  const [first] = context.args;
  if (first === "--help" || first === "-h") return yield* print(context, HELP);
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
  const [command = "", ...words] = line.split(/\s+/);
  const refuse = function* (message: string): Running<number> {
    yield* context.std.err.write(`Error: ${message}\n`);
    return 1;
  };
  const own = backends.get(machine) ?? new Map<string, number>();
  backends.set(machine, own);
  switch (command) {
    case "help":
    case "?":
      return yield* print(context, HELP);
    case "info":
      return yield* info(context, machine, words.join(" "));
    case "object_add": {
      const [kind, values] = properties(words.join(""));
      if (!/^memory-backend-(ram|memfd|file)$/.test(kind)) return yield* refuse(`invalid object type: ${kind}`);
      const [id, size] = [values.get("id"), values.get("size")];
      const amount =
        size === undefined ? undefined : parseSize(/^\d+$/.test(size) && Number(size) < 4096 ? `${size}M` : size);
      if (id === undefined) return yield* refuse("Parameter 'id' is missing");
      if (amount === undefined || amount === 0) return yield* refuse("Parameter 'size' is missing");
      if (own.has(id) || machine.devices().some((device) => device.id === id))
        return yield* refuse(`attempt to add duplicate property '${id}' to object (type 'container')`);
      own.set(id, amount);
      return 0;
    }
    case "object_del": {
      const [id = ""] = words;
      return own.delete(id) ? 0 : yield* refuse(`object '${id}' not found`);
    }
    case "device_add": {
      const [driver, values] = properties(words.join(""));
      if (driver !== "pc-dimm") return yield* refuse(`'${driver}' is not a valid device model name`);
      const [id, backend] = [values.get("id") ?? `dimm${machine.devices().length}`, values.get("memdev")];
      const size = backend === undefined ? undefined : own.get(backend);
      if (backend === undefined) return yield* refuse("'memdev' property is not set");
      if (size === undefined)
        return yield* refuse(
          `Property 'pc-dimm.memdev' can't find value '${backend}'`.replace("find value", "take value"),
        );
      const address = values.get("addr");
      const added = machine.submit({
        do: "hotadd",
        partition: machine.partition,
        id,
        node: Number(values.get("node") ?? 0),
        size: bytes(size),
        ...(address === undefined ? {} : { addr: Number(address) }),
      });
      if (added.errno !== null) return yield* refuse(wordsOf(added));
      own.delete(backend);
      return 0;
    }
    case "device_del": {
      const [id = ""] = words;
      if (machine.devices().some((device) => device.kind === "virtio-mem" && device.id === id))
        return yield* refuse("virtio based memory devices cannot be unplugged.");
      const gone = machine.submit({ do: "hotremove", partition: machine.partition, id });
      return gone.errno === null ? 0 : yield* refuse(wordsOf(gone));
    }
    case "qom-set": {
      const [path = "", property, value = ""] = words;
      if (property !== "requested-size") return yield* refuse(`Property '${path}.${property ?? ""}' not found`);
      const size = parseSize(value);
      if (size === undefined) return yield* refuse(`Parameter 'requested-size' expects a size`);
      const set = machine.submit({
        do: "resize",
        partition: machine.partition,
        id: path.replace(/^.*\//, ""),
        size: bytes(size),
      });
      return set.errno === null ? 0 : yield* refuse(wordsOf(set));
    }
    default:
      yield* context.std.err.write(`unknown command: '${command}'\n`);
      return 1;
  }
}

/** `pc-dimm,id=d1,memdev=m1`. */
function properties(text: string): [kind: string, values: Map<string, string>] {
  const [kind = "", ...rest] = text.split(",");
  return [kind, new Map(rest.map((part) => [part.replace(/=.*/s, ""), part.replace(/^[^=]*=?/s, "")]))];
}

function* info(context: CommandContext, machine: Machine, what: string): Running<number> {
  const devices = machine.devices();
  if (what === "memory-devices") return yield* print(context, devices.map(described).join(""));
  if (what === "memory_size_summary") {
    const plugged = devices.reduce((sum, device) => sum + device.size, 0);
    return yield* print(context, `base memory: ${machine.baseMemory}\nplugged memory: ${plugged}\n`);
  }
  yield* context.std.err.write(`unknown command: 'info ${what}'\n`);
  return 1;
}

function described(device: MonitorDevice): string {
  const hex = (value: number) => `0x${value.toString(16)}`;
  if (device.kind === "virtio-mem")
    return `Memory device [virtio-mem]: "${device.id}"\n  memaddr: ${hex(device.address)}\n  node: ${device.node}\n  requested-size: ${device.requested}\n  size: ${device.size}\n  max-size: ${device.region}\n  block-size: ${2 * MIB}\n  memdev: /objects/mem-${device.id}\n`;
  return `Memory device [dimm]: "${device.id}"\n  addr: ${hex(device.address)}\n  slot: ${device.slot}\n  node: ${device.node}\n  memdev: /objects/mem-${device.id}\n  hotplugged: ${device.hotplugged}\n  hotpluggable: true\n  size: ${device.size}\n`;
}
