/**
 * Parameters of memory hot-plug (mm/memory_hotplug.c), and the kernel modules that can be loaded: the notifier error
 * injector appears in debugfs once its two modules are there (lib/notifier-error-inject.c).
 */
import type { Kernel } from "../kernel/kernel.ts";
import type { NotifierEvent } from "../kernel/notifiers.ts";
import { parseBool, sameWord } from "./memory-files.ts";
import { DONE, type Directory, type Entry, directory, failed, readable, writable } from "./tree.ts";

const UINT_MAX = 0xffff_ffff;
const MAX_ERRNO = 4095;

/** Modules that exist as files in /mods, and those that each needs first. */
export const MODULES: Readonly<Record<string, readonly string[]>> = {
  "notifier-error-inject": [],
  "memory-notifier-error-inject": ["notifier-error-inject"],
};

export function memoryHotplugParameters(kernel: Kernel): Directory {
  const { parameters } = kernel;
  return directory({
    auto_movable_numa_aware: writable(
      () => `${parameters.autoMovableNumaAware ? "Y" : "N"}\n`,
      (text) => {
        const value = parseBool(text);
        if (value === undefined) return failed("EINVAL");
        parameters.autoMovableNumaAware = value;
        return DONE;
      },
    ),
    auto_movable_ratio: writable(
      () => `${parameters.autoMovableRatio}\n`,
      (text) => {
        const value = parseInteger(text);
        if (value === undefined) return failed("EINVAL");
        if (value < 0 || value > UINT_MAX) return failed("ERANGE");
        parameters.autoMovableRatio = value;
        return DONE;
      },
    ),
    memmap_on_memory: readable(() => `${parameters.memmapOnMemory ? "Y" : "N"}\n`),
    online_policy: writable(
      () => `${parameters.onlinePolicy}\n`,
      (text) => {
        const policy = (["contig-zones", "auto-movable"] as const).find((word) => sameWord(text, word));
        if (!policy) return failed("EINVAL");
        parameters.onlinePolicy = policy;
        kernel.structureChanged = true;
        return DONE;
      },
    ),
  });
}

/** kstrtoint with base 0: decimal, 0x…, 0…, one trailing newline. */
export function parseInteger(text: string): number | undefined {
  const [, sign, digits = ""] = /^([+-]?)(0[xX][0-9a-fA-F]{1,16}|0[0-7]{0,20}|[1-9]\d{0,19})\n?$/.exec(text) ?? [];
  if (digits === "") return undefined;
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return sign === "-" && value !== 0 ? -value : value;
}

export class LoadedModules {
  private readonly loaded = new Set<string>();

  has(name: string): boolean {
    return this.loaded.has(name);
  }

  get names(): readonly string[] {
    return [...this.loaded];
  }

  /**
   * Files of /mods. Writing `insmod` to one stands for finit_module(2): loading must be a command like any other, so
   * that a replay does it too.
   */
  get files(): Directory {
    return directory(
      Object.fromEntries(
        Object.entries(MODULES).map(([name, needs]) => [
          `${name}.ko`,
          writable(
            () => "",
            () => {
              if (this.loaded.has(name)) return failed("EEXIST");
              if (!needs.every((other) => this.loaded.has(other))) return failed("ENOENT");
              this.loaded.add(name);
              return DONE;
            },
          ),
        ]),
      ),
    );
  }
}

/** /sys/kernel/debug/notifier-error-inject. */
export function notifierErrorInject(kernel: Kernel, modules: LoadedModules): Directory {
  const action = (event: NotifierEvent): Entry =>
    directory({
      error: writable(
        () => `${kernel.injected.get(event) ?? 0}\n`,
        (text) => {
          const value = parseInteger(text);
          // The value is clamped to an errno, as debugfs_create_errno does.
          if (value === undefined || value > 0 || value < -MAX_ERRNO) return failed("EINVAL");
          kernel.injected.set(event, value);
          return DONE;
        },
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
