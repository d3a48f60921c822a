/** Which file imports which: read from the syntax trees of a folder's TypeScript. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { parseSync, Visitor } from "rolldown/utils";

export interface Import {
  readonly to: string;
  /** Gone when the program runs. */
  readonly typeOnly: boolean;
}

/** Imports by file; paths are relative to the working directory, with slashes. Tests and what serves only them are left out. */
export function importGraph(folder: string): Map<string, Import[]> {
  const graph = new Map<string, Import[]>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name).replaceAll("\\", "/");
    if (!entry.isFile() || !/\.tsx?$/.test(file) || /\.test\.tsx?$|\/testing\//.test(file)) continue;
    graph.set(file, importsIn(file, readFileSync(file, "utf8")));
  }
  return graph;
}

/** What a module of this text imports from files beside it, whichever way it is put. */
export function importsIn(file: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: string | undefined, typeOnly: boolean): void => {
    if (specifier?.startsWith(".")) found.push({ to: normalize(join(dirname(file), specifier)), typeOnly });
  };
  new Visitor({
    ImportDeclaration({ source, importKind, specifiers }) {
      const onlyTypes =
        specifiers.length > 0 && specifiers.every((one) => one.type === "ImportSpecifier" && one.importKind === "type");
      add(source.value, importKind === "type" || onlyTypes);
    },
    ExportNamedDeclaration({ source, exportKind }) {
      add(source?.value, exportKind === "type");
    },
    ExportAllDeclaration({ source, exportKind }) {
      add(source.value, exportKind === "type");
    },
    ImportExpression({ source }) {
      if (source.type === "Literal") add(String(source.value), false);
    },
    TSImportType({ source }) {
      add(source.value, true);
    },
  }).visit(parseSync(file, text).program);
  return found;
}

/** Groups of files that import each other in circles, each sorted (Tarjan's strongly connected components). */
export function circles(graph: ReadonlyMap<string, readonly Import[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const mine = index.size;
    index.set(file, mine);
    let lowest = mine;
    stack.push(file);
    for (const { to, typeOnly } of graph.get(file) ?? []) {
      if (typeOnly || !graph.has(to)) continue;
      if (!index.has(to)) lowest = Math.min(lowest, visit(to));
      else if (stack.includes(to)) lowest = Math.min(lowest, index.get(to) as number);
    }
    low.set(file, lowest);
    if (lowest === mine) {
      const group = stack.splice(stack.indexOf(file));
      const itself = (graph.get(file) ?? []).some(({ to, typeOnly }) => to === file && !typeOnly);
      if (group.length > 1 || itself) found.push(group.sort());
    }
    return lowest;
  };
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return found;
}
