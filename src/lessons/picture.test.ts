/** The pictures of a card show the nodes that its lesson is about. */
import { expect, test } from "vitest";
import { changedNodes } from "./picture.ts";

test.each([
  [
    "a DIMM leaves: its node, not the one that its pages went to",
    "knn,-|knn,MMMM|kn",
    "kNN,-|knn,-|kn",
    "knn,MMMM",
    "knn,-",
  ],
  ["a DIMM crosses: both nodes", "knn,MM|kn,-|kk", "knn,-|kn,mm|kk", "knn,MM|kn,-", "knn,-|kn,mm"],
  ["blocks change sides or go offline", "kn|mm", "kn|oo", "mm", "oo"],
  ["only pages move: where they moved", "kNN|knn|kk", "knn|kNN|kk", "kNN|knn", "knn|kNN"],
  ["nothing is seen to change: all of it", "kn|nn", "kn|nn", "kn|nn", "kn|nn"],
])("%s", (_, start, goal, before, after) => {
  expect(changedNodes(start, goal)).toEqual([before, after]);
});
