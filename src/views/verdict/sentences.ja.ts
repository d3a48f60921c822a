/** 判定の見出しに続く文の日本語。 */
import { occasionWords, ownerWords } from "../../client/owners.ts";
import type { Attempt, Culprit } from "../../engine/chronicle/outcome.ts";
import { PageFlag, PageKind } from "../../engine/memory/kinds.ts";
import { isWaitingForDisk } from "./check-data.ts";
import { code, count, duration, hexPfn, type Phrase, strong } from "./phrase.ts";
import type { SentenceWords } from "./sentences.ts";
import { errnoTexts } from "./strings.ts";

const pinned = ({ flags, reason }: Culprit) => reason !== "unmovable page" && (flags & PageFlag.Pinned) !== 0;

export default {
  arrival: (add, place, online) => {
    const where = place === null ? "" : `ノード ${place} に`;
    if (add.result === "running") return `${where}追加しています。`;
    if (add.result === "failed") return `${where}追加されませんでした: ${add.errno ?? "失敗"}。`;
    return online > 0
      ? `${where}追加され、${count(online)} ブロックがオンラインです。`
      : `${where}追加され、ブロックはオフラインです。`;
  },

  summary: (attempt, culprit) => {
    if (culprit && attempt.result !== "ok") return blame(attempt, culprit);
    if (attempt.result === "failed") {
      if (!attempt.errno) return ["試行は失敗しました。"];
      const { message, meaning } = errnoTexts[attempt.errno];
      if (attempt.kind === "add" && attempt.errno === "ENOMEM")
        return [
          strong(message),
          "。それを記述するもの (1 ページにつき 64 バイト) は、すでにオンラインのメモリに置かれますが、その空きが足りません。小さい DIMM から入れてください: オンラインになれば、それぞれが次の分の場所になります。または 6.8 以降を ",
          code("memory_hotplug.memmap_on_memory=1"),
          " 付きで起動すれば、DIMM 自身に置かれます。",
        ];
      return [strong(message), "。", meaning];
    }
    if (attempt.result === "running") {
      if (isWaitingForDisk(attempt))
        return [
          "中にあるファイルのページが、ディスクへ書き込まれているところです。カーネルは書き終わるのを待ち、その間はシグナルも受け取らず、それから移動します。まだ書き込みの始まっていないダーティページなら、すぐに移動していました。先に ",
          code("sync"),
          " しておけば、待たずに済みます。",
        ];
      return attempt.kind === "offline" || attempt.kind === "eject"
        ? [
            "カーネルは新しい割り当てを締め切り、使用中のページをすべて別のメモリへコピーして、それを指すページテーブルを書き換えます。",
          ]
        : ["カーネルが作業中です。"];
    }
    switch (attempt.kind) {
      case "offline":
        return attempt.pagesMoved > 0
          ? [
              "中身はすべて別のメモリへコピーされ、それを使うプログラムは気付きませんでした。ブロックは、再びオンラインにするまで使われません。",
            ]
          : ["使用中のものはありませんでした。ブロックは、再びオンラインにするまで使われません。"];
      case "online":
        return ["ページはゾーンのフリーリストに入り、メモリを必要とする誰もが使えます。"];
      case "add":
        return [
          "カーネルはメモリマップを用意し、メモリブロックを作りました。ブロックはオンラインになってから使われます。",
        ];
      case "remove":
        return ["メモリマップと ", code("/sys/devices/system/memory"), " のエントリーがなくなりました。"];
      case "eject":
        return [
          "すべてのブロックがオフラインになり、メモリマップが片付けられ、ファームウェアがスロットの電源を切りました。失われたものはありません。",
        ];
    }
  },

  law,
} satisfies SentenceWords;

function blame(attempt: Attempt, culprit: Culprit): Phrase {
  const pages =
    culprit.others > 0
      ? `${adjective(culprit)}ページが ${count(culprit.others + 1)} ページ、最初のもの`
      : `${adjective(culprit)}ページが 1 ページ`;
  return [
    strong(pages),
    ": pfn ",
    code(hexPfn(culprit.pfn)),
    "、",
    strong(ownerWords(culprit.owner)),
    `、memory${culprit.block} のページブロック ${count(culprit.pageblock.index)} (ノード ${culprit.node}、ゾーン ${culprit.zone})、`,
    ...since(attempt, culprit),
    "。",
    law(culprit),
  ];
}

