/** Who follows a talk, without a machine: what is taken, what is refused, and what becomes of a talk that breaks off. */
import { afterEach, describe, expect, test } from "vitest";
import { Driver } from "./driver.ts";
import { type Deed, type Line, LONGEST_ENTRY, readEntry, type TalkPlace, writeEntry } from "./entries.ts";
import { type Followed, Follower, type Ways, type Whereabouts } from "./follower.ts";
import { Ledger } from "./ledger.ts";
import { Tally } from "./tally.ts";
import { MemoryBroker } from "./testing/memory-broker.ts";

/** Clicks of each scene. */
const SHAPE = [3, 0, 5];

/** A player that is wherever it is to be at once, with a state that tells the place. */
class Player implements Followed {
  at: Whereabouts = { place: { scene: 0, cue: 0 }, hash: null, playing: false, at: 0 };
  readonly went: string[] = [];
  wrong = 0;
  readonly #listeners = new Set<() => void>();

  goTo(place: TalkPlace): void {
    this.went.push(`${place.scene}/${place.cue}`);
    const hash = stateAt(place, this.wrong > 0 ? 1 : 0);
    this.at = { place, hash, playing: false, at: 1000 * place.cue };
    for (const listener of this.#listeners) listener();
  }
  again(place: TalkPlace): void {
    this.wrong--;
    this.goTo(place);
  }
  finish(): void {
    this.went.push("finish");
  }
  freeze(frozen: boolean): void {
    this.went.push(frozen ? "freeze" : "thaw");
  }
  now = () => this.at;
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
const stateAt = ({ scene, cue }: TalkPlace, wrong = 0) => `${wrong}${scene}${cue}`.padStart(16, "0");

/** Waits are short here, so that a minute is over soon. */
const quick: Ways = {
  later: (callback, milliseconds) => {
    const waiting = setTimeout(callback, milliseconds / 50);
    return () => clearTimeout(waiting);
  },
  random: Math.random,
};

let closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing) close();
  closing = [];
});
function follow(broker: MemoryBroker) {
  const player = new Player();
  const transport = broker.join(null);
  const follower = new Follower(player, transport, SHAPE, quick);
  closing.push(() => follower.close());
  return { player, transport, follower, state: () => follower.store.getState() };
}
function drive(broker: MemoryBroker, id: string) {
  const led: string[] = [];
  const transport = broker.join(id);
  const driver = new Driver(
    id,
    transport,
    SHAPE,
    {
      go: ({ scene, cue }) => led.push(`${scene}/${cue}`),
      show: ({ black }) => led.push(black ? "black" : "shown"),
      finish: () => led.push("finish"),
    },
    quick,
  );
  closing.push(() => driver.close());
  const go = (scene: number, cue: number) => {
    const place = { scene, cue };
    driver.tell({ is: "go", place }, 0);
    driver.tell({ is: "there", place, state: stateAt(place) }, 1000 * cue);
  };
  return { driver, transport, led, go, state: () => driver.store.getState() };
}
const settled = async (...followers: readonly ReturnType<typeof follow>[]) => {
  for (const { state, follower } of followers)
    await expect
      .poll(() => [state().mode, follower.head.seq], { interval: 5 })
      .toEqual(["in-step", expect.any(Number)]);
};
const places = (n: number): [number, number][] =>
  Array.from({ length: n }, (_, i) => [i % 2 === 0 ? 0 : 2, 1 + (i % 3)]);

/** A talk's lines, as one driver says them. */
function lines(from: string, deeds: readonly Deed[]): Line[] {
  let head = { seq: -1, hash: "0".repeat(16) };
  return deeds.map((deed) => {
    const { text, hash } = writeEntry(head, 0, deed);
    head = { seq: head.seq + 1, hash };
    return { from, text };
  });
}

