/** An attempt in a line: the verdict's headline, which other parts of the page say, too. */
import type { Attempt } from "../../engine/chronicle/outcome.ts";
import { inLanguages, type Words } from "../../client/language/catalogue.ts";
import { plural } from "./phrase.ts";
import { isUnattended } from "./unattended.ts";

/** Node that a DIMM is on, or was. */
export type Place = number | null;

function ofAttempt(attempt: Attempt, place: Place): string {
  const { target, result, kind } = attempt;
  if (result === "running") return `${target} ${underWay(kind, place)}`;
  if (result === "ok") return `${target} ${done(attempt, place)}`;
  return `${target} ${refused(kind, place)}: ${attempt.errno === "EINTR" ? "called off (EINTR)" : (attempt.errno ?? "failed")}`;
}

function underWay(kind: Attempt["kind"], place: Place): string {
  switch (kind) {
    case "add":
      return place !== null ? `is being added to node ${place}` : "is being added";
    case "online":
      return "is going online";
    case "offline":
      return "is going offline";
    case "remove":
      return "is being removed";
    case "eject":
      return place !== null ? `is being emptied, to leave node ${place}` : "is being emptied";
  }
}

function done(attempt: Attempt, place: Place): string {
  const { kind, pagesMoved } = attempt;
  switch (kind) {
    case "add":
      if (isUnattended(attempt)) return "is in its slot: no driver took it";
      return place !== null ? `was added to node ${place}` : "was added";
    case "online":
      return "is online";
    case "offline":
      return pagesMoved > 0 ? `is offline: ${plural(pagesMoved, "page")} moved` : "is offline";
    case "remove":
      return "was removed";
    case "eject":
      return `${place !== null ? `left node ${place}` : "left its slot"}: ${plural(pagesMoved, "page")} moved`;
  }
}

function refused(kind: Attempt["kind"], place: Place): string {
  switch (kind) {
    case "add":
      return "was not added";
    case "online":
      return "stayed offline";
    case "offline":
      return "stayed online";
    case "remove":
      return "was not removed";
    case "eject":
      return place !== null ? `stayed in node ${place}` : "stayed in its slot";
  }
}

const english = { ofAttempt };
export type HeadlineWords = Words<typeof english>;
const words = inLanguages<HeadlineWords>(english, { ja: () => import("./headline.ja.ts") });

/** `memory71 stayed online: EBUSY` */
export const headline = (attempt: Attempt, place: Place = null): string => words.ofAttempt(attempt, place);
