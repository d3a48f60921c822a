/** `stat`. */
import { strerror } from "../../../engine/sysfs/errno.ts";
import type { Stat } from "../../../engine/sysfs/tree.ts";
import { absolute } from "../../state.ts";
import type { Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { dateOf } from "../machine/dates.ts";
import { badOptions, complain, optionError, options, print, usage } from "../output.ts";
import { inode, modeText } from "./ls.ts";

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", "0": "\0", "\\": "\\" };

/** What a backslash and a character stand for in formats. */
export const escaped = (whole: string, character: string): string => ESCAPES[character] ?? whole;

export function* stat(context: CommandContext): Running<number> {
  const given = options(context.args, "Lc:ftP:", {
    dereference: "L",
    format: "c",
    printf: "P",
    "file-system": "f",
    terse: "t",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  if (rest.length === 0) return yield* usage(context, "missing operand");
  let status = 0;
  for (const path of rest) {
    const whole = absolute(context.state, path);
    const found = context.state.system.files.stat(
      flags.has("L") && "names" in context.state.system.files.list(whole) ? `${whole}/` : whole,
    );
    if ("errno" in found) {
      status = yield* complain(context, `cannot statx '${path}': ${strerror(found.errno)}`);
      continue;
    }
    const [format, printf] = [flags.get("c"), flags.get("P")];
    if (printf !== undefined) yield* print(context, filled(printf, path, found).replace(/\\(.)/g, escaped));
    else yield* print(context, format === undefined ? described(path, found) : `${filled(format, path, found)}\n`);
  }
  return status;
}

const kindOf = (found: Stat): string =>
  found.device
    ? "character special file"
    : found.block
      ? "block special file"
      : found.kind === "directory"
        ? "directory"
        : found.kind === "link"
          ? "symbolic link"
          : found.size === 0
            ? "regular empty file"
            : "regular file";
const stamp = (at: number): string => {
  const date = dateOf(at);
  return `${date.iso} ${date.time}.${String(date.nanoseconds).padStart(9, "0")} +0000`;
};

function filled(format: string, path: string, found: Stat): string {
  const values: Readonly<Record<string, string>> = {
    "%": "%",
    n: path,
    N: found.target === null ? `'${path}'` : `'${path}' -> '${found.target}'`,
    s: String(found.size),
    a: (found.mode & 0o7777).toString(8),
    A: modeText(found),
    F: kindOf(found),
    u: "0",
    g: "0",
    U: "root",
    G: "root",
    b: String(Math.ceil(found.size / 4096) * 8),
    B: "512",
    h: found.kind === "directory" ? "2" : "1",
    i: String(inode(path.replace(/^.*\/(?=.)/s, ""))),
    Y: String(dateOf(found.changed ?? 0).seconds),
    y: stamp(found.changed ?? 0),
    X: String(dateOf(found.changed ?? 0).seconds),
    x: stamp(found.changed ?? 0),
    Z: String(dateOf(found.changed ?? 0).seconds),
    z: stamp(found.changed ?? 0),
  };
  return format.replace(/%([%nNsaAFugUGbBhiYyXxZz])/g, (_, letter: string) => values[letter] as string);
}

function described(path: string, found: Stat): string {
  const mode = (found.mode & 0o7777).toString(8).padStart(4, "0");
  const time = stamp(found.changed ?? 0);
  const name = found.target === null ? path : `${path} -> ${found.target}`;
  return (
    `  File: ${name}\n  Size: ${String(found.size).padEnd(10)}\tBlocks: ${String(Math.ceil(found.size / 4096) * 8).padEnd(10)} IO Block: 4096   ${kindOf(found)}\n` +
    `Device: 0,1\tInode: 1           Links: ${found.kind === "directory" ? 2 : 1}\n` +
    `Access: (${mode}/${modeText(found)})  Uid: (    0/    root)   Gid: (    0/    root)\nAccess: ${time}\nModify: ${time}\nChange: ${time}\n Birth: -\n`
  );
}
