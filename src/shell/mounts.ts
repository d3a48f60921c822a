/**
 * The files that a shell sees: the kernel's trees under /sys and /proc and its devices in /dev, and around them a file
 * system in memory. /mods holds the modules that can be loaded.
 */
import type { FileErrno } from "../engine/sysfs/errno.ts";
import { DONE, type Stat, type WriteResult, failed } from "../engine/sysfs/tree.ts";
import type { Writer } from "../engine/sysfs/tree.ts";
import { type Backing, MemoryFiles, type Room, type TextFile } from "./memory-files.ts";
import type { Files, GivingBack } from "./system.ts";

/** The kernel's part of the tree. */
export type KernelFiles = Pick<Files, "list" | "stat" | "open" | "read" | "write"> &
  Partial<Pick<Files, "readAt" | "chmod">> & {
    /** Makes or removes a folder where that is possible. */
    readonly folder?: (what: "mkdir" | "rmdir", path: string) => FileErrno | null;
  };

/** Devices that need no kernel: what reading gives (`null` is endless), and what writing answers. */
const DEVICES: Readonly<Record<string, { readonly byte: string; readonly write: FileErrno | null }>> = {
  null: { byte: "", write: null },
  zero: { byte: "\0", write: null },
  full: { byte: "\0", write: "ENOSPC" },
  tty: { byte: "", write: null },
};
/** One read(2) of an endless device gives this many bytes. */
const DEVICE_READ = 4096;
const FOLDERS = ["/tmp", "/mods", "/dev", "/dev/shm", "/bin", "/sbin", "/etc", "/root", "/usr", "/var"];

/** Where tmpfs is mounted. */
const TMPFS = ["/tmp", "/dev/shm"];
/** Room without end, where there is no machine. */
const BOUNDLESS: Room = { resize: (bytes) => ({ bytes, errno: null }), empty: () => ({ ns: 0, ops: [] }) };

type Target = { readonly kernel: string } | { readonly device: string } | { readonly memory: true };

export class MountedFiles implements Files {
  private readonly kernel: KernelFiles;
  private readonly memory: MemoryFiles;

  /** `modules` are the names of files in /mods; `now` is simulated time, ns; `room` gives a file of a tmpfs memory; `disk` is a
   * file system on a disk. */
  constructor(
    kernel: KernelFiles,
    modules: readonly string[] = [],
    now: () => number = () => 0,
    room: () => Room = () => BOUNDLESS,
    disk: Backing | null = null,
  ) {
    this.kernel = kernel;
    this.memory = new MemoryFiles(["/sys", "/proc"], now, [{ folders: TMPFS, room }, ...(disk ? [disk] : [])]);
    for (const folder of FOLDERS) this.memory.mkdir(folder, TMPFS.includes(folder) ? 0o1777 : 0o755);
    for (const folder of disk?.folders ?? []) this.memory.mkdir(folder);
    for (const module of modules) this.memory.touch(`/mods/${module}`);
  }

  /** Those that drivers of the kernel have in /dev now. */
  private get devices(): ReadonlySet<string> {
    const own = this.kernel.list("/dev");
    return new Set("names" in own ? own.names.filter((name) => !(name in DEVICES)) : []);
  }

  private target(path: string): Target {
    const device = /^\/+dev\/+([^/]+)$/.exec(path)?.[1];
    if (device !== undefined && this.devices.has(device)) return { kernel: `/dev/${device}` };
    if (device !== undefined && Object.hasOwn(DEVICES, device)) return { device };
    const place = this.memory.resolve(path, !path.endsWith("/"));
    return "mounted" in place ? { kernel: place.mounted } : { memory: true };
  }

