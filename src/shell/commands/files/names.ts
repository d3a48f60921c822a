/** Names of files: `basename`, `dirname`, `realpath`, `readlink`, `mktemp`. */
import { type FileErrno, strerror } from "../../../engine/sysfs/errno.ts";
import { absolute, logical } from "../../state.ts";
import type { Running } from "../../system.ts";
import type { CommandContext } from "../command.ts";
import { badOptions, complain, joinLines, optionError, options, print, usage } from "../output.ts";

const MAX_LINKS = 40;

export function* basename(context: CommandContext): Running<number> {
  const given = options(context.args, "+as:z", { multiple: "a", suffix: "s" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  if (rest.length === 0) return yield* usage(context, "missing operand");
  const many = flags.has("a") || flags.has("s");
  if (!many && rest.length > 2) return yield* usage(context, `extra operand '${rest[2]}'`);
  const suffix = flags.get("s") ?? (many ? "" : (rest[1] ?? ""));
  const base = (path: string): string => {
    const name = /^\/+$/.test(path) ? "/" : path.replace(/\/+$/, "").replace(/.*\//s, "");
    return suffix !== "" && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  };
  return yield* print(context, joinLines((many ? rest : rest.slice(0, 1)).map(base)));
}

export function* dirname(context: CommandContext): Running<number> {
  const given = options(context.args, "z", {});
  if (badOptions(given)) return yield* usage(context, optionError(given));
  if (given.rest.length === 0) return yield* usage(context, "missing operand");
  const folder = (path: string): string => {
    const trimmed = path.replace(/(.)\/+$/s, "$1");
    if (!trimmed.includes("/")) return ".";
    return trimmed.replace(/\/+[^/]*$/, "") || "/";
  };
  return yield* print(context, joinLines(given.rest.map(folder)));
}

/** The path without links; the last name may be missing where `strict` is false. */
export function resolved(
  context: CommandContext,
  path: string,
  missing: "none" | "last" | "any",
): string | { readonly errno: FileErrno } {
  const { files } = context.state.system;
  let names = absolute(context.state, path)
    .split("/")
    .filter((name) => name !== "" && name !== ".");
  const walked: string[] = [];
  let links = 0;
  while (names.length > 0) {
    const [name = "", ...rest] = names;
    names = rest;
    if (name === "..") {
      walked.pop();
      continue;
    }
    const here = `/${[...walked, name].join("/")}`;
    const stat = files.stat(here);
    if ("errno" in stat) {
      if (missing === "none" || (missing === "last" && rest.length > 0)) return { errno: stat.errno };
      walked.push(name);
      continue;
    }
    if (stat.kind === "link" && stat.target !== null) {
      if (++links > MAX_LINKS) return { errno: "ELOOP" };
      if (stat.target.startsWith("/")) walked.length = 0;
      names = [...stat.target.split("/").filter((part) => part !== "" && part !== "."), ...names];
      continue;
    }
    if (stat.kind === "file" && rest.length > 0 && missing !== "any") return { errno: "ENOTDIR" };
    walked.push(name);
  }
  return `/${walked.join("/")}`;
}

export function* realpath(context: CommandContext): Running<number> {
  const given = options(context.args, "emLPqszR:B:", {
    "canonicalize-existing": "e",
    "canonicalize-missing": "m",
    strip: "s",
    "no-symlinks": "s",
    quiet: "q",
    "relative-to": "R",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  if (rest.length === 0) return yield* usage(context, "missing operand");
  let status = 0;
  for (const path of rest) {
    const found = flags.has("s")
      ? logical(absolute(context.state, path))
      : resolved(context, path, flags.has("e") ? "none" : flags.has("m") ? "any" : "last");
    if (typeof found !== "string") {
      status = 1;
      if (!flags.has("q")) yield* complain(context, `${path}: ${strerror(found.errno)}`);
      continue;
    }
    const base = flags.get("R");
    yield* print(context, `${base === undefined ? found : relative(logical(absolute(context.state, base)), found)}\n`);
  }
  return status;
}

function relative(from: string, to: string): string {
  const [a, b] = [from.split("/").filter(Boolean), to.split("/").filter(Boolean)];
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same++;
  return [...a.slice(same).map(() => ".."), ...b.slice(same)].join("/") || ".";
}

export function* readlink(context: CommandContext): Running<number> {
  const given = options(context.args, "femnqsvz", {
    canonicalize: "f",
    "canonicalize-existing": "e",
    "canonicalize-missing": "m",
    "no-newline": "n",
    verbose: "v",
  });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  if (rest.length === 0) return yield* usage(context, "missing operand");
  let status = 0;
  for (const path of rest) {
    let found: string | { readonly errno: FileErrno };
    if (flags.has("f") || flags.has("e") || flags.has("m"))
      found = resolved(context, path, flags.has("e") ? "none" : flags.has("m") ? "any" : "last");
    else {
      const stat = context.state.system.files.stat(absolute(context.state, path));
      found = "errno" in stat ? stat : (stat.target ?? { errno: "EINVAL" });
    }
    if (typeof found === "string") yield* print(context, found + (flags.has("n") && rest.length === 1 ? "" : "\n"));
    else {
      status = 1;
      if (flags.has("v")) yield* complain(context, `${path}: ${strerror(found.errno)}`);
    }
  }
  return status;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

export function* mktemp(context: CommandContext): Running<number> {
  const given = options(context.args, "dqtup:", { directory: "d", quiet: "q", tmpdir: "p" });
  if (badOptions(given)) return yield* usage(context, optionError(given));
  const { flags, rest } = given;
  const template = rest[0] ?? "tmp.XXXXXXXXXX";
  const marks = /X{3,}(?!.*X)/.exec(template);
  if (!marks) return yield* complain(context, `too few X's in template '${template}'`);
  const folder = flags.get("p") ?? (rest[0] === undefined || flags.has("t") ? "/tmp" : "");
  const { system } = context.state;
  const { files } = system;
  for (;;) {
    const name = [...marks[0]].map(() => LETTERS[Math.floor(system.random() * LETTERS.length)]);
    const path = `${folder === "" ? "" : `${folder}/`}${template.replace(marks[0], name.join(""))}`;
    const whole = absolute(context.state, path);
    if (!("errno" in files.stat(whole))) continue;
    const errno = flags.has("u") ? null : flags.has("d") ? files.mkdir(whole, 0o700) : files.touch(whole);
    if (errno !== null)
      return yield* complain(
        context,
        `failed to create ${flags.has("d") ? "directory" : "file"} via template '${template}': ${strerror(errno)}`,
      );
    return yield* print(context, `${path}\n`);
  }
}
