/** A talk's address: `#talk=2013/limitation/2`, with `&speaker` for the speaker's window. What it says is checked as it is read. */
import type { Place, Talk } from "./format.ts";

export interface TalkAddress {
  /** Name of a built-in talk, or where a file is. */
  readonly talk: string;
  readonly scene: string | null;
  readonly cue: number;
  readonly speaker: boolean;
  readonly print: boolean;
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
  };
}

export function placeOf(talk: Talk, { scene, cue }: TalkAddress): Place {
  const number = Math.max(
    0,
    talk.scenes.findIndex(({ id }) => id === scene),
  );
  return { scene: number, cue: Math.min(cue, talk.scenes[number]?.cues.length ?? 0) };
}

export function writeTalkAddress(talk: string, of: Talk, { scene, cue }: Place, speaker: boolean): string {
  const id = of.scenes[scene]?.id ?? "";
  const where = /^https?:/.test(talk)
    ? `talk=${encodeURIComponent(talk)}&scene=${id}&cue=${cue}`
    : `talk=${talk}/${id}${cue > 0 ? `/${cue}` : ""}`;
  return `#${where}${speaker ? "&speaker" : ""}`;
}
