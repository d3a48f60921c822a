/** A talk's player for who follows, and a window's conductor for who drives. */
import { Driver } from "../follow/driver.ts";
import type { Deed } from "../follow/entries.ts";
import type { Followed } from "../follow/follower.ts";
import type { Shape } from "../follow/ledger.ts";
import type { DriverTransport } from "../follow/transport.ts";
import type { Conductor } from "./conductor.ts";
import type { Place, Talk } from "./format.ts";
import type { TalkPlayer } from "./player.ts";

export const shapeOf = (talk: Talk): Shape => talk.scenes.map(({ cues }) => cues.length);

export function followedBy(player: TalkPlayer): Followed {
  return {
    goTo: (place) => player.goTo(place),
    again: (place) => player.again(place),
    finish: () => player.finish(),
    freeze: (frozen) => player.freeze(frozen),
    now: () => player.store.getState(),
    subscribe: (listener) => player.store.subscribe(listener),
  };
}

/**
 * Tells what a window does to those who follow, and does in the window what another driver tells. Of two windows of one
 * browser the speaker's tells; the other one takes over when that is closed.
 */
export function driveFrom(conductor: Conductor, transport: DriverTransport, id: string): Driver {
  const { player } = conductor;
  /** Where those who follow know that the talk is. */
  let said: Place | null = null;
  let shown = "";
  const showing = () => {
    const { black, frozen, trip } = conductor.shared;
    return { black, frozen, trip };
  };
  const tells = () =>
    conductor.role === "speaker" || !conductor.store.getState().others.some(({ role }) => role === "speaker");
  const tell = (deed: Deed) => {
    if (tells()) driver.tell(deed, player.store.getState().at);
  };
  const driver: Driver = new Driver(id, transport, shapeOf(player.talk), {
    go: (place) => {
      said = place;
      shown = NOTHING_SHOWN;
      conductor.goTo(place);
    },
    show: (how) => {
      shown = JSON.stringify(how);
      for (const what of ["black", "frozen", "trip"] as const)
        if (conductor.shared[what] !== how[what]) conductor.toggle(what);
    },
    finish: () => player.finish(),
  });
  const look = () => {
    if (!driver.store.getState().drives) return;
    const { place } = conductor.shared;
    if (!said || !isSame(said, place)) {
      said = place;
      shown = NOTHING_SHOWN;
      tell({ is: "go", place });
    }
    const how = JSON.stringify(showing());
    if (how !== shown) {
      shown = how;
      tell({ is: "show", ...showing() });
    }
  };
  const stops = [
    conductor.store.subscribe(look),
    driver.store.subscribe(({ drives }, before) => {
      if (drives && !before.drives) look();
    }),
    conductor.onFinish(() => tell({ is: "finish" })),
    player.store.subscribe(({ hash, place }, before) => {
      if (hash !== null && hash !== before.hash && said && isSame(said, place))
        tell({ is: "there", place, state: hash });
    }),
  ];
  const close = driver.close.bind(driver);
  driver.close = () => {
    for (const stop of stops) stop();
    close();
  };
  return driver;
}

const NOTHING_SHOWN = JSON.stringify({ black: false, frozen: false, trip: false });
const isSame = (a: Place, b: Place): boolean => a.scene === b.scene && a.cue === b.cue;
