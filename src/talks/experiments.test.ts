/** Experiments for the table of what kernels support, on a real session of a simulator. */
import { expect, test } from "vitest";
import type { OpenChannel } from "../client/worker-channel.ts";
import type { ToWorker } from "../protocol/messages.ts";
import { EngineHost } from "../worker/engine-host.ts";
import { Session } from "../worker/session.ts";
import { experiment, type Wanted } from "./experiments.ts";

const heard: ToWorker[] = [];
let closed = 0;
/** Answers that were delivered, whether somebody still wanted them or not. */
let answered = 0;
/** What is done when a question arrives, before it is dealt with. */
let atQuestion = (): void => {};
const open: OpenChannel = (ends) => {
  const session = new Session({
    build: (scenario) => new EngineHost(scenario),
    send: (message) =>
      void setTimeout(() => {
        ends.receive(message);
        if (message.type === "answer") answered++;
      }),
    clock: () => performance.now(),
    later: (callback, milliseconds) => void setTimeout(callback, milliseconds),
  });
  return {
    send: (message) => {
      heard.push(message);
      if (message.type === "support") atQuestion();
      session.receive(message);
    },
    close: () => {
      closed++;
      session.receive({ type: "speed", speed: 0 });
    },
  };
};
const wanted: readonly Wanted[] = [
  { kernel: "3.8", ability: "remove" },
  { kernel: "3.9", ability: "remove" },
  { kernel: "3.9", ability: "online as Movable" },
];

test("each is made and told in its order, and the simulator is given back then", async () => {
  const told: unknown[] = [];
  experiment(wanted, ({ kernel, ability }, support) => told.push([kernel, ability, support]), open);
  await expect.poll(() => closed, { timeout: 10_000 }).toBe(1);
  expect(told).toEqual([
    ["3.8", "remove", "not support"],
    ["3.9", "remove", "support"],
    ["3.9", "online as Movable", "with limitation"],
  ]);
});

test("what is shown no more is not told of, nor is what comes after it found out, and where nothing is to be found no simulator is asked for", async () => {
  heard.length = answered = 0;
  const told: unknown[] = [];
  const questions = () => heard.filter(({ type }) => type === "support").length;
  atQuestion = () => {
    if (questions() < 2) return;
    stop();
    stop();
  };
  const stop = experiment(wanted, (one) => told.push(one), open);
  // The second question was under way already: its answer comes, and nobody is told.
  await expect.poll(() => answered, { timeout: 10_000 }).toBe(2);
  expect(closed).toBe(2);
  expect([told, questions()]).toEqual([wanted.slice(0, 1), 2]);
  experiment(
    [],
    () => {},
    () => expect.fail("opened"),
  )();
});
