/**
 * Which language the page is read in: what its address says (`?lang=ja`), else what was chosen here, else the first of
 * the browser's that there is. `<html lang>` says so, to screen readers and for fonts.
 */
import {
  chooseLanguage,
  isLanguage,
  LANGUAGES,
  type Language,
  language,
  onWords,
} from "../client/language/catalogue.ts";
import { remember, remembered } from "../client/remembered.ts";

const KEY = "hotplug-language";
/** In an address. */
export const LANG = "lang";

/** The language that a page opens in. `browser`: as `navigator.languages` has them, the dearest first. */
export function languageToOpenIn(search: string, browser: readonly string[]): Language {
  const said = [new URLSearchParams(search).get(LANG), remembered(KEY), ...browser.map((name) => name.split("-")[0])];
  return said.find(isLanguage) ?? "en";
}

/** Opens the page in its language; where the words can't be fetched, in English. */
export async function openInLanguage(page: Window): Promise<void> {
  onWords(() => {
    page.document.documentElement.lang = language();
  });
  await chooseLanguage(languageToOpenIn(page.location.search, page.navigator.languages)).catch(() => {});
}

/** The language that the button changes to. */
export const otherLanguage = (): Language => (language() === "en" ? "ja" : "en");

/** Reads on in another language, here and at the next visit; what an address said gives way. */
export async function readIn(to: Language, page: Window): Promise<void> {
  await chooseLanguage(to);
  remember(KEY, to);
  const address = new URL(page.location.href);
  if (!address.searchParams.has(LANG)) return;
  address.searchParams.set(LANG, to);
  try {
    page.history.replaceState(page.history.state, "", address);
  } catch {
    // A document without an address of its own has no history either.
  }
}

export const nameOfLanguage = (of: Language): string => LANGUAGES[of];
