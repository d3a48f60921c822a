/** The audience's window: the stage over all of it, black where it is to be, and a side trip in its place. */
import { ChevronLeft, ChevronRight, Maximize, MonitorSpeaker } from "lucide-react";
import { useCallback, useEffect } from "react";
import { useStore } from "zustand";
import { stayAwake } from "../../client/stay-awake.ts";
import styles from "./audience.module.css";
import { useClicker } from "./clicker.ts";
import { QrCode } from "./QrCode.tsx";
import { SideTrip } from "./SideTrip.tsx";
import { Stage } from "./Stage.tsx";
import { stageStrings as words } from "./strings.ts";
import type { TalkView } from "./TalkWindow.tsx";
import { Twin } from "./Twin.tsx";

export function Audience({ conductor, address, App, openOther }: TalkView) {
  const { player } = conductor;
  const shared = useStore(conductor.store, (state) => state.shared);
  const playing = useStore(player.store, (state) => state.playing);
  useClicker(conductor, !shared.trip, openOther);
  useEffect(stayAwake, []);
  const comeBack = useCallback(() => conductor.toggle("trip"), [conductor]);
  if (shared.trip) return <SideTrip player={player} place={shared.place} App={App} onBack={comeBack} />;
  return (
    <main className={styles.audience} data-playing={playing || undefined}>
      <h1 className="visually-hidden">{player.talk.title}</h1>
      <div className={styles.stage}>
        <Stage player={player} address={address} frozen={shared.frozen}>
          <span className={styles.controls}>
            <button type="button" aria-label={words.presenter.back} onClick={() => conductor.back()}>
              <ChevronLeft aria-hidden />
            </button>
            <button type="button" aria-label={words.nextClick} onClick={() => conductor.forward()}>
              <ChevronRight aria-hidden />
            </button>
            <button type="button" aria-label={words.speakerWindow} onClick={openOther}>
              <MonitorSpeaker aria-hidden />
            </button>
            <button
              type="button"
              aria-label={words.fullScreen}
              onClick={() => {
                // Refused where the page may not; the window stays as it is.
                document.documentElement.requestFullscreen().catch(() => {});
              }}
            >
              <Maximize aria-hidden />
            </button>
          </span>
        </Stage>
      </div>
      <Twin player={player} />
      {shared.code && (
        <div className={styles.showCode}>
          <QrCode address={`${location.protocol}//${address}`} />
          <code>{address}</code>
        </div>
      )}
      {shared.black && (
        <div className={styles.black} role="status">
          <span className="visually-hidden">{words.black}</span>
        </div>
      )}
    </main>
  );
}
