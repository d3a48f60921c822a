/**
 * The next scene as it begins. A simulator that stands by makes its machine and is given back when the picture is there: one
 * stays ready for a side trip all the while.
 */
import { useEffect, useState } from "react";
import { machineOf } from "../machine-of.ts";
import type { TalkPlayer } from "../player.ts";
import { simulators } from "../stand-by.ts";
import styles from "./speaker.module.css";
import { Stage } from "./Stage.tsx";

interface NextPictureProps {
  /** That of the scene before. */
  readonly player: TalkPlayer;
  readonly scene: number;
  readonly address: string;
}

/** How often is looked whether there is leisure for a picture, ms. */
const PAUSE = 300;
/** So long its panels get what they ask of the machine, ms. */
const LOOKED = 1000;

export function NextPicture({ player, scene, address }: NextPictureProps) {
  const { talk } = player;
  const [drawn, setDrawn] = useState<TalkPlayer | null>(null);
  useEffect(() => {
    let one: TalkPlayer | null = null;
    let waiting: ReturnType<typeof setTimeout>;
    const end = () => {
      one?.close();
      one?.playground.dispose();
      one = null;
    };
    const begin = () => {
      const { hash } = player.store.getState();
      if (hash === null || simulators.idle < 2) {
        waiting = setTimeout(begin, PAUSE);
        return;
      }
      const made = machineOf(talk, scene, simulators.open);
      one = made;
      void made.goTo({ scene, cue: 0 }).then(() => {
        if (one !== made) return;
        setDrawn(made);
        waiting = setTimeout(end, LOOKED);
      });
    };
    begin();
    return () => {
      clearTimeout(waiting);
      end();
      setDrawn(null);
    };
  }, [player, talk, scene]);
  return (
    <div className={styles.nextPicture} inert>
      {drawn && <Stage player={drawn} address={address} still />}
    </div>
  );
}
