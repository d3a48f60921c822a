import type { Phrase } from "./phrase.ts";

/** A phrase on the page. */
export function PhraseText({ phrase }: { readonly phrase: Phrase }) {
  return phrase.map((piece, index) => {
    if (typeof piece === "string") return piece;
    // A phrase is made anew as a whole; its pieces have no identity but their place.
    // biome-ignore lint/suspicious/noArrayIndexKey: see above
    return "strong" in piece ? <b key={index}>{piece.strong}</b> : <code key={index}>{piece.code}</code>;
  });
}
