/**
 * Words in the reader's language. A folder's words are one typed object in English, which is always there, and one of
 * the same type in each other language, which is fetched when that language is read. What `inLanguages` gives reads
 * from the language that is chosen now, so whoever asks it while drawing has the right words after a switch, too.
 */
import { fetchModule } from "../fetch-module.ts";

/** Each by its own name. */
export const LANGUAGES = { en: "English", ja: "日本語" } as const;
export type Language = keyof typeof LANGUAGES;
type Other = Exclude<Language, "en">;

export const isLanguage = (name: string | null | undefined): name is Language =>
  name !== null && name !== undefined && Object.hasOwn(LANGUAGES, name);

/** The same words in any language: of a text only that it is one. */
export type Words<T> = T extends string
  ? string
  : T extends (...args: infer A) => infer R
    ? (...args: A) => R extends string ? string : R
    : { readonly [K in keyof T]: Words<T[K]> };

/** The module of a catalogue: its words are its default export. */
type Fetch<T> = () => Promise<{ readonly default: T }>;

interface Catalogue {
  readonly texts: Map<Language, object>;
  readonly fetch: Readonly<Record<Other, Fetch<object>>>;
}

let chosen: Language = "en";
let wanted: Language = "en";
const catalogues: Catalogue[] = [];
const coming = new Set<Promise<unknown>>();
const listeners = new Set<() => void>();
/** How a view of words gets the object that it shows now. */
const readers = new WeakMap<object, () => object>();
let changes = 0;

/** The language that words are read in. */
export const language = (): Language => chosen;

/** Another number whenever words may read differently than before. */
export const wordChanges = (): number => changes;

/** Hears of each change of words; returns how to stop. */
export function onWords(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * A catalogue, to be read at use: `strings.title`, never kept in a constant beyond the drawing that it is for. Objects
 * within it may be kept: they are views themselves. Lists and functions are leaves, as texts are.
 *
 * @param english the words in English.
 * @param others how to fetch those in another language.
 */
export function inLanguages<T extends object>(english: T, others: Readonly<Record<Other, Fetch<Words<T>>>>): Words<T> {
  const catalogue: Catalogue = { texts: new Map([["en", english]]), fetch: others as Catalogue["fetch"] };
  catalogues.push(catalogue);
  if (wanted !== "en") {
    const one = fetchTexts(catalogue, wanted).then(changed, () => {});
    coming.add(one);
    void one.then(() => coming.delete(one));
  }
  return viewOf(english, () => catalogue.texts.get(chosen) ?? english) as Words<T>;
}

function viewOf(english: object, read: () => object): object {
  const view = {};
  for (const [key, text] of Object.entries(english)) {
    const now = () => (read() as Readonly<Record<string, unknown>>)[key];
    const isView = typeof text === "object" && text !== null && !Array.isArray(text);
    Object.defineProperty(
      view,
      key,
      isView ? { value: viewOf(text, now as () => object), enumerable: true } : { get: now, enumerable: true },
    );
  }
  readers.set(view, read);
  return view;
}

/** The words of a view as they are now: another object after a switch. */
export const wordsNow = <T extends object>(view: T): T => (readers.get(view)?.() ?? view) as T;

async function fetchTexts(catalogue: Catalogue, to: Language): Promise<void> {
  if (to === "en" || catalogue.texts.has(to)) return;
  catalogue.texts.set(to, (await fetchModule(catalogue.fetch[to], "default")).default);
}

function changed(): void {
  changes++;
  for (const listener of listeners) listener();
}

/**
 * Words are in this language from when all that are on the page have come; of several choices the last one counts.
 *
 * @throws where a catalogue can't be fetched: then everything stays in the language that it is in.
 */
export async function chooseLanguage(to: Language): Promise<void> {
  const before = chosen;
  wanted = to;
  try {
    // Catalogues may come while others are waited for.
    for (let known = -1; known !== catalogues.length; ) {
      known = catalogues.length;
      await Promise.all(catalogues.map((catalogue) => fetchTexts(catalogue, to)));
    }
  } catch (error) {
    if (wanted === to) wanted = before;
    throw error;
  }
  if (wanted !== to || chosen === to) return;
  chosen = to;
  changed();
}

/** Once the words of all code that is here have come, or could not be had: those stay English. */
export async function wordsHere(): Promise<void> {
  while (coming.size > 0) await Promise.all(coming);
}
