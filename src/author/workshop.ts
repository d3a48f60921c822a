/** The entry of the worker in which exercises are made: on machines that nobody sees. */
import type { FromWorkshop, ToWorkshop } from "../lessons/predict/format.ts";
import { exerciseOf } from "./exercises/trial.ts";

/** The page's side of the line; this program has no types of workers. */
interface Line {
  onmessage: ((event: { readonly data: ToWorkshop }) => void) | null;
  postMessage(message: FromWorkshop): void;
}
const line = globalThis as unknown as Line;

line.onmessage = ({ data }) => {
  try {
    line.postMessage({ type: "exercise", exercise: exerciseOf(data.name) });
  } catch (error) {
    line.postMessage({ type: "broke", reason: error instanceof Error ? error.message : String(error) });
  }
};
