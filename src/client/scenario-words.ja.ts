/** 組み込みのシナリオの日本語。 */
import type { ScenarioWords } from "./scenario-words.ts";

export default {
  "busy-server": {
    title: "忙しいサーバーから DIMM を抜く",
    about:
      "ノード 1 でデータベースが動いています。その DIMM d3 と d4 は ZONE_MOVABLE です: d3 を引き抜いて、ページが移動するのを見てください。ほかの DIMM は ZONE_NORMAL で、カーネル自身のページに混じっており、残ります。",
  },
  "device-busy": {
    title: "Device or resource busy と言われる",
    about:
      "DIMM は ZONE_NORMAL で、カーネルが自分のデータを置いています。1 つ抜いてみて、カーネルが何と言うかを見てください。",
  },
  "four-nodes": {
    title: "64 GiB、4 ノード",
    about:
      "メモリは 64 GiB で終わるので、メモリブロックは 2 GiB、DIMM は 2 ブロックです。oracle はノード 2 に hugetlb ページを 2 GiB、mongod はノード 1 に transparent huge page を同じだけ持っています。d4 か d2 を抜いてください: huge page は丸ごと移動します。",
  },
  "sixteen-nodes": {
    title: "16 ノード、16 TiB",
    about:
      "2 GiB のメモリブロックが 8,192 個あります。ノード 4 から 15 は全体が ZONE_MOVABLE です。redis (pid 700) はノード 9 に 3 GiB を持ち、postgres はノード 5 で動き、ノード 2 の 4,096 ページがピン留めされています。全メモリを開き、/ を押して探してください。",
  },
} satisfies ScenarioWords;
