/** Programs of the host that recording needs: found, or asked for with the names of the packages that have them. */
import { accessSync, constants, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { BadInput } from "../../conformance/input.ts";

/** Something that recording needs is not on this machine. The message says how to get it. */
export class Missing extends BadInput {}

interface Program {
  /** Names to look for, the best first. */
  readonly names: readonly string[];
  readonly purpose: string;
  /** Package by distribution. */
  readonly packages: string;
}

export const QEMU: Program = {
  names: ["qemu-system-x86_64"],
  purpose: "to boot the kernel",
  packages:
    "qemu-system-x86 on Debian, Ubuntu and Arch, qemu-system-x86-core on Fedora, qemu-x86 on openSUSE, qemu-system-x86_64 on Alpine",
};
export const BUSYBOX: Program = {
  names: ["busybox.static", "busybox-static", "busybox"],
  purpose: "for the shell inside the machine; it must be statically linked",
  packages: "busybox-static on Debian, Ubuntu, openSUSE and Alpine, busybox on Fedora and Arch",
};
export const COMPILER: Program = {
  names: ["gcc", "cc", "clang"],
  purpose: "for the program that takes memory inside the machine",
  packages:
    "gcc and libc6-dev on Debian and Ubuntu, gcc and glibc-static on Fedora, gcc on Arch, gcc and glibc-devel-static on openSUSE, gcc and musl-dev on Alpine",
};

export const MAKE_EXT4: Program = {
  names: ["mkfs.ext4"],
  purpose: "for the file system of a machine with a disk",
  packages: "e2fsprogs",
};

// Tools for administrators lie where the PATH of other users doesn't lead.
const FURTHER = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"];

/** Path of a program, or `undefined`. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter).filter(Boolean), ...FURTHER];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of the first of the program's names that is there and fits. */
export function requireProgram(program: Program, fits: (path: string) => boolean = () => true): string {
  for (const name of program.names) {
    const path = findProgram(name);
    if (path !== undefined && fits(path)) return path;
  }
  throw new Missing(`${program.names.at(-1)} is needed ${program.purpose}: install ${program.packages}`);
}

const ELF = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
const PROGRAM_INTERPRETER = 3;

/** Whether a file is a 64-bit program that needs no loader: it runs where there is nothing else. */
export function isStatic(path: string): boolean {
  const file = readFileSync(path);
  if (!file.subarray(0, ELF.length).equals(ELF)) return false;
  const start = Number(file.readBigUInt64LE(32));
  const size = file.readUInt16LE(54);
  const count = file.readUInt16LE(56);
  for (let i = 0; i < count; i++) if (file.readUInt32LE(start + i * size) === PROGRAM_INTERPRETER) return false;
  return true;
}
