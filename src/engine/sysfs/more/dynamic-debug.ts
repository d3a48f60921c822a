/**
 * /sys/kernel/debug/dynamic_debug/control (lib/dynamic_debug.c): the quiet lines of memory hot-plug, and queries that
 * switch them. The simulation has one switch for all of them: they are told when any of them is on.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import { DONE, type File, failed, writable } from "../tree.ts";
import { tell } from "./kmsg.ts";

interface Site {
  readonly line: number;
  readonly function: string;
  readonly format: string;
}
const site = (line: number, name: string, format: string): Site => ({ line, function: name, format });
const FORMATS = {
  register: "Unable to reserve System RAM region: %016llx->%016llx\\n",
  online: "online_pages [mem %#010llx-%#010llx] failed\\n",
  offlined: "Offlined Pages %ld\\n",
  failed: "memory offlining [mem %#010llx-%#010llx] failed due to %s\\n",
};
const sites = (lines: readonly [number, number, number, number]): Site[] => [
  site(lines[0], "register_memory_resource", FORMATS.register),
  site(lines[1], "online_pages", FORMATS.online),
  site(lines[2], "offline_pages", FORMATS.offlined),
  site(lines[3], "offline_pages", FORMATS.failed),
];
const RECENT = sites([303, 1247, 2087, 2137]);
const BASE = sites([217, 1156, 1919, 1965]);
const FILE = "mm/memory_hotplug.c";
const MODULE = "memory_hotplug";

export function dynamicDebug(kernel: Kernel): File {
  const all = kernel.profile.zoneinfo === "6.10" ? RECENT : BASE;
  const flags = new Map<Site, Set<string>>(
    all.map((each) => [each, new Set(kernel.parameters.dynamicDebug ? ["p"] : [])]),
  );
  const shown = (each: Site): string => [..."pmflt"].filter((flag) => flags.get(each)?.has(flag)).join("") || "_";
  const refuse = (why: string) => {
    tell(kernel, 3, `dyndbg: ${why}`);
    tell(kernel, 3, "dyndbg: flags parse failed");
    return failed("EINVAL");
  };
  return writable(
    () =>
      `# filename:lineno [module]function flags format\n${all
        .map((each) => `${FILE}:${each.line} [${MODULE}]${each.function} =${shown(each)} "${each.format}"\n`)
        .join("")}`,
    (text) => {
      for (const query of text.split(/[;\n]/).filter((part) => part.trim() !== "")) {
        const words = query.trim().match(/"[^"]*"|\S+/g) ?? [];
        const operation = words.pop() ?? "";
        if (!/^[+=-]/.test(operation)) return refuse(`bad flag-op ${operation[0]}, at start of ${operation}`);
        const wrong = [...operation.slice(1)].find((flag) => !"pmflt_".includes(flag));
        if (wrong !== undefined) return refuse(`unknown flag '${wrong}'`);
        if (words.length % 2 !== 0) return failed("EINVAL");
        const wanted = matching(words);
        if (!wanted) return failed("EINVAL");
        for (const each of all.filter(wanted)) change(flags.get(each) as Set<string>, operation);
      }
      kernel.parameters.dynamicDebug = all.some((each) => flags.get(each)?.has("p"));
      return DONE;
    },
    0o644,
    0,
  );
}

function change(flags: Set<string>, operation: string): void {
  const given = [...operation.slice(1)].filter((flag) => flag !== "_");
  if (operation.startsWith("=")) flags.clear();
  for (const flag of given) {
    if (operation.startsWith("-")) flags.delete(flag);
    else flags.add(flag);
  }
}

/** The sites that `file F module M func N line L format T` means; `undefined` where a word is none of those. */
function matching(words: readonly string[]): ((site: Site) => boolean) | undefined {
  const tests: ((site: Site) => boolean)[] = [];
  for (let i = 0; i < words.length; i += 2) {
    const value = (words[i + 1] ?? "").replace(/^"|"$/g, "");
    const [path = "", line] = value.split(":");
    switch (words[i]) {
      case "file":
        tests.push(() => [FILE, FILE.replace(/.*\//, ""), "*"].includes(path));
        if (line !== undefined) tests.push((site) => String(site.line) === line || site.function === line);
        break;
      case "module":
        tests.push(() => value === MODULE);
        break;
      case "func":
        tests.push((site) => site.function === value);
        break;
      case "line": {
        const [from, to] = value.split("-").map(Number);
        tests.push((site) =>
          to === undefined ? site.line === from : site.line >= (from || 0) && (to === 0 || site.line <= to),
        );
        break;
      }
      case "format":
        tests.push((site) => site.format.includes(value));
        break;
      default:
        return undefined;
    }
  }
  return (site) => tests.every((test) => test(site));
}
