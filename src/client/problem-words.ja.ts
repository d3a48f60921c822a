/** 検査が英語で言うことの日本語。ファイル、フィールド、値の名前はそのままです。 */
import type { ProblemWords } from "./problem-words.ts";

/** 決まった言葉: 「… が必要」の「…」。 */
const THINGS: Readonly<Record<string, string>> = {
  text: "テキスト",
  "a text": "テキスト",
  "a list": "リスト",
  "an object": "オブジェクト",
  "an object of numbers": "数のオブジェクト",
  "a name": "名前",
  "a key": "キー",
  "a path": "パス",
  "a file name": "ファイル名",
  "a line": "1 行",
  "a shell line": "シェルの 1 行",
  "a value": "値",
  "a count": "個数",
  "a speed": "速度",
  "a place": "場所",
  "an instant": "時点",
  "an address": "アドレス",
  "an absolute path": "絶対パス",
  "a device": "デバイス",
  "a device name": "デバイス名",
  "a kernel release": "カーネルのリリース名",
  seconds: "秒数",
  "at most 600 seconds": "600 秒以下",
  "true or false": "true か false",
  "1 or -1": "1 か -1",
  "version 1": "バージョン 1",
  "a power of two": "2 のべき乗",
  "a name of letters, digits, _ . -": "英数字と _ . - でできた名前",
  "a name of a-z, 0-9, . -": "a-z、0-9、. - でできた名前",
  "a name like writer": "writer のような名前",
  "a device name like d0": "d0 のようなデバイス名",
  "a size like 512M": "512M のような大きさ",
  "a size for a device": "デバイスの大きさ",
  "a language like en": "en のような言語",
  "a block like memory32": "memory32 のようなブロック",
  "a CPU list": "CPU のリスト",
  "a file of rules": "ルールのファイル",
  "a CPU list like 0-7": "0-7 のような CPU のリスト",
  "a CPU list like 0-1": "0-1 のような CPU のリスト",
  "words by language": "言語ごとの言葉",
  "words by key": "キーごとの言葉",
  "figures by name": "名前ごとの数値",
  "counts by kind": "種類ごとの個数",
  "counts by block": "ブロックごとの個数",
  "generators by name": "名前ごとの出題",
  "lessons by name": "名前ごとのレッスン",
  "something to look at": "見るもの",
  "what to watch": "観察するもの",
  "text without HTML": "HTML を含まないテキスト",
  "no HTML": "HTML なし",
  "a link to http or https": "http か https へのリンク",
  "a box": "筐体",
  "a partition": "パーティション",
  "a node": "ノード",
  "the nodes": "ノード",
  "a zone": "ゾーン",
  "a DIMM": "DIMM",
  "a disk": "ディスク",
  "a virtio-mem device": "virtio-mem デバイス",
  "figures of a zone": "ゾーンの数値",
  "a machine": "マシン",
  "a block": "ブロック",
  "a load": "負荷",
  "a process": "プロセス",
  "a command": "コマンド",
  "a timed command": "時刻付きのコマンド",
  "a scenario": "シナリオ",
  "a focus": "注目する場所",
  "a message": "メッセージ",
  "a lesson": "レッスン",
  "a goal": "目標",
  "an option": "選択肢",
  "a prediction": "予想",
  "a solution": "解答",
  "a figure": "数値",
  "a view": "表示",
  "a step": "ステップ",
  "a wrong move": "誤った操作",
  "a claim": "主張",
  "a start": "始まり",
  "a move that points": "指し示す操作",
  "a way to boot": "起動のしかた",
  "what a machine can be booted with": "起動のしかたの選択肢",
  "a list of words": "単語のリスト",
  "a word": "単語",
  "one word of a command line": "コマンドラインの 1 語",
  "a copy": "コピー",
  "words for fewer commands than there are: the run stops before the last":
    "コマンドより少ない数の言葉 (実演は最後の手前で止まります)",
  "a predicate": "条件",
  "a talk": "講演",
  "a scene": "場面",
  "a cue": "クリック",
  "a guess": "質問",
  "a panel": "パネル",
  progress: "進み具合",
  "a generator": "出題",
  "a trace": "記録",
  "an event": "イベント",
  "an observation": "観測",
  "a shell step": "sh のステップ",
  "a hot-add step": "hotadd のステップ",
  "a hot-remove step": "hotremove のステップ",
  "a load step": "load のステップ",
  "a resize step": "resize のステップ",
  "a killall step": "killall のステップ",
  "a step that waits": "待つステップ",
  "an end to wait for": "待つべき終わり",
  "a state to wait for": "待つべき状態",
  "an interrupt step": "interrupt のステップ",
  "an observe step": "observe のステップ",
  "a list of options": "選択肢のリスト",
  "a list of commands": "コマンドのリスト",
  "a list of goals": "目標のリスト",
  "a list of solutions": "解答のリスト",
  "a list of nodes": "ノードのリスト",
  "a list of zones": "ゾーンのリスト",
  "a list of blocks": "ブロックのリスト",
  "a list of lines": "行のリスト",
  "a list of devices": "デバイスのリスト",
  "a list of events": "イベントのリスト",
  "a list of steps": "ステップのリスト",
  "at least one node": "1 つ以上のノード",
  "at least one partition": "1 つ以上のパーティション",
  "at least one command": "1 つ以上のコマンド",
  "at least one goal": "1 つ以上の目標",
  "at least one solution": "1 つ以上の解答",
  "at least one panel": "1 つ以上のパネル",
  "at least one scene": "1 つ以上の場面",
  "at least two options": "2 つ以上の選択肢",
  "at least two choices": "2 つ以上の選択肢",
  "at least one slot with virtio-mem devices": "virtio-mem デバイスとともに 1 つ以上のスロット",
  "at least one slot in an emulated machine with virtio-mem devices":
    "virtio-mem デバイスのあるエミュレートされたマシンに 1 つ以上のスロット",
  "none in a machine with sharedSlots": "sharedSlots のあるマシンでは空",
  "room for the virtio-mem devices": "virtio-mem デバイスの入る余地",
  "at least the memory of all nodes": "全ノードのメモリ以上",
  "at least 256M of memory on all nodes together": "全ノード合わせて 256M 以上のメモリ",
  "at most 16T of memory on all nodes together": "全ノード合わせて 16T 以下のメモリ",
  "at least 256 MiB of memory": "256 MiB 以上のメモリ",
  "at most 16 TiB of memory": "16 TiB 以下のメモリ",
  "at most 16 TiB of memory in all partitions together": "全パーティション合わせて 16 TiB 以下のメモリ",
  "a multiple of 2M up to the size": "大きさ以下の 2M の倍数",
  "a CPU list that runs forwards": "昇順の CPU のリスト",
  "a scenario or its name": "シナリオかその名前",
  "a scenario that this page has": "このページにあるシナリオ",
  "a scenario, or the name of a built-in one": "シナリオか、組み込みのシナリオの名前",
  "the id of a scene": "場面の id",
  "the id of a scene before it": "それより前の場面の id",
  "a name that is used once": "一度だけ使われる名前",
  "no run after a rewind": "rewind の後に run なし",
  "an earlier goal": "それより前の目標",
  "only in a goal of kind then": "種類が then の目標でだけ",
  "exactly one true option": "真の選択肢がちょうど 1 つ",
  "a block that was refused for a page": "あるページのために拒否されたブロック",
  "with count a number or a comparison": "count とともに数か比較",
  'a number or a comparison like ">= 100"': '数か ">= 100" のような比較',
};

