/** 聴衆の画面と発表者のウィンドウの日本語。 */
import { formatBytes } from "../../engine/units.ts";
import { count } from "../../views/reading.ts";
import { SHORT } from "./figures.ts";
import type { StageWords } from "./strings.ts";

const pages = (many: number): string => `${count(many)} ページ`;

export default {
  count,
  command: (command) => {
    switch (command.do) {
      case "write":
        return {
          prompt: "#",
          text: `echo ${command.text.trim()} > ${command.path.startsWith(SHORT) ? command.path.slice(SHORT.length) : command.path}`,
        };
      case "move":
        return "shelf" in command.to
          ? { prompt: "›", text: `ACPI イジェクト要求: ${command.dimm}` }
          : { prompt: "›", text: `${command.dimm} をスロット ${command.to.slot} へ` };
      case "press":
        return { prompt: "›", text: `ACPI イジェクト要求: ${command.dimm}` };
      case "load": {
        const { comm, kind, mib, count: objects } = command.load;
        const amount = mib === undefined ? `${count(objects ?? 0)} オブジェクト` : `${count(mib)} MiB`;
        return { prompt: "›", text: `${comm ?? kind} が ${amount} を使う` };
      }
      case "hotadd":
        return { prompt: "›", text: `device_add pc-dimm,id=${command.id},node=${command.node}` };
      case "hotremove":
        return { prompt: "›", text: `device_del ${command.id}` };
      case "killall":
        return { prompt: "#", text: "killall" };
      case "kill":
        return { prompt: "#", text: `kill ${command.pid}` };
      default:
        return { prompt: "›", text: command.do };
    }
  },
  writeError: (phrase) => `echo: write error: ${phrase}`,
  refused: (errno) => `拒否: ${errno}`,
  block: {
    moved: (many) => `${count(many)} 移動`,
    left: (many) => `残り ${count(many)}`,
    offline: (block) => `memory${block} はオフライン`,
    staysToo: (many) => `移動できる ${count(many)} も残る`,
    unmovable: (many, all) => `${pages(all)}中 ${count(many)} が移動できない`,
    movable: (many) => `${pages(many)}すべてが移動できる`,
    unused: "空",
    culprit: (pfn, owner) => `pfn 0x${pfn.toString(16)} · ${owner}`,
    filled: (owner, comm) => `${comm} の ${owner}`,
    gone: "存在しない",
    free: (many) => `空き ${count(many)}`,
  },
  box: {
    node: (id) => `ノード ${id}`,
    onboard: "基板",
    empty: "空き",
    shelf: "棚",
    phases: { shelf: "", inserting: "追加中", "in-use": "", inert: "追加されず", ejecting: "取り外し中" },
    failing: "エラー増加",
    size: (bytes) => formatBytes(bytes),
  },
  zones: {
    short: { Normal: "N", Movable: "M", DMA: "D", DMA32: "D" },
    offline: "·",
    several: "2",
    legend: [
      ["N", "Normal"],
      ["M", "Movable"],
      ["D", "DMA32"],
      ["2", "2つのゾーン"],
      ["·", "オフライン"],
    ],
    kernel: (bytes) => `カーネル用 ${formatBytes(bytes)}`,
    movable: (bytes) => `Movable ${formatBytes(bytes)}`,
    none: "メモリなし",
  },
  tables: {
    directMap: "ダイレクトマップ",
    memmap: "メモリマップ",
    mapped: (bytes) => `${formatBytes(bytes)} をマップ`,
    tables: (many) => `ページテーブル ${pages(many)}`,
    structs: (bytes) => `struct page ${formatBytes(bytes)}`,
    gib: (index) => `${index} GiB`,
  },
  page: {
    page: "1 ページ",
    bytes: "4 KiB",
    entry: (level) => ({ PUD: "1 GiB に 1 エントリー", PMD: "2 MiB に 1 エントリー", PTE: "自分のエントリー" })[level],
    unmapped: "マップされていない",
    struct: (page) => `pfn 0x${page.toString(16)} の 64 バイト`,
    noStruct: "struct page なし",
  },
  service: {
    programs: (many) => `プログラム: ${pages(many)}`,
    held: (dimm, many) => `${dimm}: ${count(many)}`,
  },
  phases: {
    shelf: "外",
    added: "追加済み",
    online: "オンライン",
    add: "add",
    onlining: "online",
    offlining: "offline",
    remove: "remove",
  },
  support: {
    kernel: (version) => (/^\d/.test(version) ? `Linux ${version}` : version),
    trying: "…",
    signs: { support: "✓", "with limitation": "◐", "not support": "✗" },
    verdicts: { support: "対応", "with limitation": "一部", "not support": "非対応" },
  },
  told: {
    at: (place, what, rest) => `${[place, what].filter(Boolean).join("、")}${rest === "" ? "" : `: ${rest}`}`,
    list: (all) => all.join("、"),
    both: (where, many) => [where, many].filter(Boolean).join("; "),
    blocks: (many, zone) => `${zone} ${many} ブロック`,
    run: (first, last, zone) => `memory${first}${last > first ? `〜${last}` : ""} ${zone}`,
    pages: (many, kind) => `${kind} ${count(many)}`,
    emptySlots: (many) => `空きスロット ${many}`,
    nothing: "なし",
    states: { offline: "オフライン", "going-offline": "オフライン処理中" },
    severalZones: "2つのゾーン",
    phase: (dimm, phase) => `${dimm}: ${phase}`,
    dial: (label, at, stops) => `${label} ${at}（${stops.join("、")} のうち）`,
  },
  follow: "自分で試す",
  code: (address) => `${address} の QR コード`,
  following: {
    bar: "追い方",
    modes: {
      joining: "参加中",
      "in-step": "同期",
      "catching-up": "追いつき中",
      "cut-off": "切断",
      ended: "講演は終わりました",
      around: "見回り中",
      copy: "自分のコピー",
    },
    speaker: (scene, cue, of) => `発表者: ${scene}${of > 0 ? `、クリック ${cue} / ${of}` : ""}`,
    nobody: "まだ誰も話していません。→ と ← で自分で進められます",
    trip: "発表者は寄り道中です",
    differs: "このマシンは、発表者のマシンと違う状態になりました。",
    around: "見て回る",
    copy: "コピーして試す",
    keptCopy: "自分のコピー",
    newCopy: "ここから新しいコピー",
    back: "同期に戻る",
    guess: "予想",
    onlySums: "伝わるのは合計だけです。",
    told: "伝えました。もう一度タップすると変えられます。",
    black: "画面は黒です",
    twin: "表示中の内容をテキストで",
    runs: "…",
  },
  live: {
    title: "聴衆",
    inStep: "同期している人",
    around: "見て回っている人",
    copy: "自分のコピーを持つ人",
    catchingUp: "追いつき中の人",
    notConnected: "未接続: 再試行しています",
    unsaid: (entries) => `未送信 ${entries} 件`,
    drives: (who) => `今は進行役 ${who} が操作中: このウィンドウは付いていきます`,
    show: "全員に見せる",
    hide: "全員から隠す",
    guesses: (question) => `聴衆の予想: ${question}`,
    none: "会場は用意されていません: リンクは、同期せずに講演を開きます。",
    hand: (to) => `${to} に引き継ぐ`,
    handTo: "引き継ぐ",
    noKey: "このリンクの鍵がありません: 発表者のリンクをもう一度開いてください。",
  },
  print: {
    print: "印刷",
    ready: "1 場面に 1 枚。",
    making: (made, of) => `マシンが場面を上演しています: ${made} / ${of}`,
  },
  scene: (number, of) => `場面 ${number} / ${of}`,
  nextClick: "次のクリック",
  speakerWindow: "発表者のウィンドウ",
  fullScreen: "全画面",
  sideTrip: "寄り道",
  comeBack: "講演に戻る",
  coming: "マシンが起動しています",
  black: "画面は黒です: B で戻ります",
  frozen: "時間は止まっています",
  at: {
    title: (scene, number) => `${number}. ${scene}`,
  },
  both: {
    label: "講演の表示",
    audience: "聴衆の表示",
    speaker: "発表者の表示",
    why: {
      "one-screen": "画面は1つです。ここで切り替えてください",
      refused: "ブラウザが2つ目のウィンドウを開きません。ポップアップを許可するか、ここで切り替えてください",
    },
    apart: "別のウィンドウで開く",
  },
  presenter: {
    title: "発表者",
    onScreen: "投影中",
    same: "もう一方のウィンドウと同じ状態",
    alone: "ほかのウィンドウなし",
    differs: (place) => `もう一方のウィンドウは ${place} を表示しているか、状態が違います。`,
    mine: "こちらに合わせる",
    theirs: "向こうに合わせる",
    next: (what) => `次: ${what}`,
    nextScene: (title) => `次の場面: ${title}`,
    end: "終わり",
    back: "戻る",
    cues: "この場面のクリック",
    rest: "静止",
    notes: "ノート",
    nextUp: "次",
    planned: (time) => `予定 ${time}`,
    scenes: "場面",
    of: (total) => `/ ${total}`,
    ahead: (time) => `予定より ${time} 早い`,
    behind: (time) => `予定より ${time} 遅い`,
    onTime: "予定どおり",
    start: "時計を始める",
    sideTrip: "寄り道",
    freeze: "止める",
    thaw: "続ける",
    black: "黒くする",
    white: "再び表示",
    audience: "聴衆のウィンドウ",
    smaller: "ノートを小さく",
    larger: "ノートを大きく",
    clicker: "クリッカー",
    keys: [
      ["PgDn", "→", "次のクリック。実行の途中でも"],
      ["PgUp", "←", "1 クリック戻る。マシンも"],
      ["F", "", "寄り道: 聴衆の質問を試す。Esc でここに戻る"],
      ["B", ".", "黒くし、時間を止める"],
      ["Q", "", "全員のためのアドレスと QR コード"],
    ],
    away: "寄り道中",
  },
} satisfies StageWords;
