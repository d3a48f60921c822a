/** Why a command was not accepted, before anything began: as data. Its words are found where it is shown. */
export type Rejection =
  | { readonly why: "no-partition"; readonly partition: string }
  /** Its kernel has panicked. */
  | { readonly why: "stopped"; readonly partition: string }
  | { readonly why: "no-dimm"; readonly dimm: string }
  | { readonly why: "in-no-slot"; readonly dimm: string }
  /** It is being inserted or ejected. */
  | { readonly why: "on-its-way"; readonly dimm: string }
  /** It is broken. */
  | { readonly why: "no-power"; readonly dimm: string }
  | { readonly why: "no-slot"; readonly slot: string }
  | { readonly why: "slot-holds"; readonly slot: string; readonly dimm: string }
  /** Another DIMM goes there as soon as it may. */
  | { readonly why: "slot-kept"; readonly slot: string; readonly dimm: string }
  /** DIMMs of an emulated machine come and go through its monitor. */
  | { readonly why: "through-monitor" }
  /** What the emulator itself answers. */
  | { readonly why: "monitor-says"; readonly text: string }
  /** A file of /sys or /proc took it as the errno says. */
  | { readonly why: "file-says"; readonly path: string }
  /** Firmware asked: a kernel worker is at it, which no signal reaches. */
  | { readonly why: "kernel-worker" }
  | { readonly why: "not-running"; readonly op: number }
  | { readonly why: "no-memory-for-process" }
  | { readonly why: "no-process"; readonly pid: number }
  | { readonly why: "no-such-cpus"; readonly cpus: readonly number[] }
  | { readonly why: "node-without-memory"; readonly node: number }
  | { readonly why: "no-terminal"; readonly terminal: number }
  | { readonly why: "terminal-is-open"; readonly terminal: number };
