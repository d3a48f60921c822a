/**
 * A tree of files that exist only when looked at: directories list what there is now, files render their text when
 * read. /sys and /proc are such trees over a kernel.
 *
 * Errors are the kernel's as root sees them: sysfs refuses by mode even to root (fs/kernfs/file.c, kernfs_fop_open),
 * and new names cannot be made in either.
 */
import type { DiskAnswer, DiskRequest } from "../holders/disk.ts";
import type { FileErrno } from "./errno.ts";
import type { FileSource } from "./port.ts";

/** A process that writes, as the kernel's log names it. */
export interface Writer {
  readonly pid: number;
  readonly comm: string;
}

const IN_PROC = /^\/proc(?:\/|$)/;

/** Where modes hold for root, too: sysfs without debugfs and groups of processes in it, and sysctls (fs/proc/proc_sysctl.c, sysctl_perm). */
const REFUSES_ROOT = /^\/(sys\/(?!kernel\/debug\/|fs\/cgroup\/)|proc\/sys\/)/;
/** Whose modes nobody changes (proc_sys_setattr, proc_setattr). */
const KEEPS_MODES = /^\/proc\/(sys|\d+|self|thread-self)(\/|$)/;

export type Entry = Directory | File | Link;

export interface Directory {
  readonly kind: "directory";
  readonly mode: number;
  /** Names in the order the kernel's directory has them; `ls` sorts. */
  readonly names: () => readonly string[];
  readonly entry: (name: string) => Entry | undefined;
  /** What it is about: modes that were changed below it (chmod) are forgotten with it. */
  readonly self?: object;
}
export interface File {
  readonly kind: "file";
  readonly mode: number;
  readonly read: () => ReadResult;
  readonly write: (text: string, by?: Writer) => WriteResult;
  /** Size that `stat` shows: a page for sysfs files, 0 in /proc. */
  readonly size: number;
  /** Files that are too large to render whole (/proc/kpageflags): part of them, one character a byte; "" at the end. */
  readonly at?: (offset: number, length: number) => ReadResult;
  readonly device?: true;
  /** A block device: its text ends with the device. */
  readonly block?: true;
  /** All that is written counts. Elsewhere in /sys a NUL ends it (fs/kernfs/file.c hands on a string that ends with one). */
  readonly counted?: true;
  /** Whoever opens it to write is refused, whatever its mode became: its kind has no files that are written. */
  readonly unwritable?: true;
  /** Of a file with `at`: bytes that `read` gives at most. */
  readonly large?: number;
}
export interface Link {
  readonly kind: "link";
  readonly target: string;
}

export type ReadResult = { readonly text: string } | { readonly errno: FileErrno };
/** `op` is a long operation that the write began: its errno comes when that ends. */
export interface WriteResult {
  readonly errno: FileErrno | null;
  readonly op: number | null;
}
export interface Stat {
  readonly kind: Entry["kind"];
  /** Permission bits. */
  readonly mode: number;
  readonly size: number;
  /** Of a link. */
  readonly target: string | null;
  /** Simulated time of the last change, ns, where it is known. */
  readonly changed?: number;
  /** A character device: its text has no end, and no size. */
  readonly device?: true;
  readonly block?: true;
  /** Is better read in parts (`readAt`): bytes that a read of all of it gives at most. */
  readonly large?: number;
}
export type Found =
  | {
      readonly entry: Entry;
      readonly path: string;
      /** The nearest folder above with a `self`, and the way from there. */
      readonly owner: object;
      readonly below: string;
    }
  | { readonly errno: FileErrno };

export const DONE: WriteResult = { errno: null, op: null };
export const failed = (errno: FileErrno): WriteResult => ({ errno, op: null });

const SYSFS_FILE_SIZE = 4096;
const MAX_LINKS = 40;

/** A read-only file. */
export const readable = (read: () => string, mode = 0o444, size = SYSFS_FILE_SIZE): File => ({
  kind: "file",
  mode,
  size,
  read: () => ({ text: read() }),
  write: () => failed("EIO"),
});
/** A file that can be read and written. */
export const writable = (read: () => string, write: File["write"], mode = 0o644, size = SYSFS_FILE_SIZE): File => ({
  kind: "file",
  mode,
  size,
  read: () => ({ text: read() }),
  write,
});
/** A file that can only be written. */
export const writeOnly = (write: File["write"], size = SYSFS_FILE_SIZE): File => ({
  kind: "file",
  mode: 0o200,
  size,
  read: () => ({ errno: "EIO" }),
  write,
});
export const link = (target: string): Link => ({ kind: "link", target });

