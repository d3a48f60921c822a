/** What is compared: a pair that is ready, a future that was left, or this machine with another kernel or other boot options. */
import { memo, useState, useSyncExternalStore } from "react";
import { forksOf } from "../../client/forks.ts";
import { usePlayground, usePlaygroundState } from "../../client/react.tsx";
import { KERNEL_VERSIONS, type KernelVersion } from "../../engine/hardware/description.ts";
import { POLICIES, type Policy, withPolicy } from "../new-memory.ts";
import { partitionInView } from "../partition-in-view.ts";
import frame from "../frame.module.css";
import { cardStrings, OTHERS } from "./card-strings.ts";
import { PairCards } from "./PairCards.tsx";
import styles from "./futures.module.css";
import {
  again,
  givenCommands,
  otherwise,
  type Pair,
  parted,
  possibleCommands,
  READY,
  READY_IDS,
  type ReadyId,
} from "./futures.ts";
import type { OpenFutures } from "./futures-state.ts";
import { futuresStrings as words } from "./futures-strings.ts";

/** Commands that can be left out; the last. */
const MOST_WITHOUT = 4;

interface ChooserProps {
  readonly futures: OpenFutures;
  /** Nothing is compared yet: what can be stands there as cards. */
  readonly cards: boolean;
}

/** It has nothing to do with the instant that is looked at. */
export const Chooser = memo(function Chooser({ futures, cards }: ChooserProps) {
  const playground = usePlayground();
  const key = usePlaygroundState(partitionInView) ?? "A";
  const partition = usePlaygroundState((state) => state.records.partition[key]);
  // What can be chosen changes with what is undone.
  usePlaygroundState((state) => state.offers);
  const [what, setWhat] = useState("");
  const [kernel, setKernel] = useState<KernelVersion>("6.12");
  const [options, setOptions] = useState<string | null>(null);
  const { futures: left } = playground;
  useSyncExternalStore(left.subscribe, () => left.revision);
  const forks = forksOf(playground);
  const cmdline = options ?? partition?.cmdline ?? "";
  const [policy, setPolicy] = useState<Policy>("online_movable");
  const [command, setCommand] = useState(0);
  const block = usePlaygroundState((state) => state.selection.block);
  const commands = what === "command" ? possibleCommands(playground.store.getState().records, block) : [];
  const kept = playground.kept;
  const given = kept ? givenCommands(kept).slice(-MOST_WITHOUT).reverse() : [];

  const pair = (what: string): Pair | null => {
    if (READY_IDS.some((id) => id === what)) return READY[what as ReadyId]();
    if (!kept) return null;
    const left = given.find(({ index }) => what === `without ${index}`);
    if (left) return otherwise(kept, [words.present, words.withoutName(left.command)], { without: left.index });
    const more = commands[command];
    if (what === "command")
      return more ? otherwise(kept, [words.present, words.commandText(more)], { command: more }) : null;
    if (what === "policy") {
      const other = withPolicy(partition?.cmdline ?? "", policy);
      const sides = [again(kept, words.present, {}, key), again(kept, policy, { cmdline: other }, key)] as const;
      return { sides, common: null, parting: 0 };
    }
    const fork = forks.find(({ number }) => what === `fork ${number}`);
    if (fork) return parted([fork.name ?? words.left(fork.number), words.present], [fork, kept]);
    const change = what === "kernel" ? { kernel } : { cmdline };
    const other = again(kept, what === "kernel" ? `Linux ${kernel}` : cmdline, change, key);
    return { sides: [again(kept, words.present, {}, key), other], common: null, parting: 0 };
  };
  const compare = (what: string) => {
    const chosen = pair(what);
    if (chosen) futures.compare(chosen);
  };
  return (
    <form
      className={styles.chooser}
      data-cards={cards || undefined}
      onSubmit={(event) => {
        event.preventDefault();
        compare(what);
      }}
    >
      {cards && <PairCards what={what} forks={forks} onReady={compare} onOther={setWhat} />}
      {!cards && (
        <select aria-label={words.choose} value={what} onChange={({ target }) => setWhat(target.value)}>
          <option value="">{words.choose}</option>
          <optgroup label={cardStrings.readyTitle}>
            {READY_IDS.map((id) => (
              <option key={id} value={id}>
                {cardStrings.ready[id].name}
              </option>
            ))}
          </optgroup>
          <optgroup label={words.ownGroup}>
            {forks.map((fork) => (
              <option key={fork.number} value={`fork ${fork.number}`}>
                {words.fork(fork)}
              </option>
            ))}
            {given.map(({ index, command: one }) => (
              <option key={index} value={`without ${index}`}>
                {words.without(one)}
              </option>
            ))}
            <option value="command">{words.otherCommand}</option>
            <option value="policy">{words.otherPolicy}</option>
            <option value="kernel">{words.otherKernel}</option>
            <option value="options">{words.otherOptions}</option>
          </optgroup>
        </select>
      )}
      {what === "kernel" && (
        <select
          aria-label={words.kernel}
          value={kernel}
          onChange={({ target }) => setKernel(target.value as KernelVersion)}
        >
          {KERNEL_VERSIONS.map((version) => (
            <option key={version}>{version}</option>
          ))}
        </select>
      )}
      {what === "policy" && (
        <select aria-label={words.policy} value={policy} onChange={({ target }) => setPolicy(target.value as Policy)}>
          {POLICIES.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      )}
      {what === "command" && (
        <select aria-label={words.command} value={command} onChange={({ target }) => setCommand(Number(target.value))}>
          {commands.map((one, i) => (
            <option key={words.commandText(one)} value={i}>
              {words.commandText(one)}
            </option>
          ))}
        </select>
      )}
      {what === "options" && (
        <input aria-label={words.options} value={cmdline} onChange={({ target }) => setOptions(target.value)} />
      )}
      {(!cards || OTHERS.some((id) => id === what)) && (
        <button type="submit" className={frame.button} disabled={what === ""}>
          {words.start}
        </button>
      )}
    </form>
  );
});
