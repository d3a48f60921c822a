/** A talk that somebody writes: the file as a plain value, and how each thing that can be done to it changes it. Pure. */
import { listOf, type Raw, withItem } from "../../lessons/write/draft.ts";

export const EMPTY_TALK: Raw = {
  version: 1,
  name: "my-talk",
  title: "A talk of mine",
  scenes: [
    {
      id: "first",
      title: "Drag one away",
      machine: "busy-server",
      picture: [{ show: "box", partitions: ["A"], shelf: true }],
      cues: [{ say: "Take d2 out", run: [{ do: [{ do: "press", dimm: "d2" }], for: 2e9 }], speed: 0.5 }],
      notes: "What is said while this is shown.",
      seconds: 60,
    },
  ],
};

const SCENES = "scenes";
const CUES = "cues";
export const scenesOf = (talk: Raw): readonly Raw[] => listOf(talk, SCENES);
export const cuesOf = (scene: Raw): readonly Raw[] => listOf(scene, CUES);
export const wordIn = (raw: Raw, field: string): string => {
  const word = raw[field];
  return typeof word === "string" ? word : typeof word === "number" ? String(word) : "";
};

/** A name that no scene has. */
function freshId(talk: Raw, stem: string): string {
  const taken = new Set(scenesOf(talk).map(({ id }) => id));
  if (!taken.has(stem)) return stem;
  let number = 2;
  while (taken.has(`${stem}-${number}`)) number++;
  return `${stem}-${number}`;
}

/** A scene that goes on where the chosen one ends, behind it. */
export function withScene(talk: Raw, behind: number): Raw {
  const scenes = scenesOf(talk);
  const before = scenes[behind];
  const scene: Raw = {
    id: freshId(talk, "scene"),
    title: "",
    machine: before ? { after: before.id } : "busy-server",
    picture: before?.picture ?? [{ show: "box", partitions: ["A"] }],
    cues: [],
    notes: "",
    seconds: 60,
  };
  return { ...talk, [SCENES]: scenes.toSpliced(behind + 1, 0, scene) };
}

/** The same scene once more, under another name. */
export function copiedScene(talk: Raw, index: number): Raw {
  const scenes = scenesOf(talk);
  const scene = scenes[index];
  if (!scene) return talk;
  return { ...talk, [SCENES]: scenes.toSpliced(index + 1, 0, { ...scene, id: freshId(talk, wordIn(scene, "id")) }) };
}

/** `by`: places further, or back. Past either end nothing moves. */
export function movedScene(talk: Raw, index: number, by: number): Raw {
  const scenes = scenesOf(talk);
  const scene = scenes[index];
  const to = index + by;
  if (!scene || to < 0 || to >= scenes.length) return talk;
  return { ...talk, [SCENES]: scenes.toSpliced(index, 1).toSpliced(to, 0, scene) };
}

export const withCue = (scene: Raw): Raw => withItem(scene, CUES, { say: "" });

/** The item of a list without what a form leaves empty: a file has no empty captions. */
export function changed(raw: Raw, field: string, value: unknown): Raw {
  const { [field]: _, ...rest } = raw;
  return value === undefined ? rest : { ...raw, [field]: value };
}

/** What a form has no field for, of a cue. */
export function restOf(cue: Raw): Raw {
  const { say: _, caption: __, ...rest } = cue;
  return rest;
}

export interface FaultPlace {
  readonly scene: number | null;
  readonly cue: number | null;
}

/** Which scene and click a finding is about: `scenes[3].cues[1].run: …`. */
export function placeOfFault(finding: string): FaultPlace {
  const [, scene, cue] = /scenes\[(\d+)\](?:\.cues\[(\d+)\])?/.exec(finding) ?? [];
  return { scene: scene === undefined ? null : Number(scene), cue: cue === undefined ? null : Number(cue) };
}

/** Planned, real seconds. */
export const secondsOf = (talk: Raw): number =>
  scenesOf(talk).reduce((sum, { seconds }) => sum + (typeof seconds === "number" ? seconds : 0), 0);
