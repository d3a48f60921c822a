/**
 * Everything that anyone can do to the box, as plain values. A drag, a menu, a shell line, a lesson step and a
 * replay all become one of these; the journal is a list of them with their simulated times.
 */
import type { DiskRequest } from "../holders/disk.ts";
import type { Writer } from "../sysfs/tree.ts";
import type { Bytes } from "../units.ts";
import type { RulesFile } from "../workload/udev-rules.ts";
import type { LoadDescription } from "../workload/load-description.ts";

/** Where a DIMM can be: a slot (`A/1/2` = partition A, node 1, slot 2) or the shelf. */
export type Place = { readonly slot: string } | { readonly shelf: true };

export type Command =
  /** Carry a DIMM to another place. In a powered slot that is an ACPI eject request first; inserting follows when it succeeded. */
  | { readonly do: "move"; readonly dimm: string; readonly to: Place }
  /** A person pushes the attention button beside a DIMM: an eject request without a destination (the shelf). */
  | { readonly do: "press"; readonly dimm: string }
  /** Write to a file of a partition's /sys or /proc. Changing a block's state is `memoryN/state`. `by` is the process, where it is known. */
  | {
      readonly do: "write";
      readonly partition: string;
      readonly path: string;
      readonly text: string;
      readonly by?: Writer;
    }
  /** udev begins to run, or reads its rules anew (./udev.ts). */
  | { readonly do: "udev"; readonly partition: string; readonly rules: readonly RulesFile[] }
  /** chmod(2) of a file of /sys or /proc. `mode` is its permission bits. */
  | { readonly do: "chmod"; readonly partition: string; readonly path: string; readonly mode: number }
  /** mkdir(2) and rmdir(2) below /sys/fs/cgroup. */
  | { readonly do: "mkdir" | "rmdir"; readonly partition: string; readonly path: string }
  /** A process whose group may refuse it writes into a pipe. */
  | { readonly do: "pipe"; readonly partition: string; readonly by: Writer }
  /** Signal the task behind a long operation (Ctrl-C): a blocked offline ends with EINTR. */
  | { readonly do: "signal"; readonly op: number }
  /** Start something that takes memory. */
  | { readonly do: "load"; readonly partition: string; readonly load: LoadDescription }
  /**
   * A process starts that takes no more than every process does: a command of a shell. `kill` is its end. Its number is
   * the kernel's `nextPid`. It may run on the CPUs of its `parent`, or on all.
   */
  | { readonly do: "fork"; readonly partition: string; readonly comm: string; readonly parent?: number }
  /** sched_setaffinity: a process may run on these CPUs only. EINVAL when the machine has none of them. */
  | { readonly do: "affinity"; readonly partition: string; readonly pid: number; readonly cpus: readonly number[] }
  /**
   * Begin and end to use a block device for swap (swapon(2), swapoff(2)). `by` is who asks for the end: it is the first to be killed
   * where there is no memory for what comes back.
   */
  | { readonly do: "swapon"; readonly partition: string; readonly path: string; readonly priority?: number }
  | { readonly do: "swapoff"; readonly partition: string; readonly path: string; readonly by?: Writer }
  /**
   * What is done to a file on the disk, by its number: bytes up to an offset are written or read, or it is emptied. Whoever names a
   * number first makes the file. `sync` writes all that is dirty.
   */
  | ({ readonly partition: string } & DiskRequest)
  /** End a process and give back its memory. */
  | { readonly do: "kill"; readonly partition: string; readonly pid: number }
  | { readonly do: "killall"; readonly partition: string }
  /** The emulated machine's monitor: a DIMM appears in a shared slot. */
  | {
      readonly do: "hotadd";
      readonly partition: string;
      readonly id: string;
      readonly node: number;
      readonly size: Bytes;
      readonly addr?: number;
      /** Left out: the first free one. */
      readonly slot?: number;
    }
  | { readonly do: "hotremove"; readonly partition: string; readonly id: string }
  /** The partition restarts, with another command line where one is given. */
  | { readonly do: "reboot"; readonly partition: string; readonly cmdline?: string }
  /** The hypervisor would like a virtio-mem device to give this much. */
  | { readonly do: "resize"; readonly partition: string; readonly id: string; readonly size: Bytes };

/** Everything that comes from outside, and so all that a journal holds. */
export type Cause = Command | TerminalCommand;

/**
 * What a person does at a terminal. The commands that a shell gives because of it follow from it, and are no causes.
 * Whoever opens terminals numbers them, and uses no number twice.
 */
export type TerminalCommand = { readonly terminal: number } & (
  | { readonly do: "terminal-open"; readonly partition: string; readonly columns: number; readonly rows: number }
  /** As terminals send it: `\r` for Enter, `\x03` for Ctrl-C. */
  | { readonly do: "terminal-input"; readonly text: string }
  | { readonly do: "terminal-resize"; readonly columns: number; readonly rows: number }
  /** A file for the home folder. */
  | { readonly do: "terminal-drop"; readonly name: string; readonly text: string }
  | { readonly do: "terminal-close" }
);

export const isTerminalCommand = (command: Cause): command is TerminalCommand => "terminal" in command;

/** What is asked of a partition's files. */
export type FileCommand = Extract<Command, { readonly do: "write" | "chmod" | "mkdir" | "rmdir" | "pipe" }>;

const OF_FILES: ReadonlySet<string> = new Set<FileCommand["do"]>(["write", "chmod", "mkdir", "rmdir", "pipe"]);

export const isFileCommand = (command: Cause): command is FileCommand => OF_FILES.has(command.do);
