/** 組み込みのシナリオ、パーティション、カーネルの日本語。 */
import type { KernelVersion } from "../engine/hardware/description.ts";
import type { MachineWords } from "./machine-words.ts";

/** レッスンの機械は題だけが表示されます。 */
const SCENARIOS: Readonly<Record<string, { readonly title: string; readonly about?: string }>> = {
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
      "メモリは 64 GiB で終わるので、メモリブロックは 2 GiB、DIMM は 2 ブロックです。oracle はノード 2 に hugetlb ページを 2 GiB、mongod はノード 1 に transparent huge page を同じだけ持っています。d4 か d2 を抜いてください: huge page は丸ごと移動します。/mnt には遅いディスクがあり、書き出し中のページを持つ DIMM はそれを待ちます。",
  },
  "sixteen-nodes": {
    title: "16 ノード、16 TiB",
    about:
      "2 GiB のメモリブロックが 8,192 個あります。ノード 4 から 15 は全体が ZONE_MOVABLE です。redis (pid 700) はノード 9 に 3 GiB を持ち、postgres はノード 5 で動き、ノード 2 の 4,096 ページがピン留めされています。全メモリを開き、/ を押して探してください。",
  },
  "far-memory": { title: "CPU から遠いメモリ" },
  "hot-added-offline": { title: "待っている DIMM" },
  "node-to-give": { title: "手放せるノード" },
  "one-page": { title: "1 ページが拒む" },
  "spare-on-shelf": { title: "棚にある予備" },
  spread: { title: "4 ノード、movablecore=1G" },
  "to-do": { title: "2013 年の宿題" },
  "two-kernels": { title: "3.8 と 3.9 を並べて" },
  "plenty-free": { title: "空きがあるのに OOM" },
  "road-not-taken": { title: "選ばれなかった道" },
  "busy-for-no-reason": { title: "理由のない EBUSY" },
  "half-a-dimm-out": { title: "半分だけ抜けた DIMM" },
  "add-that-failed": { title: "失敗した追加" },
  "free-shows-nothing": { title: "free に現れない" },
  "never-returns": { title: "戻らない write" },
  "gigantic-pages": { title: "巨大なページ" },
  "drop-that-snaps": { title: "はね返される DIMM" },
  "three-ways-to-shrink": { title: "縮める 3 つの方法" },
  "dimm-beneath": { title: "DIMM の下の DIMM" },
  "one-too-many": { title: "1 つ多い" },
  exercise: { title: "予想して確かめる" },
};

const PARTITIONS: Readonly<Record<string, string>> = {
  "Database server": "データベースサーバー",
  "Web server": "Web サーバー",
  "In-memory database": "インメモリデータベース",
  Server: "サーバー",
  Guest: "ゲスト",
  "Today's server": "今のサーバー",
  "What-if server": "もしものサーバー",
};

/** 題はリリースされなかったカーネルだけ。 */
const KERNELS: Readonly<Partial<Record<KernelVersion, string>>> = {
  "2013-proposal": "2013 年の提案",
  "what-if": "もしも",
};

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

export default {
  title: ({ name, title }) => SCENARIOS[name]?.title ?? title,
  about: ({ name, about }) => SCENARIOS[name]?.about ?? about,
  partition: (name) => PARTITIONS[name] ?? name,
  kernel: ({ version, title }) => KERNELS[version] ?? title,
  released: (date) => {
    const [, month = "", year] = /^(\w+) (\d+)$/.exec(date) ?? [];
    return year === undefined ? date : `${year} 年 ${MONTHS.indexOf(month) + 1} 月`;
  },
} satisfies MachineWords;
