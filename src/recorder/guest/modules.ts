/** Kernel modules that recorded scenarios insert, unpacked: a recorded machine has no tools for that. */
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { findProgram } from "../host/programs.ts";

/** In the order in which they need each other. */
const MODULES = [
  "notifier-error-inject",
  "memory-notifier-error-inject",
  "virtio",
  "virtio_ring",
  "virtio_pci_modern_dev",
  "virtio_pci_legacy_dev",
  "virtio_pci",
  "virtio_mem",
];

export interface KernelModule {
  readonly name: string;
  readonly content: Buffer;
}

/** Those of the modules that are there as files; others are built in, or this kernel doesn't have them. */
export function unpackModules(folder: string | null, names: readonly string[] = MODULES): KernelModule[] {
  if (folder === null) return [];
  const files = readdirSync(join(folder, "kernel"), { recursive: true, encoding: "utf8" });
  return names.flatMap((name) => {
    const file = files.find((path) => new RegExp(`(^|/)${name}\\.ko(\\.\\w+)?$`).test(path));
    const content = file === undefined ? undefined : unpack(join(folder, "kernel", file));
    return content ? [{ name, content }] : [];
  });
}

function unpack(path: string): Buffer | undefined {
  const packed = readFileSync(path);
  if (path.endsWith(".ko")) return packed;
  if (path.endsWith(".gz")) return gunzipSync(packed);
  const program = findProgram(path.endsWith(".xz") ? "xz" : "zstd");
  if (program === undefined) return undefined;
  const { status, stdout } = spawnSync(program, ["-dc"], { input: packed, maxBuffer: 64 * 1024 * 1024 });
  return status === 0 ? stdout : undefined;
}
