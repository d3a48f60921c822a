/** Kernel modules: `insmod`, `modprobe`, `rmmod`, `lsmod`. */
import { strerror } from "../../../engine/sysfs/errno.ts";
import { absolute } from "../../state.ts";
import type { Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { readText } from "../memory/meminfo-text.ts";
import { badOptions, complain, joinLines, optionError, options, print, usage } from "../output.ts";

/** The path of a module: as given, or by its name in /mods. */
function modulePath(context: CommandContext, name: string): string | undefined {
  const found = context.state.system.files.list("/mods");
  const wanted = name.replace(/\.ko$/, "").replaceAll("_", "-");
  const file = ("names" in found ? found.names : []).find(
    (each) => each.replace(/\.ko$/, "").replaceAll("_", "-") === wanted,
  );
  return file && `/mods/${file}`;
}

export function* insmod(context: CommandContext): Running<number> {
  const [path, ...parameters] = context.args;
  const busybox = context.state.system.dialect === "busybox";
  if (path === undefined)
    return yield* complain(context, busybox ? "usage: insmod FILE [NAME=VALUE]..." : "ERROR: missing filename.");
  const errno = context.state.system.insmod(absolute(context.state, path), parameters.join(" "));
  if (errno === null) return 0;
  if (busybox) return yield* complain(context, `can't insert '${path}': ${strerror(errno)}`);
  const exists = !("errno" in context.state.system.files.stat(absolute(context.state, path)));
  // A module whose symbols are missing is refused with ENOENT although its file is there.
  return yield* complain(
    context,
    exists
      ? `ERROR: could not insert module ${path}: ${errno === "ENOENT" ? "Unknown symbol in module" : strerror(errno)}`
      : `ERROR: could not load module ${path}: ${strerror(errno)}`,
  );
}

export function* modprobe(context: CommandContext): Running<number> {
  const given = options(context.args, "+arvnqf", { all: "a", remove: "r", verbose: "v", quiet: "q" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const [first, ...parameters] = rest;
  if (first === undefined) return yield* complain(context, "ERROR: missing parameters. See -h.");
  if (flags.has("r")) {
    // What is not loaded is as it should be.
    const loaded = readText(context, "/proc/modules") ?? "";
    return yield* remove(
      context,
      rest.filter((name) => new RegExp(`^${name.replaceAll("-", "_").replace(/\W/g, "")} `, "m").test(loaded)),
    );
  }
  const release = (readText(context, "/proc/sys/kernel/osrelease") ?? "").trim();
  let status = 0;
  for (const name of flags.has("a") ? rest : [first]) {
    const path = modulePath(context, name);
    if (path === undefined) {
      status = yield* complain(context, `FATAL: Module ${name} not found in directory /lib/modules/${release}`);
      continue;
    }
    status = (yield* insertWithNeeds(context, path, flags.has("a") ? "" : parameters.join(" "), 0)) || status;
  }
  return status;
}

/** What a module needs comes first, as far as this kernel has it as modules. */
function* insertWithNeeds(context: CommandContext, path: string, parameters: string, depth: number): Running<number> {
  const { system } = context.state;
  const others = system.files.list("/mods");
  const named = (name: string): string => name.replace(/.*\//, "").replace(/\.ko$/, "").replaceAll("_", "-");
  if (depth < 4 && "names" in others)
    for (const need of NEEDS[named(path)] ?? []) {
      const file = others.names.find((name) => named(name) === need);
      if (file) yield* insertWithNeeds(context, `/mods/${file}`, "", depth + 1);
    }
  const errno = system.insmod(path, parameters);
  if (errno === null || errno === "EEXIST") return 0;
  return yield* complain(
    context,
    `ERROR: could not insert '${path.replace(/.*\//, "").replace(/\.ko$/, "").replaceAll("-", "_")}': ${strerror(errno)}`,
  );
}

/** As modules.dep has it. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  "memory-notifier-error-inject": ["notifier-error-inject"],
  virtio: ["virtio-ring"],
  "virtio-pci": ["virtio-ring", "virtio", "virtio-pci-modern-dev", "virtio-pci-legacy-dev"],
  // That which compresses is asked for when a device gets its size, and brought by the kernel's own modprobe.
  zram: ["zsmalloc", "lz4-compress", "lz4hc-compress", "lzo", "lzo-rle"],
  "virtio-mem": ["virtio-ring", "virtio", "virtio-pci-modern-dev", "virtio-pci-legacy-dev", "virtio-pci"],
};

function* remove(context: CommandContext, names: readonly string[]): Running<number> {
  const { machine, dialect } = context.state.system;
  const busybox = dialect === "busybox";
  let status = 0;
  for (const given of names) {
    const name = given.replace(/.*\//, "").replace(/\.ko$/, "").replaceAll("-", "_");
    const path = modulePath(context, name);
    const entry = new RegExp(`^${name} \\d+ (\\d+) (\\S+)`, "m").exec(readText(context, "/proc/modules") ?? "");
    if (!path || !entry || !machine) {
      const text = busybox
        ? `can't unload module '${name}': ${strerror("ENOENT")}`
        : `ERROR: Module ${name} is not currently loaded`;
      status = yield* complain(context, text);
      continue;
    }
    if (Number(entry[1]) > 0) {
      status = yield* complain(
        context,
        `ERROR: Module ${name} is in use by: ${(entry[2] as string).replace(/,$/, "").replaceAll(",", " ")}`,
      );
      continue;
    }
    const { errno } = machine.submit({ do: "write", partition: machine.partition, path, text: "rmmod" });
    if (errno !== null) status = yield* complain(context, `ERROR: could not remove module ${name}: ${strerror(errno)}`);
  }
  return status;
}

export function* rmmod(context: CommandContext): Running<number> {
  const names = context.args.filter((arg) => !arg.startsWith("-"));
  return names.length === 0 ? yield* complain(context, "ERROR: missing module name.") : yield* remove(context, names);
}

/** A line of /proc/modules as busybox's lsmod has it: the first columns aligned, and nothing where nobody uses a module. */
function inBusybox(entry: string): string {
  if (entry === "") return "";
  const [name = "", size = "", users = "", by = "-"] = entry.split(" ");
  return `${name.padEnd(19)} ${size.padStart(8)}  ${users.padStart(2)} ${by === "-" ? "" : by.replace(/,$/, "")}`;
}

export function* lsmod(context: CommandContext): Running<number> {
  const modules = readText(context, "/proc/modules") ?? "";
  if (context.state.system.dialect === "busybox")
    return yield* print(
      context,
      `Module                  Size  Used by    Not tainted\n${modules.split("\n").map(inBusybox).join("\n")}`,
    );
  const rows = modules
    .split("\n")
    .filter(Boolean)
    .map((entry) => {
      const [name = "", size = "", users = "", by = "-"] = entry.split(" ");
      return `${name.padEnd(19)} ${size.padStart(8)}  ${users}${by === "-" ? "" : ` ${by.replace(/,$/, "")}`}`;
    });
  return yield* print(context, joinLines(["Module                  Size  Used by", ...rows]));
}
