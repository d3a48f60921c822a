/** ビューに共通の日本語。 */
import type { TableWords } from "./strings.ts";

export default {
  copy: "TSV としてコピー",
  sort: (column) => `${column}で並べ替え`,
} satisfies TableWords;
