/** Words of the Compare tab. */
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
const english = {
  modes: { label: "What is compared", futures: "Two futures", trace: "Real beside simulated" },
} as const;

export type CompareWords = Words<typeof english>;
export const compareStrings = inLanguages<CompareWords>(english, { ja: () => import("./strings.ja.ts") });
