/** 判定の各検査の日本語。 */
import { amount, type CheckData, given } from "./check-data.ts";
import { count } from "./phrase.ts";
import type { VerdictWords } from "./strings.ts";

const pages = (many: number): string => `${count(many)} ページ`;

const passes = (data: CheckData): string => {
  const made = amount(data, "passes") ?? amount(data, "pass");
  return made !== undefined && made > 1 ? `、${count(made)} パス` : "";
};

export const checks: VerdictWords["checkTexts"] = {
  "state-changes": {
    title: "新しい状態",
    asks: "ブロックは、求められた状態と違う状態にありますか?",
    pass: (data) => given(data, "state", (state) => `これまで ${state}`, "状態が変わります"),
    fail: (data) => given(data, "state", (state) => `すでに ${state} です`, "すでにその状態です"),
    pending: () => "状態を調べています",
  },
  "one-zone": {
    title: "1 つのゾーン",
    asks: "ブロック全体が 1 つのノードの 1 つのゾーンに収まっていますか?",
    pass: (data) => {
      const all = amount(data, "pages");
      const where = given(data, "zone", (zone) => `${zone} にあります`, "1 つのゾーンにあります");
      return all === undefined ? `全ページが ${where}` : `${pages(all)}すべてが ${where}`;
    },
    fail: (data) =>
      given(data, "zones", (zones) => `ページが ${zones} にあります`, "ページが複数のゾーンまたはノードにあります"),
    pending: () => "ゾーンを調べています",
  },
  "no-holes": {
    title: "ホールなし",
    asks: "すべてのページが System RAM ですか?",
    pass: () => "すべてのページが System RAM です",
    fail: (data) =>
      given(
        data,
        "holes",
        (holes) => `${holes} ページが System RAM ではありません`,
        "一部が System RAM ではありません",
      ),
    pending: () => "メモリマップを読んでいます",
  },
  isolate: {
    title: "移動できるものだけ",
    asks: "すべてのページブロックで新しい割り当てを締め切れますか? カーネルが移動できないページが 1 つでもあれば、答えは「いいえ」です。",
    pass: (data) => {
      const pageblocks = amount(data, "pageblocks");
      return pageblocks === undefined
        ? "その場所に縛られたものはありません"
        : `ページブロック ${count(pageblocks)} 個を isolate しました`;
    },
    fail: (data) => {
      const isolated = amount(data, "done");
      const of = amount(data, "pageblocks");
      const progress =
        isolated === undefined || of === undefined
          ? ""
          : `。isolate できたのは ${count(of)} 個中 ${count(isolated)} 個`;
      const where = given(data, "pageblock", (index) => `ページブロック ${index}`, "あるページブロック");
      return `${where} に移動できないページがあります${progress}`;
    },
    pending: () => "ページブロックを isolate しています",
  },
  notifiers: {
    title: "異議なし",
    asks: "相談を受けるカーネルの各部が、すべて同意しますか?",
    pass: () => "カーネル内に反対はありません",
    fail: (data) =>
      given(data, "errno", (errno) => `カーネルの一部が反対しています: ${errno}`, "カーネルの一部が反対しています"),
    pending: () => "カーネルの各部に尋ねています",
  },
  migrate: {
    title: "ページの移動",
    asks: "移動できるページが、すべて別のメモリへコピーされましたか?",
    pass: (data) => {
      const moved = amount(data, "moved");
      if (moved === undefined) return "中身はすべて別の場所にあります";
      if (moved === 0) return "移動するものはありませんでした";
      return `${pages(moved)}を別のメモリへコピー${passes(data)}`;
    },
    fail: (data) => {
      const left = amount(data, "left") ?? amount(data, "failed");
      return left === undefined
        ? "移動できなかったページがあります"
        : `${pages(left)}を移動できませんでした${passes(data)}`;
    },
    pending: (data) => {
      const left = amount(data, "left");
      return left === undefined
        ? `別のメモリへコピーしています${passes(data)}`
        : `残り ${pages(left)}${passes(data)}${given(data, "writing", (writing) => `。${writing} ページはディスクへ書き込み中で、終わるのを待ちます`)}`;
    },
  },
  "dissolve-hugetlb": {
    title: "huge page の返却",
    asks: "中にある空きの huge page をアロケーターに返せますか?",
    pass: (data) => {
      const dissolved = amount(data, "dissolved");
      return dissolved ? `huge page ${count(dissolved)} 個を返却` : "妨げる huge page はありません";
    },
    fail: () => "hugetlb プールの huge page を返せませんでした",
    pending: () => "空きの huge page を返しています",
  },
  signal: {
    title: "中止されていない",
    asks: "誰にも試行を中断されていませんか?",
    pass: () => "中断されませんでした",
    fail: () => "シグナルが届きました",
    pending: () => "中断できます",
  },
  "not-poisoned": {
    title: "壊れたページなし",
    asks: "メモリエラーのために使用停止になったページが、ブロックにありませんか?",
    pass: () => "壊れたと分かっているページはありません",
    fail: (data) => {
      const broken = amount(data, "pages");
      return broken === undefined ? "壊れたページがあります" : `オフラインになる前に ${pages(broken)}が壊れました`;
    },
    pending: () => "壊れたページを探しています",
  },
  "kernel-memory": {
    title: "カーネルメモリ",
    asks: "もしカーネルメモリが、仮想アドレスを保ったまま移動できたら? そのためにダイレクトマップのエントリーが分割され、すべての CPU が待ちます。",
    pass: (data) =>
      `${given(data, "moved", (moved) => `カーネルの ${moved} ページを移動`, "カーネルのページを移動")}${given(data, "splits", (splits) => `、エントリー ${splits} 個を分割`)}${given(data, "stoppedMs", (ms) => `、全 CPU が ${ms} ms 待機`)}`,
    fail: () => "コピー先のメモリがありません",
    pending: () => "カーネルのページを移動しています",
  },
  "address-free": {
    title: "アドレスが空き",
    asks: "この範囲の仮想アドレスはすべて空いていますか? ここから移動していったカーネルメモリは、自分のアドレスを保っています。",
    pass: () => "すべて空いています",
    fail: (data) =>
      given(
        data,
        "lent",
        (lent) => `移動していったカーネルページが、まだ ${lent} 個のアドレスを使っています`,
        "まだ使われているものがあります",
      ),
    pending: () => "ダイレクトマップを調べています",
  },
  "normal-memory": {
    title: "Normal メモリ",
    asks: "ノードにカーネル用のメモリが残りますか? このカーネルでは、Movable だけのノードは許されません。",
    pass: () => "ノードに Normal メモリが残ります",
    fail: () => "ノードに残る最後の Normal メモリで、外すと Movable だけになります",
    pending: () => "数えています",
  },
  "all-free": {
    title: "すべて空き",
    asks: "移動できるものをすべて移動した後、全ページが空いていますか? 4.15 より前のカーネルは、ここで初めて尋ねます。",
    pass: () => "すべてのページが空いています",
    fail: (data) =>
      given(data, "left", (left) => `${left} ページが使用中で、移動できません`, "使用中のページがあります"),
    pending: (data) =>
      given(
        data,
        "left",
        (left) => `${left} ページが使用中でも空きでもなく、何度も調べ直しています`,
        "もう一度調べています",
      ),
  },
  "in-time": {
    title: "時間内",
    asks: "120 秒以内に終わりましたか? 4.15 より前のカーネルは、それ以上待ちません。",
    pass: () => "時間内です",
    fail: (data) => given(data, "seconds", (seconds) => `${seconds} 秒であきらめました`, "あきらめました"),
    pending: () => "時間を計っています",
  },
  "removal-supported": {
    title: "削除",
    asks: "このカーネルはメモリを忘れられますか? Linux は 3.9 でそれを覚えました。",
    pass: () => "できます",
    fail: (data) =>
      given(data, "kernel", (kernel) => `Linux ${kernel} はメモリを削除できません`, "メモリを削除できません"),
    pending: () => "カーネルに尋ねています",
  },
  "online-zone": {
    title: "ゾーン",
    asks: "ブロックはどのゾーンに入りますか?",
    pass: (data) => given(data, "zone", (zone) => `${zone} に入ります`, "ゾーンが選ばれました"),
    fail: (data) => given(data, "zone", (zone) => `${zone} には入れません`, "受け入れるゾーンがありません"),
    pending: () => "ゾーンを選んでいます",
  },
  "range-aligned": {
    title: "アライメント",
    asks: "開始アドレスとサイズは、メモリブロックの境界に合っていますか?",
    pass: (data) => {
      const size = amount(data, "size");
      const block = amount(data, "block");
      return size && block ? `ちょうどメモリブロック ${count(size / block)} 個` : "ブロックの境界に合っています";
    },
    fail: () => "開始アドレスまたはサイズが、メモリブロックの境界に合いません",
    pending: () => "範囲を調べています",
  },
  "range-free": {
    title: "アドレスが空き",
    asks: "このアドレスに別のメモリはありませんか?",
    pass: () => "このアドレスにほかのメモリはありません",
    fail: () => "このアドレスには、すでに別のメモリがあります",
    pending: () => "重なりを探しています",
  },
  "node-possible": {
    title: "既知のノード",
    asks: "ファームウェアは、ブート時にこのノードを知らせましたか?",
    pass: (data) =>
      given(
        data,
        "node",
        (node) => `ノード ${node} はブート時に知らされています`,
        "ノードはブート時に知らされています",
      ),
    fail: (data) =>
      given(
        data,
        "node",
        (node) => `ノード ${node} はブート時に知らされていません`,
        "ノードはブート時に知らされていません",
      ),
    pending: () => "ノードを調べています",
  },
  addressable: {
    title: "届く範囲",
    asks: "ダイレクトマップはこのアドレスに届きますか?",
    pass: () => "ダイレクトマップが届きます",
    fail: () => "ダイレクトマップの届く範囲を超えています",
    pending: () => "アドレスの上限を調べています",
  },
  "within-mem": {
    title: "mem= の範囲",
    asks: "mem= の許す範囲に収まっていますか? ブート中、カーネルはその先に何も追加しません。",
    pass: () => "mem= の許す範囲に収まっています",
    fail: () => "ブート中に mem= が許す範囲を超えています",
    pending: () => "mem= を調べています",
  },
  vmemmap: {
    title: "メモリマップ",
    asks: "それを表す struct page のための場所がありますか?",
    pass: (data) =>
      given(
        data,
        "pages",
        (many) => `struct page が ${many} ページを使います`,
        "struct page のための場所が見つかりました",
      ),
    fail: (data) =>
      data.kept
        ? `struct page のためのメモリが足りません。すでに取った ${count(amount(data, "kept") ?? 0)} ページは、再起動まで返されません`
        : "struct page のためのメモリが足りません",
    pending: () => "struct page のための場所を探しています",
  },
  "all-blocks-offline": {
    title: "全ブロックがオフライン",
    asks: "DIMM のメモリブロックはすべてオフラインですか? そうなって初めて電源を切れます。",
    pass: (data) => given(data, "blocks", (blocks) => `${blocks} 個すべてがオフラインです`, "すべてオフラインです"),
    fail: (data) => {
      const block = amount(data, "block");
      return block === undefined || block < 0
        ? "オンラインのまま残ったブロックがあります"
        : `memory${block} がオンラインのままです`;
    },
    pending: (data) => {
      const offline = amount(data, "offline");
      const blocks = amount(data, "blocks");
      return offline === undefined || blocks === undefined
        ? "オフラインにしています"
        : `${count(blocks)} 個中 ${count(offline)} 個がオフラインです`;
    },
  },
  "device-slot": {
    title: "スロット",
    asks: "ファームウェアは、そのスロットの DIMM を受け入れますか?",
    pass: (data) =>
      given(data, "slot", (slot) => `ファームウェアはスロット ${slot} に置きました`, "ファームウェアが受け入れました"),
    fail: () => "ファームウェアに余地がありません: スロット、サイズ、またはアドレス",
    pending: () => "ファームウェアに尋ねています",
  },
  "powered-off": {
    title: "電源オフ",
    asks: "ファームウェアは DIMM をバスから外しましたか?",
    pass: () => "抜くことができます",
    fail: () => "ファームウェアは電源を切りませんでした",
    pending: () => "ファームウェアを待っています",
  },
  "kernel-runs": {
    title: "カーネルの稼働",
    asks: "カーネルはその終わりまで動いていましたか?",
    pass: () => "動き続けました",
    fail: ({ restarted }) =>
      restarted ? "途中でパーティションが再起動されました" : "途中でカーネルがパニックを起こしました",
    pending: () => "動いています",
  },
};
