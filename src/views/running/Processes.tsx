/** Processes of a machine: where each runs, where its memory is, and how far that is; as rows with bars, and as a table. */
import { usePlayground } from "../../client/react.tsx";
import { largest } from "../../engine/lists.ts";
import type { Running } from "../../engine/inspect/index.ts";
import { LOAD_KINDS } from "../../engine/workload/load-description.ts";
import { cpuList, cpusOf } from "./cpu-list.ts";
import type { NodeRecord } from "../../protocol/records.ts";
import { By } from "../changes/ShowChanges.tsx";
import { changeStrings } from "../changes/strings.ts";
import { TwinTable } from "../TwinTable.tsx";
import { type Compared, differs } from "./process-changes.ts";
import styles from "./running.module.css";
import { runningStrings as words } from "./strings.ts";

export interface ProcessesProps {
  readonly partition: string;
  readonly name: string;
  readonly at: string;
  readonly processes: readonly Compared[];
  /** They are compared with another moment. */
  readonly comparing: boolean;
  readonly nodes: readonly NodeRecord[];
}

/** Loads and what shells started can be ended; init can't. */
const canEnd = ({ load }: Running): boolean => load === "command" || (LOAD_KINDS as readonly string[]).includes(load);

export function ProcessRows({ partition, processes, nodes }: ProcessesProps) {
  const most = largest(
    processes.map(({ process, fate }) => (fate === "gone" ? 0 : process.pages)),
    1,
  );
  return (
    <ul className={styles.rows} aria-label={words.list}>
      {processes.map((one) => {
        const { process, fate, kernelPages, remote } = one;
        return (
          <li key={`${fate} ${process.pid}`} className={styles.row} data-fate={fate} data-changed={differs(one)}>
            <span className={styles.who}>
              <b>
                {words.process(process.comm, process.pid)} {fate === "came" && <small>{changeStrings.came}</small>}
              </b>
              <small>{words.load(process.load)}</small>
              {process.group && <small>{words.group(process.group.path, process.group.nodes.join(", "))}</small>}
            </span>
            {fate === "gone" ? (
              <span className={styles.gone}>{changeStrings.gone}</span>
            ) : (
              <RunsOn partition={partition} process={process} nodes={nodes} />
            )}
            <Bar compared={one} most={most} />
            <span className={styles.figures}>
              <span>
                {fate === "gone"
                  ? ""
                  : process.mean === null
                    ? words.noPages
                    : words.distance(process.remote, process.pages, process.mean)}{" "}
                {fate !== "gone" && <By amount change={remote} />}
              </span>
              <small>
                {fate === "gone" ? (
                  kernelPages !== 0 && words.kernelBy(changeStrings.byAmount(kernelPages))
                ) : (
                  <>
                    {words.kernel(process.kernelPages)}
                    <By amount change={kernelPages} />
                  </>
                )}
              </small>
            </span>
            {fate !== "gone" && <End partition={partition} process={process} />}
            {fate !== "gone" && process.group?.lacks != null && (
              <Confined path={process.group.path} own={process.group.nodes} lacks={process.group.lacks} />
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** What a group without a zone for the kernel's memory means, and the line that mends it. */
function Confined({
  path,
  own,
  lacks,
}: {
  readonly path: string;
  readonly own: readonly number[];
  readonly lacks: number;
}) {
  const list = [...own, lacks].sort((a, b) => a - b).join(",");
  return (
    <span className={styles.confined}>
      {words.movableOnly(own.join(", "))} <code>{words.letUse(list, path)}</code>
    </span>
  );
}

/** Pages by node as long as there are many of them: near solid, far hatched, with the distance in figures. */
function Bar({ compared, most }: { readonly compared: Compared; readonly most: number }) {
  const { process, fate, byNode: changes } = compared;
  const { byNode, distances, node, pages } = process;
  const isGone = fate === "gone";
  const by = (on: number) => changes.find(([its]) => its === on)?.[1] ?? 0;
  const without = changes.filter(([on, change]) => change !== 0 && (isGone || !byNode.some(([its]) => its === on)));
  return (
    <span className={styles.memory}>
      <span
        className={styles.bar}
        style={{ inlineSize: isGone ? 0 : `${(pages / most) ** 0.5 * 100}%` }}
        aria-hidden="true"
      >
        {!isGone &&
          byNode.map(([on, many]) => (
            <i key={on} data-changed={by(on) !== 0} data-near={on === node} style={{ flexGrow: many }} />
          ))}
      </span>
      <span className={styles.nodes}>
        {!isGone &&
          byNode.map(([on, many], i) => (
            <small key={on}>
              {words.memory(on, many, distances[i] ?? 0)} <By amount change={by(on)} />
            </small>
          ))}
        {without.map(([on, change]) => (
          <small key={on}>
            {words.memory(on, 0, 10)} <By amount change={change} />
          </small>
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
export function ProcessTable({ partition, name, at, processes, comparing }: ProcessesProps) {
  const columns = Object.values(words.columns);
  return (
    <div className={styles.scrolls}>
      <TwinTable
        className={styles.table}
        caption={words.caption(name, at)}
        columns={comparing ? [...columns, changeStrings.column] : columns}
        rows={processes.map((one) => {
          const { process, fate } = one;
          const is = fate === "gone" ? GONE : process;
          return {
            key: `${fate} ${process.pid}`,
            cells: [
              words.process(process.comm, process.pid),
              words.load(process.load),
              fate === "gone" ? "" : words.some(cpuList(process.cpus), process.node),
              process.policy === null ? words.noPolicy : words.policy(process.policy.mode, process.policy.node),
              is.byNode.map(([node, pages]) => words.byNode(node, pages)).join(", "),
              is.pages,
              { value: is.pages === 0 ? 0 : is.remote / is.pages, shown: words.share(is.remote, is.pages) },
              { value: is.mean ?? 0, shown: words.mean(is.mean) },
              is.kernelPages,
              fate === "gone" || !canEnd(process)
                ? ""
                : { value: words.kill(process.pid), shown: <End partition={partition} process={process} /> },
              ...(comparing ? [inWords(one)] : []),
            ],
          };
        })}
      />
    </div>
  );
}

const GONE: Pick<Running, "byNode" | "pages" | "remote" | "mean" | "kernelPages"> = {
  ...{ byNode: [], pages: 0, remote: 0, mean: null, kernelPages: 0 },
};

function inWords({ fate, byNode, kernelPages }: Compared): string {
  return [
    ...(fate === "stayed" ? [] : [changeStrings[fate]]),
    ...byNode.filter(([, by]) => by !== 0).map(([node, by]) => words.byNodeBy(node, changeStrings.by(by))),
    ...(kernelPages === 0 ? [] : [words.kernelBy(changeStrings.by(kernelPages))]),
  ].join(changeStrings.comma);
}
