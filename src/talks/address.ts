/** A talk's address: `#talk=2013/limitation/2`, with `&speaker` for the speaker's window, and `&live=kz4m2x` for
 * the room in which it can be followed. What it says is checked as it is read. */
import type { Key } from "../follow/page-room.ts";
import type { Place, Talk } from "./format.ts";

export interface TalkAddress {
  /** Name of a built-in talk, or where a file is. */
  readonly talk: string;
  readonly scene: string | null;
  readonly cue: number;
  readonly speaker: boolean;
  readonly print: boolean;
  /** To be written, not given. */
  readonly write: boolean;
  readonly live: string | null;
  /** Of who may drive. */
  readonly key: Key | null;
}

export function readTalkAddress(hash: string): TalkAddress | null {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const talk = said.get("talk");
  if (talk === null) return null;
  const [name = "", scene = null, cue] = /^https?:/.test(talk)
    ? [talk, said.get("scene"), said.get("cue")]
    : talk.split("/");
  return {
    talk: name,
    scene,
    cue: /^\d{1,3}$/.test(cue ?? "") ? Number(cue) : 0,
    speaker: said.has("speaker"),
    print: said.has("print"),
    write: said.has("write"),
    live: /^[a-z0-9]{4,16}$/.exec(said.get("live") ?? "")?.[0] ?? null,
    key: readKey(said.get("key") ?? ""),
  };
}

export function placeOf(talk: Talk, { scene, cue }: TalkAddress): Place {
  const number = Math.max(
    0,
    talk.scenes.findIndex(({ id }) => id === scene),
  );
  return { scene: number, cue: Math.min(cue, talk.scenes[number]?.cues.length ?? 0) };
}

/** `a.SECRET`. */
export function readKey(text: string): Key | null {
  const [, driver, secret] = /^([a-z])\.([\w-]{16,64})$/.exec(text) ?? [];
  return driver !== undefined && secret !== undefined ? { driver, secret } : null;
}

export function writeTalkAddress(
  talk: string,
  of: Talk,
  { scene, cue }: Place,
  speaker: boolean,
  live: string | null = null,
): string {
  const id = of.scenes[scene]?.id ?? "";
  const where = /^https?:/.test(talk)
    ? `talk=${encodeURIComponent(talk)}&scene=${id}&cue=${cue}`
    : `talk=${talk}/${id}${cue > 0 ? `/${cue}` : ""}`;
  return `#${where}${speaker ? "&speaker" : ""}${live === null ? "" : `&live=${live}`}`;
}
