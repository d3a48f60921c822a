/**
 * A file system in memory: folders, files and symbolic links with modes and times (as tmpfs has them, seen by root). What
 * lies below a mount point belongs to somebody else: resolving a path into one gives the rest of the way.
 */
import type { FileErrno } from "../engine/sysfs/errno.ts";
import type { Stat, Writer } from "../engine/sysfs/tree.ts";
import { FileContent } from "./file-content.ts";
import type { GivingBack } from "./system.ts";

interface Node {
  mode: number;
  /** Simulated time of the last change, ns. */
  changed: number;
}
export interface TextFile extends Node {
  readonly kind: "file";
  readonly content: FileContent;
  /** Where its bytes lie, when they lie in the machine's memory. */
  readonly room: Room | null;
}
export interface Folder extends Node {
  readonly kind: "directory";
  /** The file system of the machine that what lies in it is on; `null` for what only the page holds. */
  readonly on: Backing | null;
  readonly entries: Map<string, Inode>;
}
interface Link extends Node {
  readonly kind: "link";
  readonly target: string;
}
type Inode = TextFile | Folder | Link;

type Place =
  | { readonly inode: Inode; readonly folder: Folder; readonly name: string }
  /** The last name is missing: it could be made in this folder. */
  | { readonly missing: string; readonly folder: Folder }
  | { readonly mounted: string }
  | { readonly errno: FileErrno };

/** Bytes of the machine that a file holds. */
export interface Room {
  /**
   * Holds this many bytes from now on, or as many as there is room for, and why not all. Who writes waits for the operation, if there
   * is one.
   */
  resize(
    bytes: number,
    by?: Writer,
  ): { readonly bytes: number; readonly errno: FileErrno | null; readonly op?: number | null };
  /** Somebody reads a part of it. */
  read?(from: number, to: number): void;
  /** Holds nothing any more. */
  empty(): GivingBack;
}

/** A file system of the machine: the folders that it is mounted on, and how a file of a name gets room. */
export interface Backing {
  readonly folders: readonly string[];
  readonly room: (name: string) => Room;
}

const MAX_LINKS = 40;
/** Text that one file may hold, and all together; runs of one character weigh nothing. */
const MAX_FILE = 64 * 1024 * 1024;
const MAX_TOTAL = 256 * 1024 * 1024;

const namesOf = (path: string): string[] => path.split("/").filter((name) => name !== "" && name !== ".");

export class MemoryFiles {
  private readonly root: Folder = { kind: "directory", mode: 0o755, changed: 0, on: null, entries: new Map() };
  private readonly mounts: ReadonlySet<string>;
  private readonly now: () => number;
  private readonly backings: readonly Backing[];
  private held = 0;
  private giving: GivingBack = { ns: 0, ops: [] };

  /** `mounts` are absolute paths that others serve. */
  constructor(mounts: readonly string[], now: () => number, backings: readonly Backing[]) {
    this.mounts = new Set(mounts);
    this.now = now;
    this.backings = backings;
  }

  /** Where a path leads. Links on the way are followed; one at its end only when `follow` says so. */
  resolve(path: string, follow = true): Place {
    let names = namesOf(path);
    const mustBeFolder = path.endsWith("/");
    let walked: { readonly name: string; readonly folder: Folder }[] = [];
    let here = this.root;
    let links = 0;
    for (;;) {
      const [name, ...rest] = names;
      if (name === undefined) {
        const last = walked.at(-1);
        return { inode: here, folder: walked.at(-2)?.folder ?? this.root, name: last?.name ?? "" };
      }
      names = rest;
      if (name === "..") {
        walked.pop();
        here = walked.at(-1)?.folder ?? this.root;
        continue;
      }
      const at = `/${[...walked.map((step) => step.name), name].join("/")}`;
      if (this.mounts.has(at)) {
        const outside = leaving(rest);
        if (outside === null) return { mounted: [at, ...rest].join("/") + (mustBeFolder ? "/" : "") };
        names = outside;
        continue;
      }
      const inode = here.entries.get(name);
      if (!inode) return rest.length === 0 ? { missing: name, folder: here } : { errno: "ENOENT" };
      if (inode.kind === "link" && (rest.length > 0 || follow || mustBeFolder)) {
        if (++links > MAX_LINKS) return { errno: "ELOOP" };
        names = [...namesOf(inode.target), ...rest];
        if (inode.target.startsWith("/")) {
          walked = [];
          here = this.root;
        }
        continue;
      }
      if (inode.kind === "directory") {
        walked.push({ name, folder: inode });
        here = inode;
        continue;
      }
      if (rest.length > 0 || mustBeFolder) return { errno: "ENOTDIR" };
      return { inode, folder: here, name };
    }
  }

