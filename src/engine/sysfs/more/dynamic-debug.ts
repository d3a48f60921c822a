/**
 * /sys/kernel/debug/dynamic_debug/control (lib/dynamic_debug.c): the quiet lines of memory hot-plug, each with a switch of
 * its own, and the queries that turn the switches.
 */
import type { Kernel } from "../../kernel/kernel.ts";
import type { QuietPlace } from "../../kernel/parameters.ts";
import { since } from "../../kernel/profiles/versions.ts";
import { DONE, type File, failed, writable } from "../tree.ts";
import { tell } from "./kmsg.ts";

interface Site {
  readonly place: QuietPlace;
  readonly file: string;
  readonly module: string;
  readonly line: number;
  readonly function: string;
  readonly format: string;
}

const HOTPLUG = { file: "mm/memory_hotplug.c", module: "memory_hotplug" };
const ACPI = { file: "drivers/acpi/acpi_memhotplug.c", module: "acpi_memhotplug" };
const KNOWN = {
  register: {
    ...HOTPLUG,
    function: "register_memory_resource",
    format: "Unable to reserve System RAM region: %016llx->%016llx",
  },
  online: { ...HOTPLUG, function: "online_pages", format: "online_pages [mem %#010llx-%#010llx] failed" },
  offlined: { ...HOTPLUG, function: "offline_pages", format: "Offlined Pages %ld" },
  refused: {
    ...HOTPLUG,
    function: "offline_pages",
    format: "memory offlining [mem %#010llx-%#010llx] failed due to %s",
  },
  configured: { ...ACPI, function: "acpi_memory_device_add", format: "Memory device configured by ACPI" },
} as const;

/** Where the recorded kernels tell them, in the order of their lists; from a release on, the newest first. */
const LINES: readonly (readonly [major: number, minor: number, Readonly<Partial<Record<QuietPlace, number>>>])[] = [
  [7, 3, { register: 307, online: 1245, offlined: 2100, refused: 2166, configured: 321 }],
  [6, 18, { register: 304, online: 1251, offlined: 2048, refused: 2103, configured: 325 }],
  [6, 12, { register: 303, online: 1247, offlined: 2087, refused: 2137, configured: 325 }],
  [5, 12, { register: 217, online: 1156, offlined: 1919, refused: 1965, configured: 326 }],
  // It tells loudly what it took offline, and lists backwards.
  [0, 0, { configured: 307, refused: 1622, online: 862, register: 128 }],
];
const OLD = LINES.length - 1;

function sitesOf(version: string): Site[] {
  const from = LINES.findIndex(([major, minor]) => since(version, major, minor));
  const lines = LINES[from < 0 ? OLD : from]?.[2] ?? {};
  return (Object.keys(lines) as QuietPlace[]).map((place) => ({ ...KNOWN[place], place, line: lines[place] ?? 0 }));
}

export function dynamicDebug(kernel: Kernel): File {
  const { toldQuietly } = kernel.parameters;
  const { version } = kernel.profile;
  const lineEnd = since(version, 5, 18) ? "\\n" : "\\012";
  const flags = new Map(sitesOf(version).map((site) => [site, new Set(toldQuietly.has(site.place) ? ["p"] : [])]));
  const list = () =>
    [...flags].map(([{ file, line, module, function: name, format }, own]) => {
      const shown = [..."pmflt"].filter((flag) => own.has(flag)).join("") || "_";
      return `${file}:${line} [${module}]${name} =${shown} "${format}${lineEnd}"\n`;
    });
  const refuse = (why: string) => {
    tell(kernel, 3, `dyndbg: ${why}`);
    tell(kernel, 3, "dyndbg: flags parse failed");
    return failed("EINVAL");
  };
  return writable(
    () => `# filename:lineno [module]function flags format\n${list().join("")}`,
    (text) => {
      for (const query of text.split(/[;\n]/).filter((part) => part.trim() !== "")) {
        const words = query.trim().match(/"[^"]*"|\S+/g) ?? [];
        const operation = words.pop() ?? "";
        if (!/^[+=-]/.test(operation)) return refuse(`bad flag-op ${operation[0]}, at start of ${operation}`);
        const wrong = [...operation.slice(1)].find((flag) => !"pmflt_".includes(flag));
        if (wrong !== undefined) return refuse(`unknown flag '${wrong}'`);
        const wanted = words.length % 2 === 0 ? matching(words) : undefined;
        if (!wanted) return failed("EINVAL");
        for (const [site, own] of flags) {
          if (!wanted(site)) continue;
          change(own, operation);
          if (own.has("p")) toldQuietly.add(site.place);
          else toldQuietly.delete(site.place);
        }
      }
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
        tests.push((site) => [site.file, site.file.replace(/.*\//, "")].some((name) => fits(path, name)));
        if (line !== undefined) tests.push((site) => String(site.line) === line || site.function === line);
        break;
      case "module":
        tests.push((site) => fits(value, site.module));
        break;
      case "func":
        tests.push((site) => fits(value, site.function));
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

/** Patterns with `*` and `?` (match_wildcard). */
const fits = (pattern: string, name: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  ).test(name);
