/** /sys/module: the modules that are loaded (kernel/module/sysfs.c), beside the parameters of what is built in. */
import type { Kernel } from "../../kernel/kernel.ts";
import type { LoadedModules } from "../module-files.ts";
import { DONE, type Directory, type Entry, directory, link, readable, writeOnly } from "../tree.ts";

export function moduleDirectories(kernel: Kernel, modules: LoadedModules): Directory {
  const size = kernel.profile.zoneinfo === "6.10" ? 12288 : 16384;
  const underscored = (name: string): string => name.replaceAll("-", "_");
  const of = (name: string): Directory => {
    const users = modules.usersOf(name).map(underscored);
    return directory({
      coresize: readable(() => `${size}\n`),
      holders: directory(Object.fromEntries(users.map((user): [string, Entry] => [user, link(`../../${user}`)]))),
      initsize: readable(() => "0\n"),
      initstate: readable(() => "live\n"),
      notes: directory({}),
      refcnt: readable(() => `${users.length}\n`),
      sections: directory({}),
      taint: readable(() => "\n"),
      uevent: writeOnly(() => DONE),
    });
  };
  return {
    kind: "directory",
    mode: 0o755,
    names: () => modules.names.map(underscored),
    entry: (name) => {
      const found = modules.names.find((each) => underscored(each) === name);
      return found === undefined ? undefined : of(found);
    },
  };
}
