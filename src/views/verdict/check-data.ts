/** What checks know, for words about them. */
import type { Attempt } from "../../engine/chronicle/outcome.ts";
import { count } from "./phrase.ts";

/** What a check knows about itself (`Check.data`); which entries there are depends on the rule. */
export type CheckData = Readonly<Record<string, string | number>>;

/** `entry` in words when the check knows it, else `otherwise`. */
export function given(data: CheckData, entry: string, say: (value: string) => string, otherwise = ""): string {
  const value = data[entry];
  if (value === undefined || value === "") return otherwise;
  return say(typeof value === "number" ? count(value) : value);
}
export const amount = (data: CheckData, entry: string): number | undefined => {
  const value = data[entry];
  return typeof value === "number" ? value : undefined;
};

/** Its last list had pages that were on their way to a disk. */
export const isWaitingForDisk = ({ checks }: Attempt): boolean =>
  checks.some(({ verdict, data }) => verdict === "pending" && Number(data.writing ?? 0) > 0);