/** A directory whose entries are known when it is made; values may be functions, for what is costly to make. */
export function directory(entries: Readonly<Record<string, Entry | (() => Entry)>>, mode = 0o755): Directory {
  return {
    kind: "directory",
    mode,
    names: () => Object.keys(entries),
    entry: (name) => {
      const found = Object.hasOwn(entries, name) ? entries[name] : undefined;
      return typeof found === "function" ? found() : found;
    },
  };
}

/** Several directories seen as one: the first that has a name gives the entry. */
export function union(...parts: readonly Directory[]): Directory {
  return {
    kind: "directory",
    mode: parts[0]?.mode ?? 0o755,
    ...selfOf(parts),
    names: () => [...new Set(parts.flatMap((part) => part.names()))],
    entry: (name) => {
      for (const part of parts) {
        const found = part.entry(name);
        if (found) return found;
      }
      return undefined;
    },
  };
}

function selfOf(parts: readonly Directory[]): { readonly self?: object } {
  const self = parts.find((part) => part.self)?.self;
  return self ? { self } : {};
}

/** Two trees as one: folders of both are one folder; where both have a file, `over` has it. */
export function overlay(under: Directory, over: Directory): Directory {
  return {
    kind: "directory",
    mode: over.mode,
    ...selfOf([under, over]),
    names: () => [...new Set([...under.names(), ...over.names()])],
    entry: (name) => {
      const [a, b] = [under.entry(name), over.entry(name)];
      return a?.kind === "directory" && b?.kind === "directory" ? overlay(a, b) : (b ?? a);
    },
  };
}

export interface FileCalls {
  readonly folder: (what: "mkdir" | "rmdir", path: string) => FileErrno | null;
  /** Something is done to files on the disk; `op` ends when whoever did it may go on. */
  readonly disk: (request: DiskRequest) => DiskAnswer;
  /** A process wants a page for a pipe. */
  readonly pipe: (by: Writer) => FileErrno | null;
}

export class FileTree {
  /** What the files are about, for who adds more of them (./more). */
  readonly source: FileSource | undefined;
  private tree: Directory;
  /** Which code is there is no state of the machine. */
  #calls: FileCalls | null = null;
  /** Modes that were changed, by what the file belongs to and the way from there. */
  private readonly modes = new WeakMap<object, Map<string, number>>();

  constructor(root: Directory, source?: FileSource) {
    this.tree = root;
    this.source = source;
  }

  get root(): Directory {
    return this.tree;
  }

  /** What is made and removed besides files, for a shell; `null` until somebody adds it (./more). */
  get calls(): FileCalls | null {
    return this.#calls;
  }

  set calls(calls: FileCalls) {
    this.#calls = calls;
  }

  /** Lays another tree over this one. */
  extend(more: Directory): void {
    this.tree = overlay(this.tree, more);
  }

  /** Finds an absolute path. Links on the way are followed; one at its end only when `follow` says so. */
  resolve(path: string, follow = true): Found {
    if (!path.startsWith("/")) return { errno: "ENOENT" };
    let names = split(path);
    const walked: { readonly name: string; readonly entry: Directory }[] = [];
    let here: Entry = this.root;
    let links = 0;
    const at = (): string => `/${walked.map(({ name }) => name).join("/")}`;
    const foundAt = (entry: Entry, last?: string): Found => {
      const owned = walked.findLastIndex((step) => step.entry.self !== undefined);
      const below = [...walked.slice(owned + 1).map(({ name }) => name), ...(last === undefined ? [] : [last])];
      return {
        entry,
        path: last === undefined ? at() : join(at(), last),
        owner: walked[owned]?.entry.self ?? this,
        below: below.join("/"),
      };
    };
    while (names.length > 0) {
      const [name = "", ...rest] = names;
      names = rest;
      if (name === "..") {
        walked.pop();
        here = walked.at(-1)?.entry ?? this.root;
        continue;
      }
      if (here.kind !== "directory") return { errno: "ENOTDIR" };
      const next: Entry | undefined = here.entry(name);
      if (!next) return { errno: "ENOENT" };
      if (next.kind === "link") {
        if (rest.length === 0 && !follow) return foundAt(next, name);
        if (++links > MAX_LINKS) return { errno: "ELOOP" };
        names = [...split(next.target), ...rest];
        if (next.target.startsWith("/")) {
          walked.length = 0;
          here = this.root;
        }
        continue;
      }
      if (next.kind === "file") {
        if (rest.length > 0 || path.endsWith("/")) return { errno: "ENOTDIR" };
        return foundAt(next, name);
      }
      walked.push({ name, entry: next });
      here = next;
    }
    return foundAt(here);
  }

