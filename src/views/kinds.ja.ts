/** ページの種類の凡例の日本語。 */
import type { GroupWords } from "./kinds.ts";

export default {
  free: "空き",
  anon: "無名",
  file: "ページキャッシュ",
  shmem: "共有メモリ",
  thp: "huge page",
  hugetlb: "hugetlb",
  kernel: "カーネル",
  reclaimable: "回収可能な slab",
  pagetable: "ページテーブル、memmap",
  reserved: "予約",
  poisoned: "ポイズン",
  offline: "オフライン",
} satisfies GroupWords;