function adjective(culprit: Culprit): string {
  if (culprit.reason === "unmovable page") return "移動できない";
  if (pinned(culprit)) return "ピン留めされた";
  return culprit.reason === "isolation failed" ? "使用中の" : "動かせなかった";
}

function since(attempt: Attempt, { allocatedAt, allocatedWhy, pid, owner }: Culprit): Phrase {
  if (allocatedAt === null) return ["ブート時からあるもの"];
  const age = attempt.startedAt - allocatedAt;
  const when = age >= 0 ? `${duration(age)}前に割り当て` : "試行中に割り当て";
  const by = pid !== null && owner.by?.pid !== pid ? ` (pid ${pid})` : "";
  const why = occasionWords(allocatedWhy);
  return ownerWords(owner).includes(why) ? [`${when}${by}`] : [`${when}${by}: `, code(why)];
}

const CACHE =
  "カーネルのキャッシュに属し、それを作ったプロセスが終わっても残ります。drop_caches で解放されるのは大部分で、すべてではありません。";

function pinTold({ owner }: Culprit): string {
  switch (owner.what) {
    case "io_uring-buffers":
      return "io_uring のリングに登録されたバッファで、リングが持つ間はピン留めされています。登録を解く（IORING_UNREGISTER_BUFFERS）か、リングを閉じると解放されます。";
    case "registered-buffers":
      return "RDMA のデバイスに登録されていて、デバイスは物理アドレスで読み書きします。メモリ領域の登録を解く（ibv_dereg_mr）か、プロセスが終わると解放されます。";
    case "guest-memory":
      return "デバイスを渡したゲスト（VFIO）のメモリで、デバイスは物理アドレスで読み書きします。ゲストからデバイスを外すか、ゲストが終わるまでピン留めされています。";
    default:
      return "誰かがページそのものへの参照を持っているため、その間は中身をコピーして移すことができません。";
  }
}

function law(culprit: Culprit): string {
  if (culprit.reason === "isolation failed")
    return "リストから外せませんでした。ちょうど今、ほかの何かがこのページを扱っています。";
  if (culprit.reason === "migration failure") {
    return pinned(culprit) ? pinTold(culprit) : "中身を別のページへコピーできませんでした。";
  }
  if (culprit.owner.what === "crash-kernel")
    return "crashkernel= が、パニックの後に起動するカーネルのために確保しています。動くことはありませんが、手放すことはできます。";
  if (culprit.owner.what === "huge-pool")
    return "プールの空きページは誰のものでもありません: 動かず、プールを小さくするとなくなります。";
  switch (culprit.kind) {
    case PageKind.Reserved:
    case PageKind.KernelImage:
    case PageKind.BootMemmap:
      return "ブート時に予約されたメモリは、その場所を離れません。";
    case PageKind.Vmemmap:
    case PageKind.SelfMemmap:
      return "ほかのメモリのメモリマップを収めており、カーネルはそれをアドレスで使います。";
    case PageKind.PageTable:
    case PageKind.KernelPageTable:
      return "プロセッサーはページテーブルを物理アドレスで知っているため、動かせません。";
    case PageKind.Slab:
    case PageKind.SlabReclaimable:
    case PageKind.KernelStack:
    case PageKind.Vmalloc:
    case PageKind.KernelBuffer:
      return `カーネルのデータはアドレスで使われ、移動したことを使い手に知らせる手段がないため、動かせません。ZONE_MOVABLE にはこうしたページが入りません。${culprit.lifetime === "cache" ? CACHE : ""}`;
    case PageKind.Lost:
      return "使用中でも空きでもありません。このカーネルは、メモリマップの 2 MiB ごとに先頭の 1 ページだけを返し、残りを失いました。オフライン処理は、シグナルで終わるまで、移動するものを探し続けます。こうしたページが戻るのは再起動のときだけです。7.3 は失いません。";
    default:
      return "カーネルには、このページを移動する手段がありません。";
  }
}
