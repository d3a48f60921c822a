/** The file system that a recorded machine boots with: busybox, the load program, tools of the host, modules. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { kernelImage } from "../../engine/kernel/boot-layout/kernel-image.ts";
import { kernelVersion } from "../../playback/machine.ts";
import { cacheFolder, sourceFile } from "../host/folders.ts";
import type { KernelFiles } from "../host/kernels.ts";
import { BUSYBOX, findProgram, isStatic, requireProgram } from "../host/programs.ts";
import { type CpioEntry, cpio } from "./cpio.ts";
import { loadProgram } from "./load-program.ts";
import { unpackModules } from "./modules.ts";

const FOLDERS = ["bin", "dev", "etc", "lib", "mods", "proc", "sbin", "sys", "tmp"];
/** The shell must find the real ones. */
const NOT_FROM_BUSYBOX = new Set(["busybox", "lsmem", "chmem"]);
const HOST_TOOLS = ["lsmem", "chmem"];

/** Path of the compressed archive for a kernel, made when it isn't there yet. */
export function initramfs(kernel: KernelFiles): string {
  const archive = cpio(entries(kernel));
  const state = createHash("sha256").update(archive).digest("hex").slice(0, 12);
  const path = join(cacheFolder("guest"), `initramfs-${state}-${kernelVersion(kernel.name) ?? "other"}.gz`);
  if (!existsSync(path)) {
    const part = `${path}.${process.pid}`;
    writeFileSync(part, padded(gzipSync(archive, { level: 9 }), kernel));
    renameSync(part, path);
  }
  return path;
}

/**
 * As large as on the machines that were recorded before: the archive is in the way while boot allocates memory, so its
 * size decides where some of that lies. Zeros behind the archive mean nothing to the kernel.
 */
function padded(archive: Buffer, kernel: KernelFiles): Buffer {
  const version = kernelVersion(kernel.name);
  const size = version === undefined ? 0 : kernelImage(version).initrd;
  return Buffer.concat([archive, Buffer.alloc(Math.max(0, size - archive.length))]);
}

function entries(kernel: KernelFiles): CpioEntry[] {
  const busybox = requireProgram(BUSYBOX, isStatic);
  const applets = spawnSync(busybox, ["--list"], { encoding: "utf8" }).stdout.trim().split("\n");
  return [
    ...FOLDERS.map((path): CpioEntry => ({ path, is: "folder" })),
    program("init", readFileSync(sourceFile("guest", "init.sh"))),
    program("bin/busybox", readFileSync(busybox)),
    ...applets
      .filter((name) => /^[\w[.-]+$/.test(name) && !NOT_FROM_BUSYBOX.has(name))
      .map((name): CpioEntry => ({ path: `bin/${name}`, is: "link", content: "busybox" })),
    program("bin/mem", loadProgram()),
    program("bin/observe", readFileSync(sourceFile("guest", "observe.sh"))),
    ...HOST_TOOLS.flatMap(hostTool),
    ...unpackModules(kernel.modules).map(
      ({ name, content }): CpioEntry => ({ path: `mods/${name}.ko`, is: "file", content }),
    ),
  ];
}

const program = (path: string, content: Buffer): CpioEntry => ({ path, is: "file", content, executable: true });

/** A program of this machine with the libraries that it needs; none if it isn't there. */
function hostTool(name: string): CpioEntry[] {
  const path = findProgram(name);
  if (path === undefined) return [];
  const { stdout } = spawnSync("ldd", [path], { encoding: "utf8" });
  const libraries = (stdout ?? "").match(/\/\S+/g) ?? [];
  return [
    program(`bin/${name}`, readFileSync(path)),
    ...libraries.filter(existsSync).map((library) => program(library.slice(1), readFileSync(library))),
  ];
}