  list(path: string): { readonly names: readonly string[] } | { readonly errno: FileErrno } {
    const listed = this.memory.list(path);
    if ("mounted" in listed) return this.kernel.list(listed.mounted);
    if ("errno" in listed || !/^\/+dev\/*$/.test(path)) return listed;
    return { names: [...new Set([...listed.names, ...Object.keys(DEVICES), ...this.devices])].sort() };
  }

  stat(path: string): Stat | { readonly errno: FileErrno } {
    const target = this.target(path);
    if ("device" in target) return { kind: "file", mode: 0o666, size: 0, target: null, device: true };
    const place = this.memory.resolve(path, path.endsWith("/"));
    if ("mounted" in place) return this.kernel.stat(place.mounted);
    if ("kernel" in target && /^\/dev\//.test(target.kernel)) return this.kernel.stat(target.kernel);
    if ("missing" in place) return { errno: "ENOENT" };
    return "errno" in place ? place : this.memory.stat(place.inode);
  }

  open(path: string, how: "read" | "write"): FileErrno | null {
    const target = this.target(path);
    if ("kernel" in target) return this.kernel.open(target.kernel, how);
    if ("device" in target) return null;
    const place = this.memory.resolve(path);
    if ("errno" in place) return place.errno;
    if ("mounted" in place) return this.kernel.open(place.mounted, how);
    if ("missing" in place) return how === "write" ? null : "ENOENT";
    return place.inode.kind === "directory" && how === "write" ? "EISDIR" : null;
  }

  read(path: string): { readonly text: string } | { readonly errno: FileErrno } {
    const target = this.target(path);
    if ("kernel" in target) return this.kernel.read(target.kernel);
    if ("device" in target) return { text: (DEVICES[target.device]?.byte ?? "").repeat(DEVICE_READ) };
    const place = this.memory.resolve(path);
    if ("mounted" in place) return this.kernel.read(place.mounted);
    if ("errno" in place) return place;
    if ("missing" in place) return { errno: "ENOENT" };
    if (place.inode.kind !== "file") return { errno: "EISDIR" };
    place.inode.room?.read?.(0, place.inode.content.length);
    return { text: place.inode.content.toString() };
  }

  readAt(path: string, offset: number, length: number): { readonly text: string } | { readonly errno: FileErrno } {
    const target = this.target(path);
    if ("kernel" in target && this.kernel.readAt) return this.kernel.readAt(target.kernel, offset, length);
    if ("device" in target) return { text: (DEVICES[target.device]?.byte ?? "").repeat(length) };
    const place = this.memory.resolve(path);
    if ("inode" in place && place.inode.kind === "file") {
      place.inode.room?.read?.(offset, offset + length);
      return { text: place.inode.content.slice(offset, offset + length) };
    }
    const read = this.read(path);
    return "text" in read ? { text: read.text.slice(offset, offset + length) } : read;
  }

  write(path: string, text: string, by?: Writer): WriteResult {
    const target = this.target(path);
    if ("kernel" in target) return this.kernel.write(target.kernel, text, by);
    if ("device" in target) {
      const errno = DEVICES[target.device]?.write ?? null;
      return errno === null ? DONE : failed(errno);
    }
    const file = this.file(path);
    const { errno, op } = "errno" in file ? { errno: file.errno, op: null } : this.memory.append(file, text, by);
    return errno === null ? { errno, op } : failed(errno);
  }

  truncate(path: string): void {
    const file = "memory" in this.target(path) ? this.file(path) : { errno: "EINVAL" as const };
    if (!("errno" in file)) this.memory.clear(file);
  }

  /** The file behind a path that is about to be changed, made where it is missing. */
  private file(path: string): TextFile | { readonly errno: FileErrno } {
    const place = this.memory.resolve(path);
    return "mounted" in place ? { errno: "EINVAL" } : this.memory.make(place);
  }

  mkdir(path: string, mode?: number): FileErrno | null {
    const place = this.memory.resolve(path.replace(/\/+$/, "") || "/", false);
    if (!("mounted" in place)) return this.memory.mkdir(path, mode);
    if (!("errno" in this.kernel.stat(place.mounted))) return "EEXIST";
    return this.kernel.folder ? this.kernel.folder("mkdir", place.mounted) : "EPERM";
  }

  remove(path: string, what: "file" | "directory"): FileErrno | null {
    const place = this.memory.resolve(path, false);
    if (
      what === "directory" &&
      "mounted" in place &&
      this.kernel.folder &&
      !("errno" in this.kernel.stat(place.mounted))
    )
      return this.kernel.folder("rmdir", place.mounted);
    return this.ofKernel(path) ?? this.memory.remove(path, what);
  }

  givenBack(): GivingBack {
    return this.memory.givenBack();
  }

  rename(from: string, to: string): FileErrno | null {
    return this.ofKernel(from) ?? this.ofKernel(to) ?? this.memory.rename(from, to);
  }

  symlink(target: string, path: string): FileErrno | null {
    return this.ofKernel(path) ?? this.memory.symlink(target, path);
  }

  chmod(path: string, mode: number): FileErrno | null {
    const place = this.memory.resolve(path);
    if ("mounted" in place) return this.kernel.chmod ? this.kernel.chmod(place.mounted, mode) : "EPERM";
    return this.memory.chmod(path, mode);
  }

  touch(path: string, at?: number): FileErrno | null {
    const target = this.target(path);
    if ("kernel" in target) return "errno" in this.kernel.stat(target.kernel) ? "EACCES" : null;
    return "device" in target ? null : this.memory.touch(path, at);
  }

  /** Names in /sys and /proc are the kernel's: nobody makes, moves or removes them. */
  private ofKernel(path: string): FileErrno | null {
    const place = this.memory.resolve(path, false);
    if (!("mounted" in place)) return null;
    const stat = this.kernel.stat(place.mounted);
    return "errno" in stat ? stat.errno : "EPERM";
  }
}
