/** History: searching it, and its expansion: `!!`, `!$`, `!5`, `!-2`, `!echo`, `!?part?` and `^old^new`. */

/** The newest line at or before a place that has a text in it, and where in it. */
export function searchBack(
  history: readonly string[],
  query: string,
  from: number,
): { readonly place: number; readonly column: number } | null {
  if (query === "") return null;
  for (let place = Math.min(from, history.length - 1); place >= 0; place--) {
    const column = history[place]?.lastIndexOf(query) ?? -1;
    if (column >= 0) return { place, column };
  }
  return null;
}

/** The line with its references filled in, or the one that leads nowhere. */
export function expandHistory(line: string, history: readonly string[]): string | { readonly missing: string } {
  const substitution = /^\^([^^]+)\^([^^]*)\^?(.*)$/s.exec(line);
  if (substitution) {
    const [, from = "", to = "", rest = ""] = substitution;
    const last = history.at(-1);
    return last?.includes(from) ? last.replace(from, () => to) + rest : { missing: `:s${line}` };
  }
  if (!line.includes("!")) return line;
  let out = "";
  for (let i = 0; i < line.length; i++) {
    const character = line[i] as string;
    if (character === "\\") {
      out += line.slice(i, i + 2);
      i++;
    } else if (character === "'") {
      const end = line.indexOf("'", i + 1);
      out += line.slice(i, end < 0 ? line.length : end + 1);
      i = end < 0 ? line.length : end;
    } else if (character === "!" && !/^($|[\s=("])/.test(line.slice(i + 1)) && !/[[$]$/.test(out)) {
      const event = /^!(!|\$|\*|-?\d+|\?[^?]+\??|[^\s;|&()<>"'`$]+)/.exec(line.slice(i));
      if (!event) {
        out += character;
        continue;
      }
      const found = resolve(event[1] ?? "", history);
      if (found === undefined) return { missing: event[0] };
      out += found;
      i += event[0].length - 1;
    } else out += character;
  }
  return out;
}

function resolve(event: string, history: readonly string[]): string | undefined {
  const last = history.at(-1);
  if (event === "!") return last;
  if (event === "$") return last === undefined ? undefined : (/(\S+)\s*$/.exec(last)?.[1] ?? "");
  if (event === "*") return last?.replace(/^\s*\S+\s*/, "");
  if (/^\d+$/.test(event)) return history[Number(event) - 1];
  if (/^-\d+$/.test(event)) return history.at(Number(event));
  if (event.startsWith("?")) return history.findLast((line) => line.includes(event.replace(/^\?|\?$/g, "")));
  return history.findLast((line) => line.startsWith(event));
}
