/** ページテーブルのビューの日本語。 */
import { MIB, PAGE_SIZE } from "../../engine/units.ts";
import { count as many } from "../reading.ts";
import type { Host, PageTableWords } from "./strings.ts";

const hex = (pfn: number): string => `0x${pfn.toString(16)}`;
const list = (numbers: readonly number[]): string => numbers.map((number) => `memory${number}`).join("、");
/** 仮名や漢字は、およそ 12 ピクセル。 */
const wide = (text: string): number =>
  [...String(text)].reduce((sum, sign) => sum + (/[\u2e80-\ua4cf\uff00-\uff60]/.test(sign) ? 12 : 7), 8);
const longest = (width: number, texts: readonly string[]): string => texts.find((text) => wide(text) <= width) ?? "";
const mib = (bytes: number): string => `${many(Math.round(bytes / MIB))} MiB`;
const ofHost = (host: Host | null): string =>
  host === null
    ? ""
    : `memory${host.number}${host.nodes?.length ? `、ノード ${host.nodes.join(" と ")}` : ""}${host.dimm ? `、${host.dimm}` : ""} の `;

const fates = { built: "作成", torn: "削除", other: "変更" } as const;
const of = (block: number | null): string => ofHost(block === null ? null : { number: block });

export default {
  title: "ページテーブル",
  scroller: "テーブルと、それが縛るもの",
  directMap: "ダイレクトマップ",
  memoryMap: "メモリマップ",
  physical: "物理メモリ",
  starting: "マシンが起動しています。",
  waiting: "テーブルを待っています。",
  partition: (name) => `(${name})`,
  rows: {
    pgd: "PGD",
    p4d: "P4D",
    pud: "PUD",
    pmd: "PMD",
    pte: "PTE",
    physical: "物理",
    map: "PMD",
    page: "ページ",
  },
  level: {
    pgd: "PGD、ダイレクトマップ",
    p4d: "P4D、ダイレクトマップ",
    pud: "PUD、ダイレクトマップ",
    pmd: "PMD、ダイレクトマップ",
    pte: "PTE、ダイレクトマップ",
    physical: "物理メモリ",
    map: "PMD、メモリマップ",
  },
  hex,
  upper: (row, index, base, width) =>
    longest(width, [
      row === "pgd"
        ? `PGD[${index}] · 1 エントリーで 512 GiB · ${base} + 物理アドレス`
        : `P4D[${index}] · 1 エントリーで 512 GiB · ${base}`,
      `${row.toUpperCase()}[${index}] · 512 GiB`,
      `[${index}]`,
    ]),
  memmapPgd: (index, base) => `PGD[${index}] · ${base} + pfn × 64`,
  memmapPud:
    "PUD, PMD · PMD のエントリー N は、セクション N の struct page 2 MiB をマップする。1 ページにつき 64 バイト",
  gibibytes: (index, count, width) =>
    count === 1
      ? longest(width, [`[${index}] 1 GiB、下のテーブルなし`, `[${index}] 1 GiB`, `[${index}]`])
      : longest(width, [`${many(count)} × 1 GiB、下のテーブルなし`, `${many(count)} × 1 GiB`, `${many(count)}`]),
  run: (index, count) => `${index} とその後の ${many(count - 1)} 個`,
  table: (index, width) => longest(width, [`[${index}] PMD テーブル`, `[${index}]`]),
  small: (bytes, fresh) => {
    const [all, made] = [bytes, fresh].map((some) => many(Math.round(some / 2 ** 21)));
    return `${fresh > 0 && fresh === bytes ? "+" : ""}${all} × 2 MiB${fresh > 0 && fresh < bytes ? `、+${made}` : ""}`;
  },
  pmd: (index, split, width) =>
    longest(width, [`[${index}] ${split ? "PTE テーブル" : "2 MiB"}`, `[${index}]`, String(index)]),
  pte: (index, width) => longest(width, [`[${index}]`, String(index)]),
  frame: (pfn, width) => longest(width, [hex(pfn), `…${(pfn % 256).toString(16).padStart(2, "0")}`]),
  pageblock: (index, width) => longest(width, [`ページブロック ${many(index)}`, String(index)]),
  ends: (bytes) => `${mib(bytes)} · 両端は 4 KiB`,
  node: (id) => `ノード ${id}`,
  onBoard: "オンボード",
  hole: (first, last) => (first > last ? "" : first === last ? `[${first}]` : `[${first}–${last}]`),
  holeIs: "なし",
  pinnedBy: (dimm) => `${dimm} が縛る`,
  pins: (dimm, blocks) =>
    `${dimm} が入っている間、${list(blocks)} はオフラインにできません: ${dimm} を表すものはカーネルメモリで、そこにあるからです。`,
  pinsOwn: (dimm) => `${dimm} を表すものは ${dimm} 自身にあり、ほかのブロックを縛りません。`,
  pinsNone: "DIMM を選ぶと、そのメモリマップがどのブロックを縛るかが分かります。",
  changes: {
    ...fates,
    entries: (count, change) => `PUD エントリー ${many(count)} 個を${fates[change]}`,
    tables: (count, change) => `ページテーブル ${many(count)} 個を${fates[change]}`,
    sections: (count, change) => `${many(count)} セクション分のメモリマップを${fates[change]} (${many(count * 2)} MiB)`,
    leaves: (count, change) =>
      change === "other"
        ? `テーブル ${many(count)} 個のエントリーの指す先が変更`
        : `テーブルまたは 2 MiB エントリー ${many(count)} 個を${fates[change]}`,
    inBlock: (block, by) => `memory${block} ${by}`,
    moreBlocks: (count) => `ほか ${many(count)} ブロック`,
  },
  key: {
    table: "テーブル",
    whole: "1 GiB",
    small: "2 MiB",
    fresh: "新しいもの",
    next: "次に作られるもの",
    map: "struct page → それを収めるページ",
  },
  twin: "表",
  picture: "図",
  caption: (at) => `${at} s のカーネルのページテーブル`,
  columns: ["レベル", "番号", "仮想アドレス", "マップ先", "置き場所", "作られたとき"],
  made: {
    boot: "ブート時",
    added: "ホットアド時",
    self: "ホットアド時、自分の上に",
    fresh: "直前の操作",
    split: "分割時",
    none: "まだ",
  },
  mapsTop: "P4D テーブル、下に 256 TiB",
  mapsUpper: "PUD テーブル、下に 512 GiB",
  mapsWhole: (count) => (count === 1 ? "1 GiB そのもの" : `${many(count)} GiB、1 エントリーずつ`),
  mapsTable: (bytes) => `PMD テーブル、下に ${mib(bytes)}`,
  mapsSmall: "2 MiB そのもの",
  mapsSplit: (lent) => `PTE テーブル、4 KiB が 512 個${lent > 0 ? `、うち ${lent} 個は貸出中` : ""}`,
  mapsPage: (pfn) => `pfn ${hex(pfn)}`,
  bootTable: "ブート時のページ",
  lies: (pfn, block) => `${ofHost(block)}pfn ${hex(pfn)}`,
  unit: (pages) => (pages === 1 ? "1 ページ" : "2 MiB のページブロック"),
  blocks: (first, last) => (first === last ? `memory${first}` : `memory${first}–${last}`),
  structs: (first) => `pfn ${hex(first)} からの struct page 64 個`,
  structPages: (first, last) => `memory${first}${first === last ? "" : `–${last}`} の struct page`,
  announceUpper: (row, index, base) =>
    `${base} の ${row.toUpperCase()} エントリー ${index}、ブート時に作られたテーブル: 512 GiB。`,
  announcePud: (index, table, block, isNew) =>
    table === null
      ? `PUD エントリー ${index} は 1 GiB をそのままマップします。`
      : `PUD エントリー ${index}、テーブルは${table === "boot" ? "ブート時に作られたもの" : ` ${ofHost(block)}pfn ${hex(table)}`}${isNew ? "、直前の操作で追加されたメモリのため" : ""}。`,
  announceRun: (index, count) =>
    `PUD エントリー ${index} から: ${many(count)} 個が、下のテーブルなしに 1 GiB ずつマップします。`,
  announcePmd: (index, table, block, lent) =>
    table === null
      ? `PMD エントリー ${index} は 2 MiB をそのままマップします。`
      : `PMD エントリー ${index} は分割されています: ${ofHost(block)}pfn ${hex(table)} のテーブルに 4 KiB のエントリーが 512 個${lent > 0 ? `。${lent} 個は別の場所を指します` : ""}。`,
  announcePte: (index, pfn) => `PTE エントリー ${index} はページ ${hex(pfn)} をマップします。`,
  announceFrame: (pfn, block) => `memory${block} のページ ${hex(pfn)}。Enter で選択します。`,
  announcePageblock: (index, block) => `ページブロック ${many(index)}、memory${block} の 2 MiB。`,
  announceBlock: (first, last, state, dimm, nodes) =>
    `memory${first}${last === first ? "" : ` から memory${last}`}、${state === "online" ? "オンライン" : state === "offline" ? "オフライン" : state}${nodes[0] === undefined ? "" : `、ノード ${nodes.join(" と ")}`}、${dimm ?? "オンボード"}。`,
  announceNoMap: (block, next) => `memory${block} にはまだ struct page がありません${next ? ": 次に作られます" : ""}。`,
  announceMap: ({ first, pages, block }, pfn, host, isNew) =>
    `${pages === 64 ? `${hex(first)} からの 64 ページ` : `memory${block}`} の struct page は ${ofHost(host)}pfn ${hex(pfn)} にあります${isNew ? "。直前の操作で作られました" : ""}。`,
  zoomIn: "近づく",
  zoomOut: "離れる",
  whole: "全体",
  ways: "ホイールまたは + − で拡大縮小 · Enter で中へ、Esc で外へ · ←→ 隣、↑↓ レベル · Home で全体",
  structsOf: (nodes, block) => `ノード ${nodes.join(", ")} の struct page、memory${block} の中`,
  chunks: (count, block) => `新しいもの ${count} 個、memory${block} の中`,
  figure: (partition) => `${partition} のカーネルページテーブル: 矢印キーで印から印へ、Enter で中へ、Escape で外へ`,
  tableLies: (pfn, block, dimm) =>
    `このテーブルは memory${block} のページ ${hex(pfn)}、${dimm === null ? "オンボード" : `${dimm} の上`}`,
  mapLies: (pfn, block, dimm) =>
    `その struct page は memory${block} (${dimm ?? "オンボード"}) のページ ${hex(pfn)} から`,
  choose: "誰のページテーブルか",
  kernelOption: "ダイレクトマップ + メモリマップ",
  gone: "そのプロセスは終了しました。",
  process: {
    option: (comm, pid) => `${comm} ${pid}`,
    key: { near: "自分のノード", far: "別のノード", migrating: "migration エントリー", none: "未使用" },
    areas: (areas, tables, huge) =>
      `領域 ${areas} 個、PTE テーブル ${tables} 個、1 列に 1 個: 4 KiB のエントリー 512 個、アドレス 2 MiB 分。${huge > 0 ? ` ほかの ${huge} 列は、下のテーブルのない 2 MiB のエントリーです。` : ""}`,
    below: (tables, huge) =>
      [`PTE テーブル ${many(tables)} 個`, ...(huge > 0 ? [`2 MiB エントリー ${many(huge)} 個`] : [])].join("、"),
    rows: {
      areas: "領域",
      pgd: "PGD",
      pud: "PUD",
      pmd: "PMD",
      pte: "PTE",
      column: "1 列 512 個",
      physical: "物理",
    },
    figure: (comm, pid) => `${comm} ${pid} のページテーブル: 矢印キーでテーブルからテーブルへ、Enter でエントリーへ`,
    area: (start, end, name, pages, width) =>
      longest(width, [
        `${start}–${end} · ${name}、${mib(pages * PAGE_SIZE)}`,
        `${name}、${mib(pages * PAGE_SIZE)}`,
        name,
      ]),
    upper: (level, tables, block) => {
      const [first] = tables;
      if (first === undefined) return "";
      const blocks = [...new Set(tables.map(block).filter((one) => one !== null))];
      return tables.length === 1
        ? `${level} テーブル 1 個: ${of(blocks[0] ?? null)}ページ ${hex(first)}`
        : `${level} テーブル ${many(tables.length)} 個、${list(blocks.slice(0, 4) as number[])} の中`;
    },
    column: (base, table, used, migrating) =>
      `pfn ${hex(table)} のテーブルは ${base} からマップします: 512 エントリー中 ${many(used)} 個を使用${migrating > 0 ? `、migration エントリー ${many(migrating)} 個` : ""}。`,
    hugeColumn: (base) => `${base} は、下のテーブルのない 2 MiB のエントリー 1 個でマップされています。`,
    table: (pfn) => `テーブル ${hex(pfn)}`,
    liesIn: (block, dimm) => (block === null ? "" : `memory${block}${dimm === null ? "" : `、${dimm} の上`}`),
    mapsFrom: (base) => `${base} からマップ、4 KiB のエントリー 512 個`,
    chooseTable: "列を選ぶと、テーブルをエントリーごとに見られます。",
    entries: (base) => `${base} からマップするテーブルのエントリー: 矢印キーで移動し、Enter でページを選択します`,
    shares: (blocks, migrating) =>
      [
        ...(migrating > 0 ? [`移動中 ${many(migrating)}`] : []),
        ...blocks.slice(0, 3).map(([block, pages]) => `memory${block} に ${many(pages)}`),
      ].join(" · "),
    about:
      "migration エントリーは、どのページだったかを言い、今どこにあるかは言いません: 触れたスレッドは、コピーがマップされるまで眠ります。",
    entry: (index, address) => `エントリー ${index} · ${address}`,
    nothing: "なし",
    migration: "migration",
    next: "次",
    story: (index, pfn, before, migrating, block) =>
      pfn === 0
        ? `エントリー ${index}: 何もマップされていません。`
        : migrating
          ? `エントリー ${index}: ページ ${hex(pfn)} の migration エントリー。`
          : `エントリー ${index}: ${of(block)}ページ ${hex(pfn)}${before > 0 ? `、以前は ${hex(before)}` : ""}。`,
    holders: "ページを収めるメモリブロック",
    pages: (pages) => `${many(pages)} ページ`,
    node: (nodes) => (nodes.length === 0 ? "" : `ノード ${nodes.join("、")}`),
    leaving: "オフライン化中",
    caption: (comm, pid, node, at) => `${at} s の ${comm} ${pid} (ノード ${node} で実行) の末端のテーブル`,
    columns: ["マップの先頭", "テーブルのページ", "使用中のエントリー", "ノード別ページ", "migration エントリー"],
    entryCaption: (base, at) => `${at} s の、${base} からマップするテーブル、エントリーごと`,
    entryColumns: ["エントリー", "アドレス", "ページ", "メモリブロック", "以前", "状態"],
    states: { none: "未使用", present: "present", migrating: "migration エントリー" },
    huge: "2 MiB エントリー、PMD の場所は ",
    onNode: (node, pages, own) => `ノード ${node} に ${pages}${own ? " (自分のノード)" : ""}`,
  },
  chain: {
    title: "ページへの道筋",
    empty: "ページマップでページを選ぶと、カーネルがそこへどう届くかが分かります。",
    frame: "ページフレーム",
    directMap: "ダイレクトマップのアドレス",
    structPage: "その struct page、64 バイト",
    mappers: "マップしている者",
    entry: { PUD: "1 GiB エントリー、PUD", PMD: "2 MiB エントリー、PMD", PTE: "4 KiB エントリー、PTE" },
    unmapped: "カーネルはマップしていない",
    noStruct: "なし: メモリマップがない",
    inPage: (pfn, block) => `${of(block)}ページ ${hex(pfn)} の中`,
    stale: "struct page はあるが、古いもの",
    nobody: "誰もマップしていない",
    mapper: (comm, pid, address) => `${comm} ${pid} · ${address}`,
    through: (level, index, table) => `テーブル ${hex(table)} の ${level} ${index}`,
    migrating: (level, index) => `${level} ${index}: migration エントリー、触れると待つ`,
    more: (count) => `ほか ${count} 個`,
    pfn: hex,
  },
} satisfies PageTableWords;
