/**
 * The files that a shell sees: the kernel's trees under /sys and /proc, and beside them a little file system in
 * memory for what scripts write (/tmp) and for the modules that can be loaded (/mods).
 */
import type { FileErrno } from "../engine/sysfs/errno.ts";
import { DONE, type Stat, type WriteResult, failed } from "../engine/sysfs/tree.ts";
import { logical } from "./state.ts";
import type { Files } from "./system.ts";

/** The kernel's part of the tree. */
export type KernelFiles = Omit<Files, "truncate">;

const MAX_FILE = 16 * 1024 * 1024;

export class MountedFiles implements Files {
  private readonly kernel: KernelFiles;
  private readonly texts = new Map<string, string>();
  private readonly folders: ReadonlySet<string>;

  /** `modules` are the names of files in /mods. */
  constructor(kernel: KernelFiles, modules: readonly string[] = []) {
    this.kernel = kernel;
    this.folders = new Set(["/", "/tmp", "/mods", "/dev", "/bin", "/etc", "/proc", "/sys"]);
    for (const module of modules) this.texts.set(`/mods/${module}`, "");
  }

  private static ofKernel(path: string): boolean {
    return /^\/+(sys|proc)(\/|$)/.test(path);
  }

  list(path: string): { readonly names: readonly string[] } | { readonly errno: FileErrno } {
    if (MountedFiles.ofKernel(path)) return this.kernel.list(path);
    const clean = logical(path);
    if (this.texts.has(clean)) return { errno: "ENOTDIR" };
    if (!this.folders.has(clean)) return { errno: "ENOENT" };
    const prefix = clean === "/" ? "/" : `${clean}/`;
    const below = [...this.texts.keys(), ...this.folders].filter((name) => name !== "/" && name.startsWith(prefix));
    return { names: [...new Set(below.map((name) => name.slice(prefix.length).split("/")[0] ?? ""))].sort() };
  }

  stat(path: string): Stat | { readonly errno: FileErrno } {
    if (MountedFiles.ofKernel(path)) return this.kernel.stat(path);
    const clean = logical(path);
    if (clean === "/dev/null") return { kind: "file", mode: 0o666, size: 0, target: null };
    if (this.folders.has(clean)) return { kind: "directory", mode: 0o755, size: 0, target: null };
    const text = this.texts.get(clean);
    return text === undefined ? { errno: "ENOENT" } : { kind: "file", mode: 0o644, size: text.length, target: null };
  }

  open(path: string, how: "read" | "write"): FileErrno | null {
    if (MountedFiles.ofKernel(path)) return this.kernel.open(path, how);
    const clean = logical(path);
    if (clean === "/dev/null" || this.texts.has(clean)) return null;
    if (this.folders.has(clean)) return how === "write" ? "EISDIR" : null;
    return how === "write" && this.folders.has(logical(`${clean}/..`)) ? null : "ENOENT";
  }

  read(path: string): { readonly text: string } | { readonly errno: FileErrno } {
    if (MountedFiles.ofKernel(path)) return this.kernel.read(path);
    const clean = logical(path);
    if (clean === "/dev/null") return { text: "" };
    if (this.folders.has(clean)) return { errno: "EISDIR" };
    const text = this.texts.get(clean);
    return text === undefined ? { errno: "ENOENT" } : { text };
  }

  write(path: string, text: string): WriteResult {
    if (MountedFiles.ofKernel(path)) return this.kernel.write(path, text);
    const errno = this.open(path, "write");
    if (errno !== null) return failed(errno);
    const clean = logical(path);
    if (clean === "/dev/null") return DONE;
    const held = (this.texts.get(clean) ?? "") + text;
    if (held.length > MAX_FILE) return failed("ENOSPC");
    this.texts.set(clean, held);
    return DONE;
  }

  truncate(path: string): void {
    const clean = logical(path);
    if (!MountedFiles.ofKernel(path) && clean !== "/dev/null" && this.open(path, "write") === null)
      this.texts.set(clean, "");
  }
}