  list(
    path: string,
  ): { readonly names: readonly string[] } | { readonly errno: FileErrno } | { readonly mounted: string } {
    const found = this.resolve(path);
    if ("errno" in found || "mounted" in found) return found;
    if ("missing" in found) return { errno: "ENOENT" };
    if (found.inode.kind !== "directory") return { errno: "ENOTDIR" };
    const below =
      path === "/" || namesOf(path).length === 0
        ? [...this.mounts].map((mount) => mount.slice(1)).filter((name) => !name.includes("/"))
        : [];
    return { names: [...new Set([...found.inode.entries.keys(), ...below])].sort() };
  }

  stat(inode: Inode): Stat {
    return {
      kind: inode.kind,
      mode: inode.mode,
      size: inode.kind === "file" ? inode.content.length : inode.kind === "link" ? inode.target.length : 0,
      target: inode.kind === "link" ? inode.target : null,
      changed: inode.changed,
    };
  }

  /** The file behind a path that is about to be written, made where it is missing. */
  make(place: Exclude<Place, { mounted: string }>): TextFile | { readonly errno: FileErrno } {
    if ("errno" in place) return place;
    if ("missing" in place) {
      const room = place.folder.on?.room(place.missing) ?? null;
      const file: TextFile = { kind: "file", mode: 0o644, changed: this.now(), content: new FileContent(), room };
      this.enter(place.folder, place.missing, file);
      return file;
    }
    return place.inode.kind === "file"
      ? place.inode
      : { errno: place.inode.kind === "directory" ? "EISDIR" : "ENOENT" };
  }

  /** Writes at a file's end as much as there is room for, and says why not all. */
  append(file: TextFile, text: string, by?: Writer): { readonly errno: FileErrno | null; readonly op: number | null } {
    const { content } = file;
    const before = content.weight;
    const wanted = content.length + text.length;
    const { bytes, errno, op = null } = file.room?.resize(wanted, by) ?? { bytes: wanted, errno: null };
    file.changed = this.now();
    content.append(bytes < wanted ? text.slice(0, bytes - content.length) : text);
    this.held += content.weight - before;
    if (content.weight <= MAX_FILE && this.held <= MAX_TOTAL) return { errno, op };
    // What the machine has room for, the page may not have.
    this.held -= content.weight - before;
    content.truncate(wanted - text.length);
    file.room?.resize(content.length);
    return { errno: "ENOSPC", op: null };
  }

  clear(file: TextFile): void {
    this.held -= file.content.weight;
    file.content.clear();
    this.giveBack(file);
    file.changed = this.now();
  }

  private giveBack(file: TextFile): void {
    const { ns, ops } = file.room?.empty() ?? { ns: 0, ops: [] };
    this.giving = { ns: this.giving.ns + ns, ops: [...this.giving.ops, ...ops] };
  }

  /** What was given back since it was last asked for. */
  givenBack(): GivingBack {
    const { giving } = this;
    this.giving = { ns: 0, ops: [] };
    return giving;
  }