  /** Names in a directory, sorted by character code as `ls` prints them in the C locale. */
  list(path: string): { readonly names: readonly string[] } | { readonly errno: FileErrno } {
    const found = this.resolve(path);
    if ("errno" in found) return found;
    if (found.entry.kind !== "directory") return { errno: "ENOTDIR" };
    return { names: [...found.entry.names()].sort() };
  }

  /** What a path is; the link itself when it is one. */
  stat(path: string): Stat | { readonly errno: FileErrno } {
    const found = this.resolve(path, path.endsWith("/"));
    if ("errno" in found) return found;
    const { entry } = found;
    if (entry.kind === "link") return { kind: "link", mode: 0o777, size: 0, target: entry.target };
    const { kind } = entry;
    const mode = this.modes.get(found.owner)?.get(found.below) ?? entry.mode;
    if (entry.kind === "directory") return { kind, mode, size: 0, target: null };
    return {
      kind,
      mode,
      size: entry.size,
      target: null,
      ...(entry.device ? { device: true } : {}),
      ...(entry.block ? { block: true } : {}),
      ...(entry.large === undefined ? {} : { large: entry.large }),
    };
  }

  /** May it be opened? The answer that open(2) gives, with O_CREAT when writing. */
  open(path: string, how: "read" | "write"): FileErrno | null {
    const found = this.resolve(path);
    if ("errno" in found) {
      if (how === "read" || found.errno !== "ENOENT") return found.errno;
      // A name that could be made, were this a file system where names are made; in /proc looking for it fails before that.
      const folder = this.resolve(parent(path));
      return "errno" in folder || IN_PROC.test(folder.path) ? "ENOENT" : "EACCES";
    }
    const { entry } = found;
    if (entry.kind === "directory") return how === "write" ? "EISDIR" : null;
    if (entry.kind === "link") return "ENOENT";
    const bits = how === "read" ? 0o444 : 0o222;
    const mode = this.modes.get(found.owner)?.get(found.below) ?? entry.mode;
    if (how === "write" && entry.unwritable) return "EACCES";
    return REFUSES_ROOT.test(found.path) && (mode & bits) === 0 ? "EACCES" : null;
  }

  /** chmod(2): `mode` is the permission bits. They are kept as long as what the file is about. */
  chmod(path: string, mode: number): FileErrno | null {
    const found = this.resolve(path);
    if ("errno" in found) return found.errno;
    if (KEEPS_MODES.test(found.path)) return "EPERM";
    const modes = this.modes.get(found.owner) ?? new Map<string, number>();
    this.modes.set(found.owner, modes.set(found.below, mode & 0o7777));
    return null;
  }

  read(path: string): ReadResult {
    const errno = this.open(path, "read");
    if (errno !== null) return { errno };
    const found = this.resolve(path);
    if ("errno" in found) return found;
    return found.entry.kind === "file" ? found.entry.read() : { errno: "EISDIR" };
  }

  /** Part of a file, one character a byte: what pread(2) gives. "" is its end. */
  readAt(path: string, offset: number, length: number): ReadResult {
    const errno = this.open(path, "read");
    if (errno !== null) return { errno };
    const found = this.resolve(path);
    if ("errno" in found) return found;
    if (found.entry.kind !== "file") return { errno: "EISDIR" };
    if (found.entry.at) return found.entry.at(offset, length);
    const read = found.entry.read();
    return "text" in read ? { text: read.text.slice(offset, offset + length) } : read;
  }

  /** One write(2) of all the text, by a process where one is known. */
  write(path: string, text: string, by?: Writer): WriteResult {
    const errno = this.open(path, "write");
    if (errno !== null) return failed(errno);
    const found = this.resolve(path);
    if ("errno" in found) return failed(found.errno);
    if (found.entry.kind !== "file") return failed("EISDIR");
    const ends = found.path.startsWith("/sys/") && !found.entry.counted ? text.indexOf("\0") : -1;
    return found.entry.write(ends < 0 ? text : text.slice(0, ends), by);
  }
}

const split = (path: string): string[] => path.split("/").filter((name) => name !== "" && name !== ".");
const join = (path: string, name: string): string => (path === "/" ? `/${name}` : `${path}/${name}`);
const parent = (path: string): string => path.replace(/\/+$/, "").replace(/[^/]*$/, "") || "/";
