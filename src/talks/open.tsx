/** Opens the talk that the page's address names, in this window: for the audience, or for the speaker. */
import { problemWords } from "../client/problem-words.ts";
import { type ComponentType, StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { createPlayground } from "../client/create-playground.ts";
import type { Playground } from "../client/playground.ts";
import type { Driver } from "../follow/driver.ts";
import { Follower } from "../follow/follower.ts";
import type { Key } from "../follow/page-room.ts";
import { placeOf, readKey, readTalkAddress, writeTalkAddress } from "./address.ts";
import { driveFrom, followedBy, shapeOf } from "./bridge.ts";
import { talk2013 } from "./built-in/talk-2013.ts";
import { Conductor } from "./conductor.ts";
import { LONGEST_TALK, type Place, type Talk } from "./format.ts";
import { machineOf } from "./machine-of.ts";
import { onOneScreen, toOtherScreen } from "./other-screen.ts";
import { startOf, TalkPlayer } from "./player.ts";
import { Print } from "./stage/Print.tsx";
import { Following } from "./stage/Following.tsx";
import { type Opened, TalkWindow } from "./stage/TalkWindow.tsx";
import { simulators } from "./stand-by.ts";
import { readTalk } from "./validate.ts";
import { writeStrings } from "./write/strings.ts";

declare global {
  interface Window {
    /** The talk of this window: for browser tests, and for whoever opens the console. */
    __talk?: Conductor;
    /** The same for who follows. */
    __follower?: Follower;
  }
}

/** Where the clock's start is kept, so that a lone window that is loaded again goes on counting. */
const CLOCK = "hotplug-talk-clock";

/** Name of a talk that was opened from a file, and where its text is kept for this tab and those that it opens. */
const FROM_FILE = "file";
const FILE = "hotplug-talk-file";

/** Opens a talk from a file in this tab; what is wrong with it, a sentence, where it is none. */
export async function openTalkFile(file: File): Promise<string | null> {
  if (file.size > LONGEST_TALK) return `${file.name}: larger than 1 MiB`;
  const text = await file.text();
  const talk = readTalk(text, file.name);
  if (!talk.ok) return talk.problem;
  sessionStorage.setItem(FILE, text);
  location.hash = `#talk=${FROM_FILE}`;
  location.reload();
  return null;
}

async function fetchTalk(name: string): Promise<Talk | string> {
  if (name === talk2013.name) return talk2013;
  if (name === FROM_FILE) {
    const talk = readTalk(sessionStorage.getItem(FILE) ?? "", "file");
    return talk.ok ? talk.value : talk.problem;
  }
  if (!/^https?:/.test(name)) return `${name}: there is no such talk`;
  try {
    const answer = await fetch(name);
    if (!answer.ok) return `${name}: could not be fetched: ${answer.status}`;
    if (Number(answer.headers.get("content-length") ?? 0) > LONGEST_TALK) return `${name}: larger than 1 MiB`;
    const talk = readTalk(await answer.text(), name);
    return talk.ok ? talk.value : talk.problem;
  } catch (error) {
    return `${name}: could not be fetched: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** `App`: the whole playground, for side trips. `fetchAhead` fetches the code that it otherwise fetches when it needs it. */
export async function openTalk(
  element: HTMLElement,
  App: ComponentType<{ readonly playground: Playground }>,
  fetchAhead: () => void,
): Promise<void> {
  const address = readTalkAddress(location.hash);
  if (!address) return;
  // The stage is dark in both themes, and so is what it shows of the machine.
  document.documentElement.dataset.theme = "dark";
  const root = createRoot(element);
  if (address.write) {
    await openWriting(root);
    return;
  }
  const talk = await fetchTalk(address.talk);
  if (typeof talk === "string") {
    root.render(<p role="alert">{problemWords.say(talk)}</p>);
    return;
  }
  document.title = talk.title;
  const place = placeOf(talk, address);
  const player = machineOf(talk, place.scene, simulators.open);
  window.__playground = player.playground;
  // A window that is gone back to has left the talk.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
  addEventListener("hashchange", () => location.reload());
  const here = `${location.host}${location.pathname}`.replace(/\/$/, "");
  const { live } = address;
  const shown = `${here}#talk=${address.talk}${live === null ? "" : `&live=${live}`}`;
  if (address.print) {
    root.render(<Print player={player} address={shown} />);
    return;
  }
  const key = live === null ? null : keyOf(live, address.key);
  // The first picture first; from then on a talk doesn't need the network.
  const arrived = player.store.subscribe(({ hash }) => {
    if (hash === null) return;
    arrived();
    simulators.prepare();
    fetchAhead();
  });
  if (live !== null && !key) {
    const pageRoom = await following();
    const follower = new Follower(
      followedBy(player),
      pageRoom(new URL("./", location.href), live, null),
      shapeOf(talk),
    );
    window.__follower = follower;
    addEventListener("pagehide", () => follower.close());
    // Where nobody speaks yet, the link's own place is there, with everything in it.
    void player.goTo(place);
    root.render(
      <StrictMode>
        <Following follower={follower} player={player} address={shown} App={App} />
      </StrictMode>,
    );
    return;
  }
  const role = address.speaker ? "speaker" : "audience";
  const kept = Number(sessionStorage.getItem(CLOCK) ?? Number.NaN);
  const channel = new BroadcastChannel(`hotplug-talk:${address.talk}${live ?? ""}`);
  const started = Number.isFinite(kept) && kept > 0 ? kept : null;
  const conductor = new Conductor(player, channel, { role, id: nameOfWindow(), start: place, started });
  const write = (at: Place) =>
    history.replaceState(null, "", writeTalkAddress(address.talk, talk, at, address.speaker, live));
  // A key in an address is seen by all, once the window is.
  if (address.key) write(place);
  conductor.store.subscribe(({ shared }, { shared: before }) => {
    if (shared.started !== before.started) sessionStorage.setItem(CLOCK, String(shared.started));
    if (shared.place !== before.place) write(shared.place);
  });
  let driver: Driver | null = null;
  if (live !== null && key) {
    const pageRoom = await following();
    driver = driveFrom(conductor, pageRoom(new URL("./", location.href), live, key), key.driver);
  }
  addEventListener("pagehide", () => {
    driver?.close();
    conductor.close();
  });
  window.__talk = conductor;
  const openOther = (apart: boolean): Opened => {
    if (!apart && onOneScreen()) return "one-screen";
    const other = writeTalkAddress(address.talk, talk, conductor.shared.place, !address.speaker, live);
    const opened = window.open(
      `${location.pathname}${location.search}${other}`,
      `hotplug-${address.speaker ? "audience" : "speaker"}`,
      "popup",
    );
    void toOtherScreen(opened);
    return opened === null ? "refused" : "opened";
  };
  root.render(
    <StrictMode>
      <TalkWindow role={role} conductor={conductor} driver={driver} address={shown} App={App} openOther={openOther} />
    </StrictMode>,
  );
}

/** A talk is written: each state of it is played on this page's machine. */
async function openWriting(root: Root): Promise<void> {
  const { WriteTalk } = await import("./write/WriteTalk.tsx");
  let { scenario } = startOf(talk2013, 0);
  const playground = createPlayground(scenario.name, { scenarios: () => scenario });
  window.__playground = playground;
  document.title = writeStrings.label;
  root.render(
    <StrictMode>
      <WriteTalk
        address={`${location.host}${location.pathname}`.replace(/\/$/, "")}
        example={talk2013}
        play={(talk) =>
          new TalkPlayer(talk, playground, (next) => {
            scenario = next;
            playground.load(next.name);
          })
        }
        give={(text) => {
          sessionStorage.setItem(FILE, text);
          window.open(`${location.pathname}${location.search}#talk=${FROM_FILE}&speaker`);
        }}
      />
    </StrictMode>,
  );
}

/** The broker's client: fetched when a room is entered. */
async function following() {
  return (await import("../follow/page-room.ts")).pageRoom;
}

/** The key that the address brings, or the one that it brought to this window before. */
function keyOf(room: string, brought: Key | null): Key | null {
  const place = `hotplug-talk-key:${room}`;
  if (brought) sessionStorage.setItem(place, `${brought.driver}.${brought.secret}`);
  return brought ?? readKey(sessionStorage.getItem(place) ?? "");
}

/** `crypto.randomUUID` is only there on secure origins, and a room's address often is none. */
const nameOfWindow = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
