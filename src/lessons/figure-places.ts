/** Where on the page the figures of a text are: who points at one sees its place in the machine. */
import type { RecordTables } from "../client/playground.ts";
import type { Lesson } from "./format.ts";
import { figureKeys } from "./predicates.ts";

/** Selectors of the places that a figure is about: DIMMs, memory blocks and nodes; pages are in their blocks, zones in their nodes. */
export function placesOf(name: string, lesson: Lesson, records: RecordTables): readonly string[] {
  const figure = lesson.figures[name];
  if (!figure) return [];
  const escaped = figureKeys(figure, records).map((key) => CSS.escape(key));
  if (figure.over === "dimms") return escaped.map((key) => `[data-item="dimm:${key}"]`);
  if (figure.over === "blocks" || figure.over === "pages") return escaped.map((key) => `[data-block="${key}"]`);
  if (figure.over === "nodes" || figure.over === "zones") {
    // `A/1/Normal` lies in `A/1`.
    const nodes = figureKeys(figure, records).map((key) => key.split("/").slice(0, 2).join("/"));
    return [...new Set(nodes)].map((key) => `[data-node="${CSS.escape(key)}"]`);
  }
  return [];
}

/** Lights them up, and no others; none: puts all out. */
export function lightFigure(places: readonly string[]): void {
  for (const lit of document.querySelectorAll("[data-figured]")) lit.removeAttribute("data-figured");
  if (places.length === 0) return;
  for (const place of document.querySelectorAll(places.join())) place.setAttribute("data-figured", "");
}
