/** Opens the talk that the page's address names, in this window: for the audience, or for the speaker. */
import { type ComponentType, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createPlayground } from "../client/create-playground.ts";
import type { Playground } from "../client/playground.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { placeOf, readTalkAddress, writeTalkAddress } from "./address.ts";
import { talk2013 } from "./built-in/talk-2013.ts";
import { Conductor } from "./conductor.ts";
import { LONGEST_TALK, type Talk } from "./format.ts";
import { startOf, TalkPlayer } from "./player.ts";
import { Audience, type TalkWindowProps } from "./stage/Audience.tsx";
import { Speaker } from "./stage/Speaker.tsx";
import { readTalk } from "./validate.ts";

declare global {
  interface Window {
    /** The talk of this window: for browser tests, and for whoever opens the console. */
    __talk?: Conductor;
  }
}

/** Where the clock's start is kept, so that a lone window that is loaded again goes on counting. */
const CLOCK = "hotplug-talk-clock";

async function fetchTalk(name: string): Promise<Talk | string> {
  if (name === talk2013.name) return talk2013;
  if (!/^https?:/.test(name)) return `There is no talk "${name}".`;
  try {
    const answer = await fetch(name);
    if (!answer.ok) return `The talk could not be fetched: ${answer.status}.`;
    if (Number(answer.headers.get("content-length") ?? 0) > LONGEST_TALK) return "The talk is larger than 1 MiB.";
    const talk = readTalk(await answer.text(), name);
    return talk.ok ? talk.value : talk.problem;
  } catch (error) {
    return `The talk could not be fetched: ${error instanceof Error ? error.message : String(error)}.`;
  }
}

/** `App`: the whole playground, for side trips. */
export async function openTalk(
  element: HTMLElement,
  App: ComponentType<{ readonly playground: Playground }>,
): Promise<void> {
  const address = readTalkAddress(location.hash);
  if (!address) return;
  const root = createRoot(element);
  const talk = await fetchTalk(address.talk);
  if (typeof talk === "string") {
    root.render(<p role="alert">{talk}</p>);
    return;
  }
  document.title = talk.title;
  document.documentElement.dataset.theme = "dark";
  const place = placeOf(talk, address);
  let scenario: Scenario = startOf(talk, place.scene).scenario;
  const playground = createPlayground(scenario.name, { scenarios: () => scenario });
  const player = new TalkPlayer(talk, playground, (next) => {
    scenario = next;
    playground.load(next.name);
  });
  const role = address.speaker ? "speaker" : "audience";
  const kept = Number(sessionStorage.getItem(CLOCK) ?? Number.NaN);
  const channel = new BroadcastChannel(`hotplug-talk:${address.talk}`);
  const started = Number.isFinite(kept) && kept > 0 ? kept : null;
  const conductor = new Conductor(player, channel, role, place, crypto.randomUUID(), started);
  conductor.store.subscribe(({ shared }, { shared: before }) => {
    if (shared.started !== before.started) sessionStorage.setItem(CLOCK, String(shared.started));
    if (shared.place === before.place) return;
    history.replaceState(null, "", writeTalkAddress(address.talk, talk, shared.place, address.speaker));
  });
  addEventListener("pagehide", () => conductor.close());
  // A window that is gone back to has left the talk.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
  addEventListener("hashchange", () => location.reload());
  window.__playground = playground;
  window.__talk = conductor;
  const here = `${location.host}${location.pathname}`.replace(/\/$/, "");
  const props: TalkWindowProps = {
    conductor,
    address: `${here}#talk=${address.talk}`,
    App,
    openOther: () => {
      const other = writeTalkAddress(address.talk, talk, conductor.shared.place, !address.speaker);
      window.open(
        `${location.pathname}${location.search}${other}`,
        `hotplug-${address.speaker ? "audience" : "speaker"}`,
        "popup",
      );
    },
  };
  root.render(<StrictMode>{role === "speaker" ? <Speaker {...props} /> : <Audience {...props} />}</StrictMode>);
}
