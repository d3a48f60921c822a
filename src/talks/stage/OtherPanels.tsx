/** Panels that are mostly words: a kernel's log, the two phases, the tables of hot add, and what kernels support. */
import { useEffect, useState } from "react";
import { usePlayground, usePlaygroundState, useRecord, useRecords } from "../../client/react.tsx";
import type { Ability, Support } from "../../engine/experiments/support-report.ts";
import type { KernelVersion } from "../../engine/hardware/description.ts";
import { GIB, MIB } from "../../engine/units.ts";
import { experiment } from "../experiments.ts";
import { phaseOf } from "./facts.ts";
import styles from "./stage.module.css";
import own from "./other-panels.module.css";
import { stageStrings as words } from "./strings.ts";

const LINES = 9;

export function LogPanel({ partition }: { readonly partition: string }) {
  const log = usePlaygroundState((state) => state.log);
  const lines = log
    .filter((entry) => entry.partition === partition && entry.level !== "command" && entry.level !== "shell")
    .slice(-LINES);
  return (
    <div className={styles.log}>
      {lines.map(({ seq, line }) => (
        <code key={seq}>{line}</code>
      ))}
    </div>
  );
}

/** Where a DIMM is between shelf and use. */
export function PhasesPanel({ dimm }: { readonly dimm: string }) {
  const record = useRecord("dimm", dimm);
  const blocks = useRecords("block", record?.blocks ?? []);
  const { at, online } = phaseOf(record, blocks);
  return (
    <div className={own.phases}>
      {(["shelf", "added", "online"] as const).map((phase, i) => (
        <div key={phase} className={own.phase} data-here={phase === at || undefined}>
          {i > 0 && (
            <div className={own.ways}>
              <span>{i === 1 ? words.phases.add : words.phases.onlining} →</span>
              <span>← {i === 1 ? words.phases.remove : words.phases.offlining}</span>
            </div>
          )}
          <div className={own.station}>
            <b>{words.phases[phase]}</b>
            {phase === at && <span>{dimm}</span>}
            {phase === "online" && phase === at && (
              <small>
                {online}/{blocks.length}
              </small>
            )}
          </div>
        </div>
      ))}
    </div>
  );
}

/** The direct mapping by GiB, and where each 128 MiB has its memory map. */
export function TablesPanel({ partition }: { readonly partition: string }) {
  const playground = usePlayground();
  useEffect(() => {
    playground.look({ of: "kernel", partition });
    return () => playground.look(null);
  }, [playground, partition]);
  const looked = usePlaygroundState((state) =>
    state.looked?.look.of === "kernel" && state.looked.look.partition === partition ? state.looked.look : null,
  );
  if (!looked) return null;
  const { directMap, memoryMap } = looked.tables;
  const mapped = directMap.reduce((sum, { bytes }) => sum + bytes, 0);
  const tables = directMap.filter(({ table }) => table !== null).length;
  const structs = memoryMap.length * 2 * MIB;
  return (
    <div className={styles.tables}>
      <h3>{words.tables.directMap}</h3>
      <div className={own.gibs}>
        {directMap.map(({ index, bytes }) => (
          <span key={index} style={{ "--share": `${(bytes / GIB) * 100}%` } as React.CSSProperties}>
            <i>{words.tables.gib(index)}</i>
          </span>
        ))}
      </div>
      <p>
        <b>{words.tables.mapped(mapped)}</b> {words.tables.tables(tables)}
      </p>
      <h3>{words.tables.memmap}</h3>
      <div className={own.sections}>
        {memoryMap.map(({ section, origin }) => (
          <span key={section} data-origin={origin}>
            {origin === "added" ? "+" : origin === "self" ? "=" : ""}
          </span>
        ))}
      </div>
      <p>
        <b>{words.tables.structs(structs)}</b>
      </p>
    </div>
  );
}

/** Where kernels differ, something has happened in between. */
function differs(kernels: readonly KernelVersion[], ability: Ability): boolean {
  const [first, ...others] = kernels.map((kernel) => found.get(`${kernel} ${ability}`));
  return first !== undefined && others.some((support) => support !== undefined && support !== first);
}

/** Findings of this page, by kernel and ability: an experiment comes out the same each time. */
const found = new Map<string, Support>();

interface SupportPanelProps {
  readonly kernels: readonly KernelVersion[];
  readonly abilities: readonly Ability[];
  /** Nothing is tried: what was found before is shown. */
  readonly still: boolean;
}

export function SupportPanel({ kernels, abilities, still }: SupportPanelProps) {
  const [, setCount] = useState(0);
  const asked = JSON.stringify([kernels, abilities]);
  useEffect(() => {
    if (still) return;
    const [all, what] = JSON.parse(asked) as [KernelVersion[], Ability[]];
    const wanted = what.flatMap((ability) => all.map((kernel) => ({ kernel, ability })));
    return experiment(
      wanted.filter(({ kernel, ability }) => !found.has(`${kernel} ${ability}`)),
      ({ kernel, ability }, support) => {
        found.set(`${kernel} ${ability}`, support);
        setCount((count) => count + 1);
      },
    );
  }, [asked, still]);
  return (
    <table className={own.support} data-short={abilities.length < 8 || undefined}>
      <thead>
        <tr>
          <td />
          {kernels.map((kernel) => (
            <th key={kernel} scope="col">
              {words.support.kernel(kernel)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {abilities.map((ability) => (
          <tr key={ability} data-differs={differs(kernels, ability) || undefined}>
            <th scope="row">{ability}</th>
            {kernels.map((kernel) => {
              const support = found.get(`${kernel} ${ability}`);
              return (
                <td key={kernel} data-support={support}>
                  {support ? `${words.support.signs[support]} ` : ""}
                  {support ? words.support.verdicts[support] : words.support.trying}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
