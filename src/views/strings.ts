/** Words that views have in common. */
import { inLanguages, type Words } from "../client/language/catalogue.ts";
const english = {
  copy: "Copy as TSV",
  sort: (column: string) => `Sort by ${column}`,
} as const;

export type TableWords = Words<typeof english>;
export const tableStrings = inLanguages<TableWords>(english, { ja: () => import("./strings.ja.ts") });
