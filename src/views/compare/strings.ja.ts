/** 比較タブの日本語。 */
import type { CompareWords } from "./strings.ts";

export default {
  modes: { label: "何を比べるか", futures: "2 つの未来", trace: "実機とシミュレーション" },
} satisfies CompareWords;
