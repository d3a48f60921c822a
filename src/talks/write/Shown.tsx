/** The scene that is written, played by the machine as the audience sees it. */
import { useEffect, useState } from "react";
import { useStore } from "zustand";
import type { Talk } from "../format.ts";
import type { TalkPlayer } from "../player.ts";
import { Stage } from "../stage/Stage.tsx";
import { writeStrings as strings } from "./strings.ts";
import styles from "./write.module.css";

interface ShownProps {
  readonly talk: Talk;
  readonly scene: number;
  /** The file can't be read just now: shown is what could be. */
  readonly old: boolean;
  readonly address: string;
  play(talk: Talk): TalkPlayer;
}

export function Shown({ talk, scene, old, address, play }: ShownProps) {
  const [player, setPlayer] = useState<TalkPlayer | null>(null);
  useEffect(() => {
    const one = play(talk);
    setPlayer(one);
    return () => one.close();
  }, [talk, play]);
  useEffect(() => {
    void player?.goTo({ scene: Math.min(scene, player.talk.scenes.length - 1), cue: 0 });
  }, [player, scene]);
  return (
    <section className={styles.shown} aria-label={strings.shown}>
      <div className={styles.stage}>{player && <Stage player={player} address={address} />}</div>
      {player && <Clicks player={player} />}
      {old && <p>{strings.waiting}</p>}
    </section>
  );
}

/** Within the scene: the one that is written stays on the stage. */
function Clicks({ player }: { readonly player: TalkPlayer }) {
  const { scene, cue } = useStore(player.store, (state) => state.place);
  const playing = useStore(player.store, (state) => state.playing);
  const cues = player.talk.scenes[scene]?.cues ?? [];
  const go = (by: number) => void player.goTo({ scene, cue: cue + by });
  return (
    <div className={styles.row}>
      <button type="button" disabled={cue === 0} onClick={() => go(-1)}>
        {strings.back}
      </button>
      <button
        type="button"
        disabled={cue >= cues.length && !playing}
        onClick={() => (playing ? player.finish() : go(1))}
      >
        {strings.next}
      </button>
      <p role="status">
        {strings.at(cue, cues.length)} {cue > 0 && cues[cue - 1]?.say}
      </p>
    </div>
  );
}
