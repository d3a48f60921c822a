import { fetchModule } from "../fetch-module.ts";
import { wordsHere } from "./catalogue.ts";

/** The code of a part of the page, as `fetchModule` has it, and the words that it brings along in the reader's language. */
export async function fetchCode<M extends object>(load: () => Promise<M>, name: keyof M): Promise<M> {
  const module = await fetchModule(load, name);
  await wordsHere();
  return module;
}
