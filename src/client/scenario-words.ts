/** What the built-in scenarios are called, and what they are about, in the reader's language. */
import { SCENARIOS } from "../protocol/scenarios/index.ts";
import { inLanguages } from "./language/catalogue.ts";

/** By the scenario's name. */
export type ScenarioWords = Readonly<Record<string, { readonly title: string; readonly about: string }>>;
const english: ScenarioWords = Object.fromEntries(SCENARIOS.map(({ name, title, about }) => [name, { title, about }]));
const words = inLanguages<ScenarioWords>(english, { ja: () => import("./scenario-words.ja.ts") });

type Named = { readonly name: string; readonly title: string; readonly about: string };

/** A scenario's own words, where it is none of the built-in ones. */
export const scenarioTitle = ({ name, title }: Omit<Named, "about">): string => words[name]?.title ?? title;
export const scenarioAbout = ({ name, about }: Named): string => words[name]?.about ?? about;
