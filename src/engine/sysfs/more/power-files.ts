/** Folders `power` of devices without runtime power management (drivers/base/power/sysfs.c). */
import { sameWord } from "../memory-files.ts";
import { DONE, type Directory, type Entry, type File, directory, failed, readable, writable } from "../tree.ts";

/** `auto` or `on`: nothing comes of it. */
function control(): File {
  let chosen = "auto";
  return writable(
    () => `${chosen}\n`,
    (text) => {
      const word = ["auto", "on"].find((each) => sameWord(text, each));
      if (word === undefined) return failed("EINVAL");
      chosen = word;
      return DONE;
    },
  );
}

/** No limit is `0`, none at all `n/a` (pm_qos_resume_latency_us_store): nothing here sleeps. */
function resumeLatency(): File {
  let chosen = "0";
  return writable(
    () => `${chosen}\n`,
    (text) => {
      const number = /^\+?(\d{1,10})\n?$/.exec(text)?.[1];
      if (number !== undefined && Number(number) < 2 ** 31 - 1) chosen = `${Number(number)}`;
      else if (sameWord(text, "n/a")) chosen = "n/a";
      else return failed("EINVAL");
      return DONE;
    },
  );
}

const powerFiles = (): Record<string, Entry> => ({
  autosuspend_delay_ms: {
    ...writable(
      () => "",
      () => ({ errno: "EIO", op: null }),
    ),
    read: () => ({ errno: "EIO" }),
  } satisfies File,
  control: control(),
  runtime_active_time: readable(() => "0\n"),
  runtime_status: readable(() => "unsupported\n"),
  runtime_suspended_time: readable(() => "0\n"),
});

/** The folder `power` of a device; CPUs have a file more. */
export const power = (cpu = false): Directory =>
  directory({ ...powerFiles(), ...(cpu ? { pm_qos_resume_latency_us: resumeLatency() } : {}) });

/**
 * `power` and what else there is (`more`) in the folder of each device that there is: `of` gives the device of a name, for as long
 * as which it keeps what was written.
 */
export function powerInEach(
  of: (name: string) => object | undefined,
  more: (name: string) => Readonly<Record<string, Entry>> = () => ({}),
): Directory {
  const kept = new WeakMap<object, Directory>();
  return {
    ...directory({}),
    entry: (name) => {
      const device = of(name);
      if (!device) return undefined;
      const known = kept.get(device) ?? directory({ power: power(), ...more(name) });
      kept.set(device, known);
      return known;
    },
  };
}