  mkdir(path: string, mode = 0o755): FileErrno | null {
    const place = this.resolve(path.replace(/\/+$/, "") || "/", false);
    if ("errno" in place) return place.errno;
    if ("mounted" in place || "inode" in place) return "EEXIST";
    const on = this.backings.find(({ folders }) => folders.includes(path)) ?? place.folder.on;
    this.enter(place.folder, place.missing, {
      kind: "directory",
      mode,
      changed: this.now(),
      on,
      entries: new Map(),
    });
    return null;
  }

  symlink(target: string, path: string): FileErrno | null {
    const place = this.resolve(path, false);
    if ("errno" in place) return place.errno;
    if ("mounted" in place || "inode" in place) return "EEXIST";
    this.enter(place.folder, place.missing, { kind: "link", mode: 0o777, changed: this.now(), target });
    return null;
  }

  /** unlink(2), or rmdir(2) of an empty folder. */
  remove(path: string, what: "file" | "directory"): FileErrno | null {
    const place = this.resolve(path.replace(/(.)\/+$/, "$1"), false);
    if ("errno" in place) return place.errno;
    if ("missing" in place) return "ENOENT";
    if ("mounted" in place || place.inode === this.root) return "EBUSY";
    if (place.inode.kind === "directory") {
      if (what === "file") return "EISDIR";
      if (place.inode.entries.size > 0) return "ENOTEMPTY";
    } else if (what === "directory") return "ENOTDIR";
    if (place.inode.kind === "file") this.clear(place.inode);
    place.folder.entries.delete(place.name);
    place.folder.changed = this.now();
    return null;
  }

  rename(from: string, to: string): FileErrno | null {
    const source = this.resolve(from.replace(/(.)\/+$/, "$1"), false);
    const target = this.resolve(to.replace(/(.)\/+$/, "$1"), false);
    if ("errno" in source) return source.errno;
    if ("errno" in target) return target.errno;
    if ("missing" in source) return "ENOENT";
    if ("mounted" in source || "mounted" in target || source.inode === this.root) return "EBUSY";
    if (source.folder.on !== target.folder.on) return "EXDEV";
    if ("inode" in target) {
      if (target.inode === source.inode) return null;
      if (target.inode.kind === "directory") {
        if (source.inode.kind !== "directory") return "EISDIR";
        if (target.inode.entries.size > 0) return "ENOTEMPTY";
      } else if (source.inode.kind === "directory") return "ENOTDIR";
      if (target.inode.kind === "file") this.clear(target.inode);
    }
    if (source.inode.kind === "directory" && holds(source.inode, target.folder)) return "EINVAL";
    source.folder.entries.delete(source.name);
    this.enter(target.folder, "inode" in target ? target.name : target.missing, source.inode);
    return null;
  }

  chmod(path: string, mode: number): FileErrno | null {
    const place = this.resolve(path);
    if ("errno" in place) return place.errno;
    if ("missing" in place) return "ENOENT";
    if ("mounted" in place) return "EPERM";
    place.inode.mode = mode & 0o7777;
    return null;
  }

  /** Sets the time of the last change, making the file where it is missing. */
  touch(path: string, at = this.now()): FileErrno | null {
    const place = this.resolve(path);
    if ("mounted" in place) return null;
    if ("inode" in place && place.inode.kind !== "file") {
      place.inode.changed = at;
      return null;
    }
    const file = this.make(place);
    if ("errno" in file) return file.errno;
    file.changed = at;
    return null;
  }

  private enter(folder: Folder, name: string, inode: Inode): void {
    folder.entries.set(name, inode);
    folder.changed = this.now();
  }
}

/** Names left when `..` leads out of a mount point again; `null` while the way stays below it. */
function leaving(names: readonly string[]): string[] | null {
  let depth = 0;
  for (const [i, name] of names.entries()) {
    depth += name === ".." ? -1 : 1;
    if (depth < 0) return names.slice(i + 1);
  }
  return null;
}

const holds = (folder: Folder, wanted: Folder): boolean =>
  folder === wanted || [...folder.entries.values()].some((inode) => inode.kind === "directory" && holds(inode, wanted));