type Rule = readonly [RegExp, (one: string, two: string, three: string) => string];

/** 数や名前を含む言葉。 */
const PATTERNS: readonly Rule[] = [
  [/^one of (.+)$/, (all) => `${all} のどれか`],
  [/^only one of (.+)$/, (all) => `${all} のうち 1 つだけ`],
  [/^only with (.+)$/, (all) => `${all} があるときだけ`],
  [/^a whole number up to (\d+)$/, (most) => `${most} 以下の整数`],
  [/^a whole number from (-?\d+) to (\d+)$/, (least, most) => `${least} から ${most} までの整数`],
  [/^a list of up to (\d+) predicates$/, (most) => `${most} 個までの条件のリスト`],
  [/^a size (.+)$/, (bound) => `大きさ (${bound})`],
  [/^a speed of at most (\d+), or 0$/, (most) => `${most} 以下の速度か 0`],
  [/^a multiple of (.+)$/, (of) => `${of} の倍数`],
  [/^a node below (\d+)$/, (count) => `${count} 未満のノード`],
  [/^nodes below (\d+)$/, (count) => `${count} 未満のノード`],
  [/^CPUs below (\d+)$/, (count) => `${count} 未満の CPU`],
  [/^at most (\d+) DIMMs, one a slot$/, (most) => `スロットごとに 1 枚、${most} 枚以下の DIMM`],
  [/^at most (\d+) lessons before this one$/, (most) => `これより前は ${most} レッスン以下`],
  [/^at most (\d+) lessons$/, (most) => `${most} レッスン以下`],
  [/^at most (\d+) words on the screen$/, (most) => `画面には ${most} 語以下`],
  [/^at most the size, (\d+)$/, (size) => `大きさ ${size} 以下`],
  [/^at least the (\d+) bytes of its nodes$/, (bytes) => `ノードの ${bytes} バイト以上`],
  [/^a memory block, one of (.+)$/, (all) => `メモリブロックか、${all} のどれか`],
  [/^(\d+) from a node to itself$/, (distance) => `同じノードへの距離 ${distance}`],
  [/^a step of one of the kinds (.+)$/, (all) => `${all} のどれかの種類のステップ`],
  [/^exactly one true option with seed (\d+)$/, (seed) => `シード ${seed} で真の選択肢がちょうど 1 つ`],
  [/^to be over in (\d+) s$/, (seconds) => `${seconds} 秒以内に終わること`],
  [
    /^the figures that every language names there, (.+)$/,
    (all) => `どの言語もそこで挙げる数値 (${all === "none" ? "なし" : all})`,
  ],
  [/^(.+) of at most (\d+) characters$/, (what, most) => `${most} 文字以下の${thing(what)}`],
  [/^(.+) of at most (\d+)$/, (what, most) => `${most} 個以下の${thing(what)}`],
];

