/** Commands that a scene has given, and what became of them, as a terminal shows it. */
import { useStore } from "zustand";
import { strerror } from "../../engine/sysfs/errno.ts";
import type { Done, TalkPlayer } from "../player.ts";
import styles from "./stage.module.css";
import { stageStrings as words } from "./strings.ts";

export function Commands({
  player,
  which,
  most = 3,
}: {
  readonly player: TalkPlayer;
  readonly which: (done: Done) => boolean;
  readonly most?: number;
}) {
  const done = useStore(player.store, (state) => state.done);
  const shown = done.filter(which).slice(-most);
  return (
    <div className={styles.commands} data-empty={shown.length === 0 || undefined}>
      {shown.map(({ command, outcome }, i) => {
        const { prompt, text } = words.command(command);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: commands are only added at the end
          <div key={i}>
            <code>
              <b>{prompt}</b> {text}
              {outcome === undefined && <i aria-hidden="true" />}
            </code>
            {outcome && (
              <code className={styles.bad}>
                {command.do === "write" ? words.writeError(strerror(outcome)) : words.refused(outcome)}
              </code>
            )}
          </div>
        );
      })}
      {shown.length === 0 && (
        <code>
          <b>#</b> <i aria-hidden="true" />
        </code>
      )}
    </div>
  );
}

/** The memory block or partition that a command is about. */
export function isAbout(done: Done, panel: { readonly block?: string; readonly partition?: string }): boolean {
  const { command } = done;
  if (panel.block !== undefined) {
    const [partition, number] = panel.block.split(":");
    return command.do === "write" && command.partition === partition && command.path.includes(`/memory${number}/`);
  }
  return !("partition" in command) || command.partition === panel.partition;
}
