/** What the list of all actions has, and how it is searched. It comes with that list, as its keywords do. */
import { BookOpenText } from "lucide-react";
import type { Action } from "./action.ts";
import { ACTIONS } from "./actions.ts";
import { helpStrings } from "./help-strings.ts";
import { openGlossary } from "./open-glossary.ts";

/** Those that have no key and no button, and so are nowhere else. */
const GLOSSARY: Action = {
  id: "glossary",
  words: {
    get name() {
      return helpStrings.glossary;
    },
  },
  icon: BookOpenText,
  enabled: () => true,
  perform: ({ playground }) => openGlossary(playground),
};

const ALL: readonly Action[] = [...ACTIONS.filter(({ id }) => id !== "palette"), GLOSSARY];

function keywordsOf({ id }: Action): string {
  const keywords: Readonly<Record<string, string>> = helpStrings.palette.keywords;
  return keywords[id] ?? keywords[id.slice(0, id.indexOf("-"))] ?? "";
}

/** Actions whose name or keywords hold every word of the query, in the registry's order. */
export function searchActions(query: string): readonly Action[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return ALL.filter((action) => {
    const text = `${action.words.name} ${keywordsOf(action)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
