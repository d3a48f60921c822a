/** A trace as the text of its file: a field a line, lists without objects in one line, so that people can read it and differences are small. */
export function traceText(value: unknown): string {
  return `${render(value, "")}\n`;
}

function render(value: unknown, indent: string): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const inner = `${indent} `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    if (!value.some(hasObject)) return `[${value.map((item) => render(item, inner)).join(", ")}]`;
    return `[\n${value.map((item) => `${inner}${render(item, inner)}`).join(",\n")}\n${indent}]`;
  }
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  if (fields.length === 0) return "{}";
  const lines = fields.map(([name, field]) => `${inner}${JSON.stringify(name)}: ${render(field, inner)}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

const hasObject = (value: unknown): boolean =>
  value !== null && typeof value === "object" && (!Array.isArray(value) || value.some(hasObject));