describe("the ledger", () => {
  const said = lines("a", [
    { is: "begin", driver: "a" },
    { is: "go", place: { scene: 0, cue: 1 } },
    { is: "hand", to: "b" },
  ]);
  const [begin, go, hand] = said as [Line, Line, Line];

  test("takes what goes on with what was said, from who drives, about a place that there is", () => {
    const ledger = new Ledger(SHAPE);
    expect(ledger.take(go).is).toBe("ahead");
    expect(ledger.take({ ...begin, from: "b" }).is).toBe("stranger");
    expect(ledger.take(begin).is).toBe("taken");
    expect(ledger.take(begin).is).toBe("known");
    expect(ledger.take({ ...go, from: "b" }).is).toBe("stranger");
    expect(
      ledger.take({ from: "a", text: writeEntry(ledger.head, 0, { is: "go", place: { scene: 1, cue: 1 } }).text }).is,
    ).toBe("nowhere");
    expect(
      ledger.take({ from: "a", text: writeEntry({ seq: 0, hash: "f".repeat(16) }, 0, { is: "finish" }).text }).is,
    ).toBe("other");
    expect(ledger.take(go).is).toBe("taken");
    expect(
      ledger.take({ from: "a", text: writeEntry({ seq: 0, hash: "f".repeat(16) }, 0, { is: "finish" }).text }).is,
    ).toBe("other");
    expect(ledger.take(hand).is).toBe("taken");
    expect(ledger.driver).toBe("b");
    const end = writeEntry(ledger.head, 0, { is: "end" });
    expect(ledger.take({ from: "a", text: end.text }).is).toBe("stranger");
    expect(ledger.take({ from: "b", text: end.text }).is).toBe("taken");
    expect(ledger.take({ from: "b", text: writeEntry(ledger.head, 0, { is: "finish" }).text }).is).toBe("other");
  });

  test("an entry that was said has less than half of the room that one may have", () => {
    const longest = writeEntry({ seq: 99_998, hash: "f".repeat(16) }, 1e17, {
      is: "there",
      place: { scene: 199, cue: 50 },
      state: "f".repeat(16),
    });
    expect(readEntry(longest.text)).not.toBeNull();
    expect(longest.text.length).toBeLessThan(LONGEST_ENTRY / 2);
  });
});

