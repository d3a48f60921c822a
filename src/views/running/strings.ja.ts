/** 実行中のもののビューの日本語。 */
import { formatBytes, PAGE_SIZE } from "../../engine/units.ts";
import { count } from "../reading.ts";
import { rejectionText } from "../rejections.ts";
import { isLoad, share } from "./figures.ts";
import type { RunningWords } from "./strings.ts";

const amount = (pages: number): string => formatBytes(pages * PAGE_SIZE);

const loads: RunningWords["loads"] = {
  anon: { name: "無名メモリ", about: "自分だけの単独のページ。移動し、終了すると消えます。" },
  thp: { name: "huge page の無名メモリ", about: "まとまりがあれば 2 MiB 単位、なければ単独のページ。" },
  shm: { name: "共有メモリ", about: "ファイルのないページ。移動します。" },
  mlock: { name: "ロックされたメモリ (mlock)", about: "回収されません。それでもオフラインでは移動します。" },
  huge: { name: "プールの huge page", about: "nr_hugepages にページが必要で、なければ拒否されます。" },
  pin: { name: "パイプが持つページ (vmsplice)", about: "ページごとに余分な参照があり、終了するまで残ります。" },
  longterm: {
    name: "RDMA に登録したメモリ",
    about: "長期のピン留め: 先に Movable から出され、登録を解くまで残ります。",
  },
  io_uring: {
    name: "io_uring に登録したバッファ",
    about: "長期のピン留め: 先に Movable から出され、リングがある間は残ります。",
  },
  vfio: {
    name: "デバイスを渡したゲスト (VFIO)",
    about: "ゲスト全体がピン留めされ、ロックとして数えられます: 先に Movable から出され、ゲストが終わるまで残ります。",
  },
  mlockall: {
    name: "すべてロックしたプロセス (mlockall)",
    about: "スワップアウトされません。オフラインでは移動します。",
  },
  ksm: {
    name: "KSM がまとめてよいメモリ",
    about:
      "どのプロセスでも同じ中身: 2 つ起動し、/sys/kernel/mm/ksm/run に 1 を書いてください。まとめたページも移動します。",
  },
  pipes: { name: "いっぱいのパイプ", about: "カーネルメモリ、1 本につき 16 ページと slab: 移動できません。" },
  cache: {
    name: "読まれるファイル",
    about: "ページキャッシュ: 終了後も残り、移動し、メモリが足りなくなると捨てられます。",
  },
  slab: {
    name: "dentry (ファイルをたどる)",
    about: "回収可能な slab: 終了後も残り、移動できませんが、捨てられます。",
  },
  vmalloc: { name: "vmalloc", about: "カーネルメモリ、1 ページずつ: 移動できません。" },
  balloon: { name: "バルーン", about: "ハイパーバイザーに渡したもの。ページは移動します。" },
  server: { name: "忙しいサーバー", about: "メモリとページキャッシュを絶えず取っては返します。" },
};

const NAMES: RunningWords["onliner"]["names"] = {
  nobody: "なし",
  kernel: "カーネル (auto_online_blocks)",
  udev: "udev のルール",
  both: "両方: どちらが先か",
};

