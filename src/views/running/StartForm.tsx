/** Starts a process that takes memory: every kind of load, with size, node and policy, and the line that does the same. */
import { type FormEvent, useId, useState } from "react";
import { usePlayground } from "../../client/react.tsx";
import type { NodeRecord } from "../../protocol/records.ts";
import { LOAD_KINDS, type LoadKind } from "../../engine/workload/load-description.ts";
import { type Choice, commandOf, isSize, lineOf, mostOf } from "./loads.ts";
import styles from "./running.module.css";
import { runningStrings } from "./strings.ts";

const words = runningStrings.start;
const POLICIES = ["default", "bind", "preferred"] as const;

export interface StartFormProps {
  readonly partition: string;
  readonly nodes: readonly NodeRecord[];
}

export function StartForm({ partition, nodes }: StartFormProps) {
  const playground = usePlayground();
  const [choice, setChoice] = useState<Choice>({ kind: "anon", size: 64, node: -1, policy: "bind", cpus: "" });
  const [said, setSaid] = useState("");
  const [title, kind, size, node, policy, cpus] = [useId(), useId(), useId(), useId(), useId(), useId()];
  const fits = isSize(choice);

  const start = async (event: FormEvent) => {
    event.preventDefault();
    if (!fits) return;
    const line = lineOf(choice);
    const { errno, rejection } = await playground.send(commandOf(partition, choice));
    setSaid(errno === null ? words.started(line) : words.refused(errno, rejection));
  };
  return (
    <form className={styles.start} aria-labelledby={title} onSubmit={start}>
      <h3 id={title}>{words.title}</h3>
      <span className={styles.wide}>
        <label htmlFor={kind}>{words.kind}</label>
        <select
          id={kind}
          value={choice.kind}
          onChange={({ target }) => {
            const to = target.value as LoadKind;
            setChoice({ ...choice, kind: to, size: Math.min(choice.size, mostOf(to)) });
          }}
        >
          {LOAD_KINDS.map((one) => (
            <option key={one} value={one}>
              {runningStrings.loads[one].name}
            </option>
          ))}
        </select>
      </span>
      <p className={styles.note}>{runningStrings.loads[choice.kind].about}</p>
      <span>
        <label htmlFor={size}>{choice.kind === "pipes" ? words.pipes : words.size}</label>
        <input
          id={size}
          type="number"
          min={1}
          max={mostOf(choice.kind)}
          value={Number.isNaN(choice.size) ? "" : choice.size}
          aria-invalid={!fits}
          onChange={({ target }) => setChoice({ ...choice, size: target.valueAsNumber })}
        />
      </span>
      <span>
        <label htmlFor={node}>{words.node}</label>
        <select
          id={node}
          value={choice.node}
          onChange={({ target }) => setChoice({ ...choice, node: Number(target.value) })}
        >
          <option value={-1}>{words.anyNode}</option>
          {nodes
            .filter(({ hasMemory }) => hasMemory)
            .map(({ id }) => (
              <option key={id} value={id}>
                {id}
              </option>
            ))}
        </select>
      </span>
      <span>
        <label htmlFor={policy}>{words.policy}</label>
        <select
          id={policy}
          value={choice.node < 0 ? "default" : choice.policy}
          disabled={choice.node < 0}
          onChange={({ target }) => setChoice({ ...choice, policy: target.value as Choice["policy"] })}
        >
          {POLICIES.map((one) => (
            <option key={one} value={one}>
              {words.policies[one]}
            </option>
          ))}
        </select>
      </span>
      <span className={styles.wide}>
        <label htmlFor={cpus}>{words.cpus}</label>
        <select id={cpus} value={choice.cpus} onChange={({ target }) => setChoice({ ...choice, cpus: target.value })}>
          <option value="">{words.anyCpu}</option>
          {nodes
            .filter((one) => one.cpus !== "")
            .map((one) => (
              <option key={one.id} value={one.cpus}>
                {words.cpusOf(one.id, one.cpus)}
              </option>
            ))}
        </select>
      </span>
      <p className={styles.same}>
        {words.same} <code>{lineOf(choice)}</code>
      </p>
      <button type="submit" className={styles.go} disabled={!fits}>
        {words.go}
      </button>
      <p className={styles.said} role="status">
        {said}
      </p>
    </form>
  );
}
