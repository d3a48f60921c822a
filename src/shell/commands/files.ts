/** `cat` and `ls`. */
import { strerror } from "../../engine/sysfs/errno.ts";
import type { Stat } from "../../engine/sysfs/tree.ts";
import { absolute } from "../state.ts";
import type { Running } from "../system.ts";
import { cannotOpen, complain, joinLines, options, print } from "./output.ts";
import type { CommandContext } from "./command.ts";

export function* cat(context: CommandContext): Running<number> {
  const { rest } = options(context.args, "nAetuv");
  let status = 0;
  for (const path of rest.length > 0 ? rest : ["-"]) {
    if (path === "-") {
      status = (yield* print(context, yield* context.std.in.rest())) || status;
      continue;
    }
    const read = context.state.system.files.read(absolute(context.state, path));
    if ("errno" in read) {
      const opened = context.state.system.files.open(absolute(context.state, path), "read");
      status = yield* complain(
        context,
        opened === null ? `read error: ${strerror(read.errno)}` : cannotOpen(context, path, read.errno),
      );
      continue;
    }
    status = (yield* print(context, read.text)) || status;
  }
  return status;
}

export function* ls(context: CommandContext): Running<number> {
  const { flags, rest, unknown } = options(context.args, "1aAdlrhFCsi");
  if (unknown !== null) return yield* complain(context, `unrecognized option: ${unknown}`);
  const { files } = context.state.system;
  const out: string[] = [];
  let status = 0;
  const directories: string[] = [];
  const line = (name: string, path: string): string => {
    const stat = files.stat(path);
    return flags.has("l") && !("errno" in stat) ? long(name, stat, context.state.system.now()) : name;
  };
  for (const path of rest.length > 0 ? rest : ["."]) {
    const stat = files.stat(absolute(context.state, path));
    if ("errno" in stat) {
      yield* context.std.err.write(`ls: ${path}: ${strerror(stat.errno)}\n`);
      status = 1;
    } else if (flags.has("d") || stat.kind === "file" || (stat.kind === "link" && flags.has("l"))) {
      out.push(line(path, absolute(context.state, path)));
    } else directories.push(path);
  }
  for (const path of directories) {
    const listed = files.list(absolute(context.state, path));
    if ("errno" in listed) continue;
    if (directories.length + out.length > 1) out.push(...(out.length > 0 ? [""] : []), `${path}:`);
    if (flags.has("l")) out.push("total 0");
    const all = flags.has("a") ? [".", ".."] : [];
    const names = [...all, ...listed.names.filter((name) => flags.has("a") || flags.has("A") || !name.startsWith("."))];
    if (flags.has("r")) names.reverse();
    out.push(...names.map((name) => line(name, `${absolute(context.state, path)}/${name}`)));
  }
  return (yield* print(context, joinLines(out))) || status;
}

const NS_PER_MINUTE = 60_000_000_000;
const MODES = ["---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx"];

/** A line of `ls -l` as busybox prints it; the clock starts at midnight of the first of January. */
function long(name: string, stat: Stat, now: number): string {
  const type = { directory: "d", file: "-", link: "l" }[stat.kind];
  const mode = [6, 3, 0].map((shift) => MODES[(stat.mode >> shift) & 7]).join("");
  const links = stat.kind === "directory" ? 2 : 1;
  const minutes = Math.floor(now / NS_PER_MINUTE);
  const two = (n: number) => String(n).padStart(2, "0");
  const time = `Jan ${String((1 + Math.floor(minutes / 1440)) % 31).padStart(2)} ${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
  const target = stat.target === null ? "" : ` -> ${stat.target}`;
  return `${type}${mode}${String(links).padStart(5)} ${"0".padEnd(8)} ${"0".padEnd(8)} ${String(stat.size).padStart(9)} ${time} ${name}${target}`;
}