describe("hostile lines", () => {
  /** The same numbers each time. */
  const numbers = (seed: number) => () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };

  test("10,000 of them change nothing, and hang nothing", async () => {
    const broker = new MemoryBroker();
    const speaker = drive(broker, "a");
    const one = follow(broker);
    speaker.go(0, 2);
    await settled(one);
    await expect.poll(() => one.follower.head.seq).toBe(2);
    const { head } = one.follower;
    const before = one.state();
    const went = [...one.player.went];
    let asked = 0;
    const history = one.transport.history.bind(one.transport);
    one.transport.history = (from) => {
      asked++;
      return history(from);
    };
    const random = numbers(2013);
    const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
    const next = writeEntry(head, 0, { is: "go", place: { scene: 2, cue: 5 } }).text;
    const values = [
      "-1",
      "1e9",
      "NaN",
      "null",
      '"3"',
      "[]",
      "{}",
      "1e400",
      "0.5",
      '"\\u0000"',
      "true",
      "9".repeat(400),
    ];
    const hostile = (): unknown => {
      const kind = Math.floor(random() * 8);
      // The right words from somebody who doesn't drive.
      if (kind === 0) return { from: pick(["b", "", "__proto__", "A", "a "]), text: next };
      if (kind === 1) return { from: "a", text: next.replace(/:(\d+|"[^"]*")/, `:${pick(values)}`) };
      if (kind === 2) return { from: "a", text: next.slice(0, Math.floor(random() * (next.length - 1))) };
      if (kind === 3)
        return {
          from: "a",
          text: writeEntry({ seq: head.seq + Math.floor(random() * 90_000), hash: "e".repeat(16) }, 0, { is: "end" })
            .text,
        };
      if (kind === 4)
        return { from: "a", text: next.replace("}}}", `}},"__proto__":{"seq":${Math.floor(random() * 9)}}}`) };
      if (kind === 5) return { from: "a", text: "[".repeat(Math.floor(random() * 200_000)) };
      if (kind === 6)
        return { from: "a", text: writeEntry({ ...head, hash: "d".repeat(16) }, 0, { is: "hand", to: "b" }).text };
      return {
        from: pick(["a", "b"]),
        text: pick([null, 7, {}, "<script>", "{}", "null", "\u2028", next.replace('"go"', '"reboot"')]),
      };
    };
    const began = performance.now();
    for (let i = 0; i < 10_000; i++) {
      const line = hostile() as Line;
      if (i % 2 === 0) one.transport.listener?.line(line);
      else one.transport.listener?.sums(line.text);
    }
    expect(performance.now() - began).toBeLessThan(5000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(one.follower.head).toEqual(head);
    expect(one.state()).toEqual(before);
    expect(one.player.went).toEqual(went);
    // Numbers from nowhere make it ask, from time to time.
    expect(asked).toBeLessThan(60);
    // A history of such lines neither.
    const kept = broker.kept.splice(0);
    broker.kept.push(...kept, ...Array.from({ length: 2000 }, () => hostile() as Line));
    one.transport.cutOff(true);
    one.transport.cutOff(false);
    await settled(one);
    expect(one.follower.head).toEqual(head);
    broker.kept.length = kept.length;
    speaker.go(2, 1);
    await expect.poll(() => one.player.at.place).toEqual({ scene: 2, cue: 1 });
  });

  test("what the audience says is counted where it can be meant, once a page, and no page is known by the sums", () => {
    const tally = new Tally();
    const who = (n: number) => n.toString(16).padStart(16, "0");
    const guess = (n: number, choice: unknown, on = "2/1") => JSON.stringify({ is: "guess", who: who(n), on, choice });
    expect(tally.hear(guess(1, 0), 0)).toBe(false);
    tally.goTo({ scene: 2, cue: 1 });
    for (const [n, choice] of [
      [1, 0],
      [2, 2],
      [3, 2],
      [1, 2],
      [4, 6],
      [5, -1],
      [6, "0"],
    ] as const)
      tally.hear(guess(n, choice), 0);
    tally.hear(guess(7, 1, "0/0"), 0);
    for (let n = 0; n < 5; n++)
      tally.hear(JSON.stringify({ is: "here", who: who(n), mode: n === 0 ? "copy" : "in-step" }), 1000 * n);
    tally.hear(JSON.stringify({ is: "bye", who: who(4) }), 5000);
    for (const text of ["", "null", "[]", `{"is":"here","who":"${who(9)}","mode":"driver"}`, "x".repeat(1e6)])
      expect(tally.hear(text, 0)).toBe(false);
    const modes = { "in-step": 3, around: 0, copy: 1, "catching-up": 0 };
    expect(tally.sums(7, 6000)).toEqual({ modes, guess: { on: "2/1", counts: [0, 0, 3] }, head: 7, drivers: [] });
    expect(tally.sums(7, 62_000).modes).toEqual({ ...modes, "in-step": 2, copy: 0 });
    expect(JSON.stringify(tally.sums(7, 62_000))).not.toContain(who(3));
  });
});

describe("a talk that breaks off", () => {
  test("a broker that stops and starts: nothing is lost, nothing comes twice, and everybody is in step again", async () => {
    const broker = new MemoryBroker();
    const speaker = drive(broker, "a");
    const some = [follow(broker), follow(broker), follow(broker)];
    speaker.go(0, 1);
    await settled(...some);
    broker.stop();
    expect(some.map(({ state }) => state().mode)).toEqual(["cut-off", "cut-off", "cut-off"]);
    speaker.go(0, 2);
    speaker.go(2, 3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    broker.start();
    for (const { player, follower } of some) {
      await expect.poll(() => player.at.place).toEqual({ scene: 2, cue: 3 });
      await expect.poll(() => follower.head).toEqual(speaker.driver.head);
      // What nobody heard was said once, where it led to.
      expect(player.went).toEqual(["0/1", "2/3"]);
    }
    expect(new Ledger(SHAPE)).toSatisfy((ledger: Ledger) =>
      broker.kept.every((line) => ledger.take(line).is === "taken"),
    );
  });

  test("one who is cut off for a minute catches up, and goes only where all are", async () => {
    const broker = new MemoryBroker();
    const speaker = drive(broker, "a");
    const [stays, goes] = [follow(broker), follow(broker)];
    speaker.go(0, 1);
    await settled(stays, goes);
    await expect.poll(() => speaker.state().unsaid).toBe(0);
    goes.transport.cutOff(true);
    for (const place of places(40)) speaker.go(...place);
    await expect.poll(() => speaker.state().unsaid).toBe(0);
    expect(goes.state().mode).toBe("cut-off");
    expect(goes.player.went).toEqual(["0/1"]);
    goes.transport.cutOff(false);
    await settled(stays, goes);
    await expect.poll(() => goes.follower.head).toEqual(stays.follower.head);
    expect(goes.player.at.place).toEqual(stays.player.at.place);
    expect(goes.player.went).toHaveLength(2);
  });

  test("who comes late has a thousand entries, and makes one way of them", async () => {
    const broker = new MemoryBroker();
    const speaker = drive(broker, "a");
    await expect.poll(() => speaker.state().drives).toBe(true);
    for (const place of places(515)) speaker.go(...place);
    await expect.poll(() => speaker.state().unsaid, { timeout: 20_000 }).toBe(0);
    expect(broker.kept.length).toBeGreaterThan(1000);
    const late = follow(broker);
    await settled(late);
    expect(late.follower.head).toEqual(speaker.driver.head);
    expect(late.player.went).toHaveLength(1);
  });

  test("the last line is lost on its way: the sums tell that there was one", async () => {
    const broker = new MemoryBroker();
    const speaker = drive(broker, "a");
    const one = follow(broker);
    speaker.go(0, 1);
    await settled(one);
    const listener = one.transport.listener;
    one.transport.listener = null;
    speaker.go(0, 2);
    await expect.poll(() => speaker.state().unsaid).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    one.transport.listener = listener;
    expect(one.player.at.place).toEqual({ scene: 0, cue: 1 });
    broker.sum();
    await expect.poll(() => one.player.at.place).toEqual({ scene: 0, cue: 2 });
  });
});

describe("who drives", () => {
  test("one at a time: another's words are nobody's until it was handed over, and the first one's from then on", async () => {
    const broker = new MemoryBroker();
    const first = drive(broker, "a");
    const one = follow(broker);
    first.go(0, 1);
    await settled(one);
    const second = drive(broker, "b");
    await expect.poll(() => second.led).toEqual(["0/1"]);
    second.go(2, 5);
    expect(second.state().unsaid).toBe(0);
    // Somebody with a key, who says what our page wouldn't.
    const rude = writeEntry(one.follower.head, 0, { is: "go", place: { scene: 2, cue: 5 } });
    broker.spread({ from: "b", text: rude.text });
    // The audience has none.
    await expect(one.transport.publish(rude.text, broker.kept.length)).rejects.toThrow("permissions");
    first.driver.tell({ is: "hand", to: "b" }, 0);
    await expect.poll(() => [first.state().drives, second.state().drives]).toEqual([false, true]);
    first.go(0, 3);
    second.go(2, 2);
    await expect.poll(() => one.player.went).toEqual(["0/1", "2/2"]);
    await expect.poll(() => first.led).toEqual(["2/2"]);
    expect(one.state().driver).toBe("b");
  });

  test("two windows of one driver say one thing after the other, in the same order for all", async () => {
    const broker = new MemoryBroker();
    const windows = [drive(broker, "a"), drive(broker, "a")] as const;
    const [one, other] = [follow(broker), follow(broker)];
    for (const { state } of windows) await expect.poll(() => state().drives).toBe(true);
    for (const [i, place] of places(20).entries()) windows[i % 2]?.go(...place);
    await expect.poll(() => windows.map(({ state }) => state().unsaid), { timeout: 20_000 }).toEqual([0, 0]);
    await settled(one, other);
    await expect.poll(() => one.follower.head.seq).toBe(broker.kept.length - 1);
    await expect.poll(() => other.follower.head).toEqual(one.follower.head);
    expect(other.player.at).toEqual(one.player.at);
    expect(new Ledger(SHAPE)).toSatisfy((ledger: Ledger) =>
      broker.kept.every((line) => ledger.take(line).is === "taken"),
    );
  });
});

test("a machine that comes to another state is made anew once, and then says so", async () => {
  const broker = new MemoryBroker();
  const speaker = drive(broker, "a");
  const [once, always] = [follow(broker), follow(broker)];
  once.player.wrong = 1;
  always.player.wrong = 99;
  speaker.go(0, 1);
  await expect.poll(() => once.player.went).toEqual(["0/1", "0/1"]);
  expect(once.state().differs).toBe(false);
  await expect.poll(() => always.state().differs).toBe(true);
  expect(always.player.went).toEqual(["0/1", "0/1"]);
  speaker.go(2, 0);
  await expect.poll(() => always.player.went).toHaveLength(4);
});

test("how one follows is told soon after it changed, and no more of it than needed", async () => {
  const broker = new MemoryBroker();
  const speaker = drive(broker, "a");
  const some = [follow(broker), follow(broker), follow(broker)];
  speaker.go(0, 1);
  await settled(...some);
  some[0]?.follower.away("around");
  some[1]?.follower.away("copy");
  const modes = { "in-step": 1, around: 1, copy: 1, "catching-up": 0 };
  await expect.poll(() => broker.tally.sums(0, 0).modes).toEqual(modes);
  some[2]?.follower.guess(1);
  some[0]?.follower.guess(1);
  broker.sum();
  await expect.poll(() => speaker.state().sums?.guess).toEqual({ on: "0/1", counts: [0, 2] });
  some[0]?.follower.close();
  expect(broker.tally.sums(0, 0).modes.around).toBe(0);
});
