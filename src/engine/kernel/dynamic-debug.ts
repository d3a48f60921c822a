/**
 * Lines of the log that are told only where someone asked for them (lib/dynamic_debug.c): those of memory hot-plug, each
 * with a switch of its own, and the queries that turn the switches.
 */
import { since } from "./profiles/versions.ts";

/** A place in the kernel that tells a line quietly. */
export type QuietPlace = "register" | "online" | "offlined" | "refused" | "configured";

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

/** A query that is not one: what the kernel logs of it. */
export type QueryProblem = readonly string[];

export class DynamicDebug {
  /** Formats end in `\012` where the kernel prints them so (before 5.18). */
  private readonly lineEnd: string;
  private readonly flags: ReadonlyMap<Site, Set<string>>;

  constructor(version: string) {
    this.flags = new Map(sitesOf(version).map((site) => [site, new Set<string>()]));
    this.lineEnd = since(version, 5, 18) ? "\\n" : "\\012";
  }

  /** Whether the line of this place is told. */
  tells(place: QuietPlace): boolean {
    for (const [site, flags] of this.flags) if (site.place === place) return flags.has("p");
    return false;
  }

  /** The control file's lines (ddebug_proc_show), of memory hot-plug alone. */
  list(): string {
    const lines = [...this.flags].map(([{ file, line, module, function: name, format }, flags]) => {
      const shown = [..."pmflt"].filter((flag) => flags.has(flag)).join("") || "_";
      return `${file}:${line} [${module}]${name} =${shown} "${format}${this.lineEnd}"\n`;
    });
    return `# filename:lineno [module]function flags format\n${lines.join("")}`;
  }

  /** Does queries, divided by `;` or line ends, up to the first that is none (ddebug_exec_queries). */
  query(text: string): QueryProblem | null {
    for (const query of text.split(/[;\n]/).filter((part) => part.trim() !== "")) {
      const words = query.trim().match(/"[^"]*"|\S+/g) ?? [];
      const operation = words.pop() ?? "";
      const refused = (why: string): QueryProblem => [`dyndbg: ${why}`, "dyndbg: flags parse failed"];
      if (!/^[+=-]/.test(operation)) return refused(`bad flag-op ${operation[0]}, at start of ${operation}`);
      const wrong = [...operation.slice(1)].find((flag) => !"pmflt_".includes(flag));
      if (wrong !== undefined) return refused(`unknown flag '${wrong}'`);
      const wanted = words.length % 2 === 0 ? matching(words) : undefined;
      if (!wanted) return [];
      for (const [site, flags] of this.flags) if (wanted(site)) change(flags, operation);
    }
    return null;
  }
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
