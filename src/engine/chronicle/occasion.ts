/** What is being done when something happens, as data. Words are the views'. */
export type Occasion =
  | { readonly is: "boot" }
  /** A line that a shell or the machine's monitor takes as it stands. */
  | { readonly is: "line"; readonly line: string }
  /** A DIMM is carried to a slot (its key), or to the shelf. */
  | { readonly is: "move"; readonly dimm: string; readonly to: string }
  /** The attention button beside a DIMM. */
  | { readonly is: "press"; readonly dimm: string }
  /** It is inserted in a slot, taken out of one, or firmware asks the kernel to let it go. */
  | { readonly is: "insert" | "take-out"; readonly dimm: string; readonly slot: string }
  | { readonly is: "eject-request"; readonly dimm: string }
  | { readonly is: "signal"; readonly op: number }
  | { readonly is: "start"; readonly comm: string }
  /** A process goes about its work. */
  | { readonly is: "process"; readonly comm: string; readonly pid: number }
  | { readonly is: "exit"; readonly of: readonly { readonly comm: string; readonly pid: number }[] }
  /** A file in memory lets go of its pages. */
  | { readonly is: "file-goes" }
  /** By the process that asked for it. */
  | { readonly is: "drop-caches"; readonly by: string }
  /** The driver of a virtio-mem device works, or waits to try again. */
  | { readonly is: "virtio-mem"; readonly device: string; readonly again: boolean }
  /** The hypervisor would like a device to give this much, bytes. */
  | { readonly is: "resize"; readonly device: string; readonly size: number };

export const BOOT: Occasion = { is: "boot" };

/** A line of a shell. */
export const lineOccasion = (line: string): Occasion => ({ is: "line", line });
