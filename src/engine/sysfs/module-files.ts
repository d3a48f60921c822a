/**
 * Parameters of memory hot-plug (mm/memory_hotplug.c), and the kernel modules that can be loaded: the notifier error
 * injector appears in debugfs once its two modules are there (lib/notifier-error-inject.c).
 */
import type { KernelVersion } from "../hardware/description.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { NotifierEvent } from "../kernel/notifiers.ts";
import { parseBool } from "../kernel/boot-layout/cmdline.ts";
import { sameWord } from "./memory-files.ts";
import type { VirtioMemParameters } from "../virtio/mem-driver.ts";
import { since } from "../kernel/profiles/versions.ts";
import { signedNumber, unsignedNumber } from "./numbers.ts";
import type { FileActions } from "./port.ts";
import { DONE, type Directory, type Entry, directory, failed, readable, writable, type WriteResult } from "./tree.ts";

const UINT_MAX = 0xffff_ffffn;
const MAX_ERRNO = 4095;

const INJECTORS: Readonly<Record<string, readonly string[]>> = {
  "notifier-error-inject": [],
  "memory-notifier-error-inject": ["notifier-error-inject"],
};
/** In the 5.10 and 6.1 that were recorded everything of virtio is a module; in 6.12 and later only the driver is. */
const VIRTIO_BUS: Readonly<Record<string, readonly string[]>> = {
  virtio_ring: [],
  virtio: ["virtio_ring"],
  virtio_pci_modern_dev: [],
  virtio_pci_legacy_dev: [],
  virtio_pci: ["virtio", "virtio_pci_modern_dev", "virtio_pci_legacy_dev"],
  virtio_mem: ["virtio"],
};
/** Its parts for modern and legacy devices are modules of their own since 5.12 and 6.0. */
const EARLY_VIRTIO_BUS: typeof VIRTIO_BUS = {
  virtio_ring: [],
  virtio: ["virtio_ring"],
  virtio_pci: ["virtio"],
  virtio_mem: ["virtio"],
};

/** Modules of a kernel that exist as files in /mods, and those that each needs first. */
export function modulesOf(version: KernelVersion): Readonly<Record<string, readonly string[]>> {
  const always = { ...INJECTORS, ...blockDrivers(version) };
  if (!since(version, 5, 8)) return always;
  if (version === "5.10") return { ...always, ...EARLY_VIRTIO_BUS };
  return version === "6.1" ? { ...always, ...VIRTIO_BUS } : { ...always, virtio_mem: [] };
}

/**
 * Disks in memory, and what zram needs: its allocator, and who compresses. 7.3 was recorded with the allocator built in. Before 6.12 it
 * asks the crypto API for a compressor when a device gets its size, and those of the usual one are modules, too.
 */
function blockDrivers(version: KernelVersion): Readonly<Record<string, readonly string[]>> {
  const late = since(version, 6, 12);
  const compress: Readonly<Record<string, readonly string[]>> = { lz4hc_compress: [] };
  const crypto: Readonly<Record<string, readonly string[]>> = late ? {} : { lzo: [], "lzo-rle": [] };
  const own = since(version, 7, 3) ? {} : { zsmalloc: [], lz4_compress: [] };
  const needed = late ? [...Object.keys(own), ...Object.keys(compress)] : ["zsmalloc"];
  return { brd: [], ...own, ...compress, ...crypto, zram: needed };
}

export function memoryHotplugParameters(kernel: Kernel): Directory {
  const { parameters } = kernel;
  return directory({
    auto_movable_numa_aware: writable(
      () => `${parameters.autoMovableNumaAware ? "Y" : "N"}\n`,
      (text) => {
        const value = parseBool(text, kernel.profile);
        if (value === null) return failed("EINVAL");
        parameters.autoMovableNumaAware = value;
        return DONE;
      },
    ),
    auto_movable_ratio: writable(
      () => `${parameters.autoMovableRatio}\n`,
      (text) => {
        const value = unsignedNumber(text, 0, UINT_MAX);
        if (typeof value === "string") return failed(value);
        parameters.autoMovableRatio = Number(value);
        return DONE;
      },
    ),
    memmap_on_memory: readable(() => `${parameters.memmapOnMemory}\n`),
    online_policy: writable(
      () => `${parameters.onlinePolicy}\n`,
      (text) => {
        const policy = (["contig-zones", "auto-movable"] as const).find((word) => sameWord(text, word));
        if (!policy) return failed("EINVAL");
        parameters.onlinePolicy = policy;
        kernel.revision++;
        return DONE;
      },
    ),
  });
}