function byRules(rules: readonly Rule[], text: string): string | undefined {
  for (const [pattern, say] of rules) {
    const parts = pattern.exec(text);
    if (parts) return say(parts[1] ?? "", parts[2] ?? "", parts[3] ?? "");
  }
  return undefined;
}

/** 形だけを書いたもの (`{"slot": "A/1/2"} or {"shelf": true}`) は記号のままです。 */
function thing(what: string): string {
  if (/^[[{]/.test(what)) return what.replace(" or ", " か ").replace("free blocks by order", "order");
  return THINGS[what] ?? byRules(PATTERNS, what) ?? what;
}

function got(value: string): string {
  if (value === "nothing") return "何もありません";
  if (value === "an object") return "オブジェクトです";
  const items = /^a list of (\d+)$/.exec(value)?.[1];
  return items === undefined ? `${value.replace(/ and /g, " と ")} です` : `${items} 個のリストです`;
}

const RULES: readonly Rule[] = [
  [
    /^expected to be over in (\d+) s, took ([\d.]+) s$/,
    (most, took) => `${most} 秒以内に終わる必要がありますが、${took} 秒かかりました`,
  ],
  [/^expected (.+), got (.+)$/, (what, value) => `必要なもの: ${thing(what)}。今は${space(got(value))}`],
  [/^expected (.+)$/, (what) => `必要なもの: ${thing(what)}`],
  [/^missing$/, () => "ありません"],
  [/^missing; (.+) names it$/, (at) => `ありません。${at} が挙げています`],
  [
    /^missing; with seed (\d+) option (\d+) is true, with the lesson's own (\d+)$/,
    (seed, one, own) => `ありません。シード ${seed} では選択肢 ${one}、レッスン自身のシードでは ${own} が真です`,
  ],
  [/^larger than (.+)$/, (size) => `${size} より大きなファイルです`],
  [/^not JSON: (.+)$/, (reason) => `JSON ではありません (${reason})`],
  [/^nested more than (\d+) deep$/, (depth) => `入れ子が ${depth} 段より深くなっています`],
  [/^there is no such (?:lesson|file|talk)$/, () => "見つかりません"],
  [/^could not be fetched$/, () => "取得できませんでした"],
  [/^could not be fetched: (.+)$/, (reason) => `取得できませんでした (${reason})`],
  [/^cannot be read: (.+)$/, (reason) => `読めません (${byRules(RULES, reason) ?? reason})`],
  [
    /^is on another host; save it, and open the file$/,
    () => "別のホストにあります。保存して、ファイルを開いてください",
  ],
  [/^the verdict is never hidden$/, () => "判定は隠せません"],
  [/^(.+) is used twice$/, (name) => `${name} が 2 回使われています`],
  [/^CPU (\d+) is named twice$/, (cpu) => `CPU ${cpu} が 2 回挙げられています`],
  [/^CPU (\d+) is node (\d+)'s already$/, (cpu, node) => `CPU ${cpu} はすでにノード ${node} のものです`],
  [/^(.+) was started before$/, (name) => `${name} はすでに始められています`],
  [/^nothing was started as (.+)$/, (name) => `${name} として始められたものがありません`],
  [
    /^(.+) is no shell line, which alone can be interrupted$/,
    (name) => `${name} はシェルの行ではありません。割り込めるのはシェルの行だけです`,
  ],
  [
    /^(.+) has no solution of moves and echo WORD > FILE alone$/,
    (id) => `${id} には、操作と echo WORD > FILE だけの解答がありません`,
  ],
  [/^reaches the goal without anything being done$/, () => "何もしなくても目標に達します"],
  [/^does not reach the goal; (.+)$/, (left) => `目標に達しません。${leftOver(left)}`],
  [/^no solution gets there$/, () => "ここに達する解答がありません"],
  [/^its moves do not lead there$/, () => "その操作では、そうなりません"],
  [/^no move was found that leads there$/, () => "そうなる操作が見つかりません"],
  [/^is not so \(text (.+)\)$/, (key) => `実際とは違います (テキスト ${key})`],
  [
    /^the terminal shows something else \(text (\S+)\): (.+)$/,
    (key, text) => `端末の表示が違います (テキスト ${key}): ${text}`,
  ],
  [
    /^reached by chance \((\d+)\) in a machine that contradicts itself: (.+)$/,
    (seed, problem) => `自己矛盾したマシンで、偶然 (${seed}) 達しました: ${problem}`,
  ],
];

/** 目標ごとに、いくつ中いくつ。 */
const leftOver = (left: string): string =>
  left
    .replace(/(\S+) is (\d+) of (\d+)/g, "$1 は $3 中 $2")
    .replace("not all goals at one instant", "すべての目標が同時にそろう時点がありません")
    .replace(/\(answers: ([^)]*)\)/, "(返答: $1)");

/** ラテン文字の語は、かなから空白で離します。 */
const space = (text: string): string => (/^[\w"'[{-]/.test(text) ? ` ${text}` : text);

export default {
  say: (problem) => {
    // ファイルとフィールドの名前が前に付きます。名前にも「: 」がありえるので、知っている言葉で終わるところを探します。
    const whole = `: ${problem}`;
    for (const { index } of whole.matchAll(/: /g)) {
      const said = byRules(RULES, whole.slice(index + 2));
      if (said !== undefined) return whole.slice(2, index + 2) + said;
    }
    return problem;
  },
} satisfies ProblemWords;
