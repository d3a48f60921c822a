/** Words of dialogs, which come with them: help, the list of all actions. */
import { inLanguages, type Words } from "../client/language/catalogue.ts";
const english = {
  title: "Keys and ways around",
  dialog: { close: "Close" },
  palette: {
    title: "All actions",
    search: "What do you want to do?",
    none: "Nothing by that name",
  },
  glossary: "Kernel functions",
  glossaryAbout: "All kernel functions that the simulation names",
  keys: "Keys",
  plainKeys: "Single-letter keys",
  plainKeysHelp: "Switch them off when they get in the way of speech input.",
  ways: "What to try",
  wayList: [
    "Drag a DIMM to another slot, to the other server or to the shelf. Or select it, press M, choose a place with the arrow keys, and press Enter.",
    "Take a single memory block offline from its menu under Physical memory, and put it online again in another zone.",
    "Slow time down with S to see pages move one by one, and go back with , to see them again.",
    "Take back what you did with Ctrl+Z: the machine is as it was just before, and goes on from there.",
    "When the kernel refuses, the verdict names the page, and leads to it.",
  ],
  inViews: [
    ["M", "Pick up the DIMM that has the focus"],
    ["Arrow keys", "Move between DIMMs, slots, blocks and pages"],
    ["Shift+F10", "Menu of the DIMM or block that has the focus"],
    ["T", "The view that has the focus as a table, and as a picture again"],
    ["O", "Open what a reference leads to in its own tab; Ctrl-click does the same"],
    ["Escape", "Put back, close"],
    ["F6", "Leave the terminal (Tab completes there)"],
  ] as readonly (readonly [string, string])[],
} as const;

export type HelpWords = Words<typeof english>;
export const helpStrings = inLanguages<HelpWords>(english, { ja: () => import("./help-strings.ja.ts") });