/** /sys/module/virtio_mem, once it is loaded (drivers/virtio/virtio_mem.c). */
export function virtioMemModule(kernel: Kernel, actions: FileActions): Directory {
  const names = (): readonly string[] => (actions.virtioMem() === null ? [] : ["virtio_mem"]);
  const letter = (on: boolean): string => `${on ? "Y" : "N"}\n`;
  const parameters = (of: VirtioMemParameters): Directory =>
    directory({
      bbm_block_size: readable(() => `${of.bigBlockBytes}\n`),
      // Until 6.6 the careful way could be switched off.
      ...(since(kernel.profile.version, 6, 6) ? {} : { bbm_safe_unplug: readable(() => letter(true)) }),
      force_bbm: readable(() => letter(of.forceBigBlocks)),
      unplug_online: writable(
        () => letter(of.unplugOnline),
        (text) => {
          const value = parseBool(text, kernel.profile);
          if (value === null) return failed("EINVAL");
          of.unplugOnline = value;
          return DONE;
        },
      ),
    });
  return {
    kind: "directory",
    mode: 0o755,
    names,
    entry: (name) => {
      const of = actions.virtioMem();
      return of !== null && names().includes(name) ? directory({ parameters: parameters(of) }) : undefined;
    },
  };
}

export class LoadedModules {
  private readonly loaded = new Set<string>();
  private readonly known: Readonly<Record<string, readonly string[]>>;
  private readonly onLoad: (name: string, parameters: string) => void;

  private readonly onUnload: (name: string) => void;
  private readonly inUse: (name: string) => boolean;

  constructor(
    version: KernelVersion,
    onLoad: (name: string, parameters: string) => void,
    onUnload: (name: string) => void = () => {},
    inUse: (name: string) => boolean = () => false,
  ) {
    this.known = modulesOf(version);
    this.onLoad = onLoad;
    this.onUnload = onUnload;
    this.inUse = inUse;
  }

  has(name: string): boolean {
    return this.loaded.has(name);
  }

  get names(): readonly string[] {
    return [...this.loaded];
  }

  /** Loaded modules that need this one. */
  usersOf(name: string): readonly string[] {
    return [...this.loaded].filter((other) => this.known[other]?.includes(name)).reverse();
  }

  /** delete_module(2): refused while another module needs it, or while it drives devices. */
  private unload(name: string): WriteResult {
    if (!this.loaded.has(name)) return failed("ENOENT");
    if (this.usersOf(name).length > 0 || name.startsWith("virtio")) return failed("EBUSY");
    if (this.inUse(name)) return failed("EAGAIN");
    this.loaded.delete(name);
    this.onUnload(name);
    return DONE;
  }

  /**
   * Files of /mods. Writing `insmod` to one, with parameters if there are any, stands for finit_module(2), `rmmod` for
   * delete_module(2): loading must be a command like any other, so that a replay does it too.
   */
  get files(): Directory {
    return directory(
      Object.fromEntries(
        Object.entries(this.known).map(([name, needs]) => [
          `${name}.ko`,
          writable(
            () => "",
            (text) => {
              if (/^rmmod\b/.test(text)) return this.unload(name);
              if (this.loaded.has(name)) return failed("EEXIST");
              if (!needs.every((other) => this.loaded.has(other))) return failed("ENOENT");
              this.loaded.add(name);
              this.onLoad(name, text.replace(/^insmod\s*/, ""));
              return DONE;
            },
          ),
        ]),
      ),
    );
  }
}

/** /sys/kernel/debug, as far as it is about memory: the injector is there once its module is. */
export function debugDirectory(kernel: Kernel, modules: LoadedModules): Directory {
  const names = () => (modules.has("notifier-error-inject") ? ["notifier-error-inject"] : []);
  return {
    kind: "directory",
    mode: 0o700,
    names,
    entry: (name) => (names().includes(name) ? notifierErrorInject(kernel, modules) : undefined),
  };
}

/** /sys/kernel/debug/notifier-error-inject. */
function notifierErrorInject(kernel: Kernel, modules: LoadedModules): Directory {
  const action = (event: NotifierEvent): Entry =>
    directory({
      error: writable(
        () => `${kernel.injected.get(event) ?? 0}\n`,
        (text) => {
          const value = signedNumber(text);
          if (typeof value === "string") return failed(value);
          // Clamped to what an errno can be (debugfs_errno_set).
          kernel.injected.set(event, Math.max(-MAX_ERRNO, Math.min(0, value)));
          return DONE;
        },
        0o600,
        0,
      ),
    });
  const memory = () =>
    directory({
      actions: directory({
        MEM_GOING_OFFLINE: action("MEM_GOING_OFFLINE"),
        MEM_GOING_ONLINE: action("MEM_GOING_ONLINE"),
      }),
    });
  const names = () => (modules.has("memory-notifier-error-inject") ? ["memory"] : []);
  return { kind: "directory", mode: 0o755, names, entry: (name) => (names().includes(name) ? memory() : undefined) };
}
