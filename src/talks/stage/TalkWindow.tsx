/** A window of the talk: the audience's or the speaker's; both, one behind the other, where there is one screen or no second window. */
import { type ComponentType, useCallback, useState } from "react";
import type { Playground } from "../../client/playground.ts";
import type { Driver } from "../../follow/driver.ts";
import controls from "../../lessons/controls.module.css";
import type { Conductor, Role } from "../conductor.ts";
import styles from "./audience.module.css";
import { Audience } from "./Audience.tsx";
import { Speaker } from "./Speaker.tsx";
import { stageStrings } from "./strings.ts";

export interface TalkView {
  readonly conductor: Conductor;
  /** Where the talk can be followed. */
  readonly address: string;
  /** Tells those who follow; `null` where no room is served. */
  readonly driver: Driver | null;
  /** The whole playground, for side trips. */
  readonly App: ComponentType<{ readonly playground: Playground }>;
  /** Opens the speaker's window, or the audience's from there. */
  openOther(): void;
}

interface TalkWindowProps extends Omit<TalkView, "openOther"> {
  readonly role: Role;
  /** `apart`: on the only screen there is, too. */
  openOther(apart: boolean): Opened;
}

/** What became of the second window: it is there, there is no screen for it, or the browser refused it. */
export type Opened = "opened" | "one-screen" | "refused";

const VIEWS = { audience: Audience, speaker: Speaker } as const;

export function TalkWindow({ role, openOther, ...props }: TalkWindowProps) {
  const [shown, setShown] = useState(role);
  /** Why both are in this window; `null`: they are not. */
  const [why, setWhy] = useState<Exclude<Opened, "opened"> | null>(null);
  const other = shown === "audience" ? "speaker" : "audience";
  const open = useCallback(() => {
    const opened = why ?? openOther(false);
    if (opened === "opened") return;
    setWhy(opened);
    setShown(other);
  }, [why, openOther, other]);
  const apart = () => {
    const opened = openOther(true);
    setWhy(opened === "opened" ? null : opened);
    if (opened === "opened") setShown(role);
  };
  const View = VIEWS[shown];
  const words = stageStrings.both;
  return (
    <div className={styles.window} data-both={why !== null || undefined}>
      {why !== null && (
        <nav className={`${controls.controls} ${styles.both}`} aria-label={words.label}>
          {(["audience", "speaker"] as const).map((view) => (
            <button
              key={view}
              type="button"
              aria-current={view === shown ? "page" : undefined}
              onClick={() => setShown(view)}
            >
              {words[view]}
            </button>
          ))}
          <p role="status">
            {words.why[why]} <kbd>S</kbd>
          </p>
          <button type="button" onClick={apart}>
            {words.apart}
          </button>
        </nav>
      )}
      <View {...props} openOther={open} />
    </div>
  );
}
