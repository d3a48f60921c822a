/** Processes of a machine: where each runs, where its memory is, and how far that is; as rows with bars, and as a table. */
import { usePlayground } from "../../client/react.tsx";
import { largest } from "../../engine/lists.ts";
import type { Running } from "../../engine/inspect/index.ts";
import { LOAD_KINDS } from "../../engine/workload/load-description.ts";
import { cpuList, cpusOf } from "./cpu-list.ts";
import type { NodeRecord } from "../../protocol/records.ts";
import { TwinTable } from "../TwinTable.tsx";
import styles from "./running.module.css";
import { runningStrings as words } from "./strings.ts";

export interface ProcessesProps {
  readonly partition: string;
  readonly name: string;
  readonly at: string;
  readonly processes: readonly Running[];
  readonly nodes: readonly NodeRecord[];
}

/** Loads and what shells started can be ended; init can't. */
const canEnd = ({ load }: Running): boolean => load === "command" || (LOAD_KINDS as readonly string[]).includes(load);

export function ProcessRows({ partition, processes, nodes }: ProcessesProps) {
  const most = largest(
    processes.map(({ pages }) => pages),
    1,
  );
  return (
    <ul className={styles.rows} aria-label={words.list}>
      {processes.map((one) => (
        <li key={one.pid} className={styles.row}>
          <span className={styles.who}>
            <b>{words.process(one.comm, one.pid)}</b>
            <small>{words.load(one.load)}</small>
          </span>
          <RunsOn partition={partition} process={one} nodes={nodes} />
          <Bar process={one} most={most} />
          <span className={styles.figures}>
            <span>{one.mean === null ? words.noPages : words.distance(one.remote, one.pages, one.mean)}</span>
            <small>{words.kernel(one.kernelPages)}</small>
          </span>
          <End partition={partition} process={one} />
        </li>
      ))}
    </ul>
  );
}

/** Pages by node as long as there are many of them: near solid, far hatched, with the distance in figures. */
function Bar({
  process: { byNode, distances, node, pages },
  most,
}: {
  readonly process: Running;
  readonly most: number;
}) {
  return (
    <span className={styles.memory}>
      <span className={styles.bar} style={{ inlineSize: `${(pages / most) ** 0.5 * 100}%` }} aria-hidden="true">
        {byNode.map(([on, many]) => (
          <i key={on} data-near={on === node} style={{ flexGrow: many }} />
        ))}
      </span>
      <span className={styles.nodes}>
        {byNode.map(([on, many], i) => (
          <small key={on}>{words.memory(on, many, distances[i] ?? 0)}</small>
        ))}
      </span>
    </span>
  );
}

function RunsOn({
  partition,
  process: { pid, comm, cpus, node },
  nodes,
}: {
  readonly partition: string;
  readonly process: Running;
  readonly nodes: readonly NodeRecord[];
}) {
  const playground = usePlayground();
  const withCpus = nodes.filter((one) => one.cpus !== "");
  const all = withCpus.flatMap((one) => cpusOf(one.cpus)).sort((a, b) => a - b);
  const own = cpuList(cpus);
  const current =
    cpus.length === all.length ? "any" : (withCpus.find((one) => cpuList(cpusOf(one.cpus)) === own)?.key ?? "some");
  return (
    <select
      className={styles.place}
      aria-label={words.runsOn(comm, pid)}
      value={current}
      onChange={({ target }) => {
        const to = withCpus.find((one) => one.key === target.value);
        void playground.send({ do: "affinity", partition, pid, cpus: to ? cpusOf(to.cpus) : all });
      }}
    >
      <option value="any">{words.anywhere(node)}</option>
      {withCpus.map((one) => (
        <option key={one.key} value={one.key}>
          {words.node(one.id, one.cpus)}
        </option>
      ))}
      {current === "some" && <option value="some">{words.some(own, node)}</option>}
    </select>
  );
}

function End({ partition, process }: { readonly partition: string; readonly process: Running }) {
  const playground = usePlayground();
  if (!canEnd(process)) return <span />;
  const { pid, comm } = process;
  return (
    <span className={styles.end}>
      <button
        type="button"
        aria-label={words.endOne(comm, pid)}
        onClick={() => void playground.send({ do: "kill", partition, pid })}
      >
        {words.end}
      </button>
      <code>{words.kill(pid)}</code>
    </span>
  );
}

/** The twin: the same processes in the same order, in pages. */
export function ProcessTable({ partition, name, at, processes }: ProcessesProps) {
  const { columns } = words;
  return (
    <div className={styles.scrolls}>
      <TwinTable
        className={styles.table}
        caption={words.caption(name, at)}
        columns={Object.values(columns)}
        rows={processes.map((one) => ({
          key: String(one.pid),
          cells: [
            words.process(one.comm, one.pid),
            words.load(one.load),
            words.some(cpuList(one.cpus), one.node),
            one.policy === null ? words.noPolicy : words.policy(one.policy.mode, one.policy.node),
            one.byNode.map(([node, pages]) => words.byNode(node, pages)).join(", "),
            one.pages,
            { value: one.pages === 0 ? 0 : one.remote / one.pages, shown: words.share(one.remote, one.pages) },
            { value: one.mean ?? 0, shown: words.mean(one.mean) },
            one.kernelPages,
            { value: canEnd(one) ? words.kill(one.pid) : "", shown: <End partition={partition} process={one} /> },
          ],
        }))}
      />
    </div>
  );
}
