/** The small Markdown of lessons: paragraphs, bold, emphasis, code, links to http and https, lists, and figures in braces. Never HTML. */

export type Inline =
  | { readonly is: "text" | "bold" | "emphasis" | "code"; readonly text: string }
  | { readonly is: "figure"; readonly name: string; readonly code: boolean }
  | { readonly is: "link"; readonly text: string; readonly to: string };

export type Block =
  | { readonly is: "paragraph"; readonly inline: readonly Inline[] }
  | { readonly is: "list"; readonly items: readonly (readonly Inline[])[] };

const LINK = /\[([^\]]*)\]\(([^)\s]*)\)/g;
const TOKEN = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]*)\]\(([^)\s]*)\)|\{([\w-]+)\}/g;
const HTML = /<\/?[a-z!][^>]*>?/i;

/** A link that may be followed: http or https, and nothing that only looks like it. */
export function isWebAddress(address: string): boolean {
  try {
    const { protocol } = new URL(address);
    return protocol === "https:" || protocol === "http:";
  } catch {
    return false;
  }
}

/** What a text may not contain. */
export function markupProblem(text: string): string | undefined {
  const outsideCode = text.replace(/`[^`]*`/g, "");
  const html = HTML.exec(outsideCode)?.[0];
  if (html !== undefined) return `expected no HTML, got ${JSON.stringify(html.slice(0, 40))}`;
  for (const [, , to = ""] of text.matchAll(LINK))
    if (!isWebAddress(to)) return `expected a link to http or https, got ${JSON.stringify(to.slice(0, 60))}`;
  return undefined;
}

export function inlineOf(text: string): Inline[] {
  const found: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [all, code, bold, emphasis, label, to, name] = match;
    if (match.index > from) found.push({ is: "text", text: text.slice(from, match.index) });
    from = match.index + all.length;
    if (code !== undefined) {
      const inside = /^\{([\w-]+)\}$/.exec(code)?.[1];
      found.push(inside === undefined ? { is: "code", text: code } : { is: "figure", name: inside, code: true });
    } else if (bold !== undefined) found.push({ is: "bold", text: bold });
    else if (emphasis !== undefined) found.push({ is: "emphasis", text: emphasis });
    else if (name !== undefined) found.push({ is: "figure", name, code: false });
    else if (to !== undefined && isWebAddress(to)) found.push({ is: "link", text: label || to, to });
    else found.push({ is: "text", text: label ?? all });
  }
  if (from < text.length) found.push({ is: "text", text: text.slice(from) });
  return found;
}

export function blocksOf(text: string): Block[] {
  return text
    .split(/\n{2,}/)
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const lines = part.split("\n");
      if (lines.every((line) => /^\s*[-*] /.test(line)))
        return { is: "list", items: lines.map((line) => inlineOf(line.replace(/^\s*[-*] /, ""))) };
      return { is: "paragraph", inline: inlineOf(lines.join(" ").trim()) };
    });
}

/** A text with its figures filled in, without marks: for what is read out, copied or typed. */
export const plainText = (text: string, value: (name: string) => string): string =>
  blocksOf(text)
    .map((block) =>
      (block.is === "list" ? block.items : [block.inline])
        .map((items) => items.map((one) => (one.is === "figure" ? value(one.name) : one.text)).join(""))
        .join("\n"),
    )
    .join("\n");
