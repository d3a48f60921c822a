/** The files of a machine's processes: the kernel's, and those that a small installation has in /etc and /bin. */
import { Cost } from "../../engine/kernel/costs.ts";
import { modulesOf } from "../../engine/sysfs/module-files.ts";
import { type WriteResult, failed } from "../../engine/sysfs/tree.ts";
import type { Command } from "../../engine/time/commands.ts";
import { addAllFiles } from "../../engine/time/disk.ts";
import type { Engine, Submission } from "../../engine/time/engine.ts";
import { RULES_FILE } from "../../engine/time/udev-port.ts";
import type { FileErrno } from "../../engine/sysfs/errno.ts";
import { PAGE_SIZE } from "../../engine/units.ts";
import type { Room } from "../memory-files.ts";
import { MountedFiles } from "../mounts.ts";
import type { Files } from "../system.ts";

const OS_RELEASE = `PRETTY_NAME="Hotplug Playground"
NAME="Hotplug Playground"
ID=playground
`;
const PASSWD = "root:x:0:0:root:/root:/bin/bash\n";

/** Of what it is known who wrote: the log names it, or a block remembers it. Other writes are the same whoever does them. */
const NAMES_ITS_WRITER =
  /^\/proc\/sys\/vm\/(drop_caches|laptop_mode)$|^\/sys\/fs\/cgroup\/.*cgroup\.(procs|threads)$|\/memory\d+\/(state|online)$/;

/** Where the disk is mounted. */
const DISK = "/mnt";

const isCgroup = (path: string): boolean => path.startsWith("/sys/fs/cgroup/");

/** Writes to files of the kernel are commands, so that a replay does them too. `shell` is what the kernel calls a shell's process. */
export function mountedFiles(
  engine: Engine,
  partition: string,
  submit: (command: Command) => Submission,
  shell: "bash" | "sh",
): Files {
  const tree = engine.files(partition);
  addAllFiles(engine, partition);
  const { version } = engine.kernel(partition).profile;
  const files = new MountedFiles(
    {
      list: (path) => tree.list(path),
      stat: (path) => tree.stat(path),
      open: (path, how) => tree.open(path, how),
      read: (path) => tree.read(path),
      readAt: (path, offset, length) => tree.readAt(path, offset, length),
      write: (path, text, by): WriteResult => {
        const comm = by && /^-?bash$/.test(by.comm) ? shell : by?.comm;
        const who = by && comm && NAMES_ITS_WRITER.test(path) ? { by: { pid: by.pid, comm } } : {};
        const { errno, op } = submit({ do: "write", partition, path, text, ...who });
        return errno === null ? { errno, op } : failed(errno);
      },
      folder: (what, path) =>
        isCgroup(path) ? (submit({ do: what, partition, path }).errno as FileErrno | null) : "EPERM",
      chmod: (path, mode) => submit({ do: "chmod", partition, path, mode }).errno,
    },
    Object.keys(modulesOf(version)).map((name) => `${name}.ko`),
    () => engine.now,
    () => roomInMemory(engine, partition),
    engine.description(partition).disk ? { folders: [DISK], room: roomOnDisk(engine, partition, submit) } : null,
  );
  const texts: Readonly<Record<string, string>> = {
    "/etc/hostname": `${partition}\n`,
    "/etc/os-release": OS_RELEASE,
    "/etc/passwd": PASSWD,
    "/etc/group": "root:x:0:\n",
    "/etc/shells": "/bin/sh\n/bin/bash\n",
  };
  for (const [path, text] of Object.entries(texts)) files.write(path, text);
  const { udevRules } = engine.description(partition);
  if (udevRules !== undefined) {
    for (const folder of ["/etc/udev", "/etc/udev/rules.d"]) files.mkdir(folder);
    files.write(RULES_FILE, udevRules);
  }
  return files;
}

/** Memory of a partition for a file of its tmpfs. */
function roomInMemory(engine: Engine, partition: string): Room {
  const file = engine.kernel(partition).tmpfs.create();
  return {
    resize: (bytes) => {
      const { pages, errno } = file.resize(Math.ceil(bytes / PAGE_SIZE));
      return { bytes: Math.min(bytes, pages * PAGE_SIZE), errno };
    },
    empty: () => {
      const { pages, op } = file.empty();
      return op === null ? { ns: pages * Cost.freePage, ops: [] } : { ns: 0, ops: [op] };
    },
  };
}

/** Room for files of the partition's disk: what is done to them are commands, and what becomes dirty is the kernel's business. */
function roomOnDisk(
  engine: Engine,
  partition: string,
  submit: (command: Command) => Submission,
): (name: string) => Room {
  let files = 0;
  return (name) => {
    const file = ++files;
    let length = 0;
    const of = { do: "file", partition, file, path: name } as const;
    return {
      resize: (bytes, by) => {
        const who = by ? { pid: by.pid } : {};
        const { errno, op } = submit({ ...of, call: "write", from: length, to: bytes, ...who });
        const pages = engine.kernel(partition).disk?.get(file)?.pages ?? 0;
        length = errno === null ? bytes : Math.max(length, Math.min(bytes, pages * PAGE_SIZE));
        return { bytes: length, errno: errno as FileErrno | null, op };
      },
      read: (from, to) => {
        submit({ ...of, call: "read", from, to });
      },
      empty: () => {
        if (length === 0) return { ns: 0, ops: [] };
        const pages = Math.ceil(length / PAGE_SIZE);
        length = 0;
        const { op } = submit({ ...of, call: "empty", from: 0, to: 0 });
        return op === null ? { ns: pages * Cost.freePage, ops: [] } : { ns: 0, ops: [op] };
      },
    };
  };
}

/** Puts programs where shells look for them; /bin, /sbin and /usr/sbin are the same folder, as on merged systems. */
export function install(files: Files, names: Iterable<string>): void {
  files.mkdir("/usr");
  files.mkdir("/usr/bin");
  for (const [link, target] of [
    ["/usr/sbin", "bin"],
    ["/bin", "usr/bin"],
    ["/sbin", "usr/bin"],
  ] as const) {
    files.remove(link, "directory");
    files.symlink(target, link);
  }
  for (const name of names) {
    files.truncate(`/usr/bin/${name}`);
    files.chmod(`/usr/bin/${name}`, 0o755);
  }
}

/** Is this the path of a module that can be loaded? */
export const kernelModule = (files: Files, path: string): boolean =>
  /^\/mods\/[\w-]+\.ko$/.test(path) && files.open(path, "read") === null;
