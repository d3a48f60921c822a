/**
 * The files that a program sees when its arguments name descriptors: `/dev/fd/63` of `<(…)`, `/dev/fd/0`. Programs read
 * files whole, so what a descriptor gives is read to its end before the program begins, and what the program wrote goes
 * on when it has ended. Nobody else sees these files.
 */
import { DONE } from "../../engine/sysfs/tree.ts";
import type { Process } from "../process/process.ts";
import type { Userland } from "../process/userland.ts";
import type { Lent } from "../state.ts";
import { type Files, type Running, done } from "../system.ts";

/** A program sees this much of what has no end. */
const MAX_TEXT = 4 * 1024 * 1024;
const PATH = /^\/dev\/fd\/(\d{1,4})$/;

/** A view of a system in which some paths are texts. */
function viewOf(system: Userland, texts: Map<string, string>): Userland {
  const { files } = system;
  const held = <T>(path: string, here: (text: string) => T, otherwise: () => T): T => {
    const text = texts.get(path);
    return text === undefined ? otherwise() : here(text);
  };
  const view: Files = {
    list: (path) => files.list(path),
    stat: (path) =>
      held<ReturnType<Files["stat"]>>(
        path,
        (text) => ({ kind: "file", mode: 0o600, size: text.length, target: null }),
        () => files.stat(path),
      ),
    open: (path, how) =>
      held(
        path,
        () => null,
        () => files.open(path, how),
      ),
    read: (path) =>
      held<ReturnType<Files["read"]>>(
        path,
        (text) => ({ text }),
        () => files.read(path),
      ),
    readAt: (path, offset, length) =>
      held<ReturnType<Files["readAt"]>>(
        path,
        (text) => ({ text: text.slice(offset, offset + length) }),
        () => files.readAt(path, offset, length),
      ),
    write: (path, text, by) =>
      held<ReturnType<Files["write"]>>(
        path,
        (before) => {
          texts.set(path, before + text);
          return DONE;
        },
        () => files.write(path, text, by),
      ),
    truncate: (path) =>
      held(
        path,
        () => void texts.set(path, ""),
        () => files.truncate(path),
      ),
    mkdir: (path, mode) => files.mkdir(path, mode),
    remove: (path, what) => files.remove(path, what),
    givenBack: () => files.givenBack(),
    rename: (from, to) => files.rename(from, to),
    symlink: (target, path) => files.symlink(target, path),
    chmod: (path, mode) => files.chmod(path, mode),
    touch: (path, at) => files.touch(path, at),
  };
  return Object.create(system, { files: { value: view } });
}

/** Runs a program with the descriptors that its arguments name as files; `lent` are those that it may write to. */
export function* withLent(
  args: readonly string[],
  lent: readonly Lent[],
  system: Userland,
  process: Process,
  run: (system: Userland) => Running<number>,
): Running<number> {
  const texts = new Map<string, string>();
  const written: number[] = [];
  for (const path of args) {
    const descriptor = Number(PATH.exec(path)?.[1] ?? -1);
    if (!process.descriptors.has(descriptor) || texts.has(path)) continue;
    texts.set(path, "");
    if (lent.some((other) => other.descriptor === descriptor && other.side === "write")) written.push(descriptor);
    else texts.set(path, yield* textOf(descriptor, system.files, process));
  }
  if (texts.size === 0) return yield* run(system);
  const status = yield* run(viewOf(system, texts));
  for (const descriptor of written)
    yield* process.descriptors.get(descriptor)?.write(process, texts.get(`/dev/fd/${descriptor}`) ?? "") ??
      done(undefined);
  return status;
}

function* textOf(descriptor: number, files: Files, process: Process): Running<string> {
  const parts: string[] = [];
  const path = process.descriptors.get(descriptor)?.path ?? null;
  // A file is opened anew, from its beginning; only what has no path is used up.
  const whole = path === null ? null : files.read(path);
  if (whole && "text" in whole) return whole.text;
  for (let held = 0; held < MAX_TEXT; ) {
    const read = yield* process.descriptors.get(descriptor)?.read(process, 65_536) ?? done(undefined);
    if (!read || "errno" in read || read.text === "") break;
    parts.push(read.text);
    held += read.text.length;
  }
  // Whoever still writes learns that nobody reads.
  process.install(descriptor, null);
  return parts.join("");
}
