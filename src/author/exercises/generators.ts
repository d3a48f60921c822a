/** All generators, by the name that a link gives them. */
import type { GeneratorName } from "../../lessons/predict/format.ts";
import type { Generator } from "./draft.ts";
import { whatAnswer } from "./what-answer.ts";
import { whichZone } from "./which-zone.ts";

export const GENERATOR_OF: Readonly<Record<GeneratorName, Generator>> = {
  "which-zone": whichZone,
  "what-answer": whatAnswer,
};
