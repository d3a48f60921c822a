/** メモリ不足で終了させられたプロセスについての日本語。 */
import type { KilledWords } from "./killed-strings.ts";
import { count } from "./phrase.ts";

export default {
  head: (comm, pid) => `メモリが尽き、Linux は ${comm} (pid ${pid}) を終了させました`,
  headOfGroup: (comm, pid) => `グループが上限に達し、Linux は ${comm} (pid ${pid}) を終了させました`,
  whoInGroup: (asker, mib) =>
    `${asker} がさらにメモリを求めたとき、そのグループにはもう渡せませんでした。カーネルはそのグループの中で最も多く持つものを終了させ、外のものには手を付けません。ここでは ${count(mib)} MiB です。`,
  who: (asker, mib) =>
    `${asker} がページを求めたとき、渡せるものは残っていませんでした。カーネルは、誰が求めたかにかかわらず、最も多く持つものを終了させます。${mib === 0 ? "カーネルのメモリは誰のものにも数えられないため、ここではほとんど何も持たないものです。" : `ここでは ${count(mib)} MiB です。`}`,
  whoAsked: (asker, mib) =>
    `${asker} がページを求めたとき、渡せるものは残っていませんでした。vm.oom_kill_allocating_task により、カーネルは最も多く持つものではなく、求めたものを終了させます。ここでは ${count(mib)} MiB です。`,
  cause: {
    group: (path, mib) =>
      `${path} の memory.max は ${count(mib)} MiB です。どのノードにあっても、マシンの空きは数に入りません。オフラインにしても変わりません。ページはどこへ移動しても、そのグループの分として数えられます。`,
    bound: (nodes) =>
      `ポリシーまたは cpuset により、ノード ${nodes} に限られています。ほかのノードの空きは数に入りません。`,
    kernel: (mib) =>
      `求められたのはカーネルメモリで、ZONE_MOVABLE からは決して割り当てられません。そこに空いている ${count(mib)} MiB は役に立ちません。`,
    all: "どのゾーンも予備の分まで減っていました。動いているものが、あるよりも多くのメモリを求めています。",
  },
  remedy: {
    group: (path) =>
      `上限を上げるか (echo max > /sys/fs/cgroup${path}/memory.max)、スワップを使えるようにしてください (memory.swap.max)。memory.max の代わりに memory.high なら、終了させられずに待つことになります。`,
    bound:
      "ほかのノードも使えるようにするか (-m の代わりに numactl -p、または cpuset.mems を広げる)、そのノードに DIMM を加えてください。",
    maps: "元に戻すか、パーティションを再起動してください: それでしか空きません。その後は、小さい DIMM から入れてください。",
    kernel:
      "カーネルメモリを使うものを終えるか (/proc/meminfo の Slab、KernelStack、PageTables)、online_movable の代わりに online_kernel でブロックをオンラインにしてください。",
    all: "何かを終える、DIMM を加える、またはスワップ先を用意してください (mkswap、swapon)。",
  },
  log: "カーネルの報告はログの「invoked oom-killer」から始まります。",
  back: "その前に戻る",
} satisfies KilledWords;