export default {
  loads,
  title: "実行中",
  scroller: "プロセスと、起動できるもの",
  of: (partition) => `(${partition})`,
  starting: "マシンが起動しています。",
  waiting: "プロセスを待っています。",
  empty: "メモリを使うものは何も動いていません。何か起動してください。",
  twin: "表",
  picture: "図",
  at: (ns) => `${(ns / 1e9).toFixed(6)} s`,
  key: { near: "実行中のノード上", far: "別のノード上" },
  list: "プロセス",
  load: (word) => (isLoad(word) ? loads[word].name : word === "command" ? "シェルのコマンド" : word),
  process: (comm, pid) => `${comm} ${pid}`,
  runsOn: (comm, pid) => `${comm} ${pid} の実行場所`,
  anywhere: (node) => `任意の CPU · ノード ${node}`,
  node: (node, cpus) => `ノード ${node}、CPU ${cpus}`,
  some: (cpus, node) => `CPU ${cpus}、ノード ${node}`,
  memory: (node, pages, distance) => `ノード ${node} · ${amount(pages)}${distance === 10 ? "" : `、距離 ${distance}`}`,
  letUse: (nodes, path) => `echo ${nodes} > /sys/fs/cgroup${path}/cpuset.mems`,
  group: (path, nodes) => `グループ ${path} · ノード ${nodes}`,
  movableOnly: (nodes) =>
    `このグループが使えるのはノード ${nodes} だけで、そのメモリはすべて Movable です。プロセス自身のページは置けますが、パイプのバッファはそこにも他のノードにも置けません。そのため、どれだけ空きがあってもパイプへの書き込みは拒否されます（ENOMEM）。別のノードも使えるようにしてください：`,
  policy: (mode, node) => `${mode} ${node}`,
  noPolicy: "ローカル",
  distance: (remote, pages, mean) =>
    remote === 0 ? "すべてローカル · 距離 10" : `リモート ${share(remote, pages)} · 平均 ${mean.toFixed(1)}`,
  noPages: "ページをマップしていない",
  kernel: (pages) => `+ カーネル分 ${amount(pages)}`,
  total: (pages) => amount(pages),
  end: "終了",
  endOne: (comm, pid) => `${comm} ${pid} を終了`,
  kill: (pid) => `kill ${pid}`,
  caption: (partition, at) => `${at} の ${partition} のプロセス`,
  columns: {
    process: "プロセス",
    load: "負荷",
    runsOn: "実行場所",
    policy: "ポリシー",
    byNode: "ノード別ページ",
    pages: "ページ",
    remote: "リモート",
    mean: "平均距離",
    kernel: "カーネルのページ",
    end: "終了する",
  },
  byNode: (node, pages) => `ノード ${node}: ${count(pages)}`,
  byNodeBy: (node, by) => `ノード ${node}: ${by}`,
  kernelBy: (by) => `カーネル ${by}`,
  changes: {
    came: (many) => `開始 ${count(many)}`,
    gone: (many) => `終了 ${count(many)}`,
    node: (node, by) => `ノード ${node} ${by}`,
    remote: (by) => `リモート ${by}`,
  },
  share,
  mean: (mean) => (mean === null ? "" : mean.toFixed(1)),
  count,

  start: {
    title: "起動する",
    kind: "使うもの",
    size: "サイズ、MiB",
    pipes: "パイプ",
    node: "ノード",
    anyNode: "任意",
    cpus: "実行場所",
    anyCpu: "任意の CPU",
    cpusOf: (node, cpus) => `ノード ${node}、CPU ${cpus}`,
    policy: "ポリシー",
    policies: { default: "default", bind: "bind", preferred: "preferred" },
    go: "起動",
    same: "ターミナルでは",
    started: (line) => `起動しました: ${line}`,
    refused: (errno, rejection) => `拒否: ${errno}${rejection ? `。${rejectionText(rejection, errno)}` : ""}`,
  },

  onliner: {
    title: "新しいメモリをオンラインにするもの",
    label: "オンラインにするもの",
    names: NAMES,
    about: {
      nobody: "追加されたものは、誰かが state に書くまでオフラインのまま待ちます。",
      kernel: "メモリの追加中に、カーネルが適当と見るゾーンで。",
      udev: "udev がブロックを知るとすぐに、Movable として。",
      both: "カーネルは自分の決め方でオンラインにし、udev のルールは Movable を求めます。",
    },
    asBooted: "ブート時のまま",
    other: "ここで選ぶと、memhp_default_state と udev のルールが置き換わります。",
    facts: { kernel: "auto_online_blocks", udev: "systemd-udevd" },
    noUdev: "動いていない",
    titled: (title, who) => `${title} · ${NAMES[who]}`,
    go: "これでブートし直す",
  },
  restart: {
    title: "このパーティションを再起動",
    titleWith: (option) => `${option} を付けて再起動`,
    summary: "残るもの、失われるもの",
    cmdline: "カーネルのコマンドライン",
    example: "movable_node",
    stays: "DIMM はスロットに残り、そのブロックはブート時に見つかったとおりに戻ります。",
    lost: "/sys と /proc の設定、ファイル、モジュール、プロセス、キャッシュは失われ、カーネルがリークしたものも消えます。元に戻すと、すべて戻ります。",
    same: "端末から同じことをする行:",
    edited: "実機では、先にブートローダーで編集します。",
    go: "再起動",
    done: "再び動いています。",
    refused: (errno) => `再起動されませんでした: ${errno}。`,
  },
} satisfies RunningWords;
