import { NOTHING_FORESEEN } from "../../protocol/messages.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleRecords } from "../../client/sample-records.ts";
import { AT_REST, carry, type Carrier, type CarryEffect, type CarryEvent, type CarryState } from "./carry.ts";
import { type Floor, liftObstacle, placeObstacle, readFloor, SHELF, targetsOf } from "./floor.ts";

const floor = readFloor(sampleRecords());

function play(events: readonly CarryEvent[], from: CarryState = AT_REST, on: Floor = floor) {
  let state = from;
  const effects: CarryEffect[] = [];
  for (const event of events) {
    const step = carry(state, event, on);
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}
const commandsOf = (effects: readonly CarryEffect[]) =>
  effects.flatMap((effect) => (effect.effect === "send" ? [effect.command] : []));
const saidBy = (effects: readonly CarryEffect[]) =>
  effects.flatMap((effect) => (effect.effect === "say" ? [effect.what.said] : []));
const lift = (dimm: string, by: Carrier): CarryEvent => ({ type: "lift", dimm, by });
const over = (place: string | null): CarryEvent => ({ type: "over", place });

describe("carrying a DIMM", () => {
  it("makes the same command of a drag, two clicks, keys and the menu", () => {
    const ways: readonly (readonly CarryEvent[])[] = [
      [lift("d1", "pointer"), over("A/1/1"), over("A/1/2"), { type: "place", place: "A/1/2" }],
      [lift("d1", "click"), over("A/1/2"), { type: "place", place: "A/1/2" }],
      [lift("d1", "keys"), over("A/1/2"), { type: "place" }],
      [lift("d1", "menu"), { type: "place", place: "A/1/2" }],
    ];
    for (const way of ways)
      expect(commandsOf(play(way).effects)).toEqual([{ do: "move", dimm: "d1", to: { slot: "A/1/2" } }]);
  });

  it("names the shelf as a place of its own", () => {
    const { effects } = play([lift("d1", "click"), { type: "place", place: SHELF }]);
    expect(commandsOf(effects)).toEqual([{ do: "move", dimm: "d1", to: { shelf: true } }]);
  });

  it("says what happens from picking up to dropping", () => {
    const foresight = { ...NOTHING_FORESEEN, outlook: "leaves", pagesToMove: 12 } as const;
    const { effects } = play([
      lift("d1", "keys"),
      over("A/1/2"),
      { type: "foreseen", dimm: "d1", place: "A/1/2", foresight },
      { type: "place" },
    ]);
    expect(saidBy(effects)).toEqual(["picked-up", "over", "dropped"]);
  });

  it("is silent about what was foreseen for a target that was left", () => {
    const foresight = NOTHING_FORESEEN;
    const { effects } = play([
      lift("d1", "keys"),
      over("A/1/2"),
      over(SHELF),
      { type: "foreseen", dimm: "d1", place: "A/1/2", foresight },
    ]);
    expect(saidBy(effects)).toEqual(["picked-up"]);
  });

  it("does not pick up what is being emptied, and says why", () => {
    const { state, effects } = play([lift("d4", "pointer")]);
    expect(state.carrying).toBeNull();
    expect(effects).toContainEqual({
      effect: "say",
      what: { said: "cannot-lift", dimm: "d4", obstacle: "being-emptied" },
    });
  });

  it("puts it back when a drag ends on an occupied slot, but lets a click try again", () => {
    const drag = play([lift("d1", "pointer"), { type: "place", place: "A/1/0" }]);
    expect(drag.state.carrying).toBeNull();
    expect(saidBy(drag.effects)).toContain("put-back");
    const click = play([lift("d1", "click"), { type: "place", place: "A/1/0" }]);
    expect(click.state.carrying?.dimm).toBe("d1");
    expect(saidBy(click.effects)).toContain("cannot-place");
  });

  it("does not take a slot that another DIMM is being emptied for", () => {
    expect(floor.slotByKey.get("A/0/2")?.reservedFor).toBe("d4");
    expect(commandsOf(play([lift("d1", "pointer"), { type: "place", place: "A/0/2" }]).effects)).toEqual([]);
  });

  it("puts it down again on a second click, and when it is put where it was", () => {
    expect(play([lift("d1", "click"), lift("d1", "click")]).state.carrying).toBeNull();
    const back = play([lift("d1", "click"), { type: "place", place: "A/0/0" }]);
    expect(back.state.carrying).toBeNull();
    expect(commandsOf(back.effects)).toEqual([]);
  });

  it("goes on when a click-carry turns into a drag or is steered by keys", () => {
    expect(play([lift("d1", "click"), lift("d1", "pointer")]).state.carrying?.by).toBe("pointer");
    expect(play([lift("d1", "click"), lift("d1", "keys"), over("A/1/2")]).state.carrying).toMatchObject({
      by: "keys",
      over: "A/1/2",
    });
  });

  it("moves the focus only for the keyboard, and back to the DIMM in the end", () => {
    const focusOf = (by: Carrier) =>
      play([lift("d1", by), over("A/1/2"), { type: "place" }]).effects.filter((effect) => effect.effect === "focus");
    expect(focusOf("pointer")).toEqual([]);
    expect(focusOf("keys").map((effect) => effect.on)).toEqual([{ place: "A/1/2" }, { dimm: "d1" }]);
  });

  it("lets go when the DIMM is taken from under the hand", () => {
    const records = sampleRecords();
    const d1 = records.dimm.d1;
    if (!d1) throw new Error("the sample box has d1");
    const gone = readFloor({ ...records, dimm: { ...records.dimm, d1: { ...d1, phase: "ejecting" } } });
    const held = play([lift("d1", "keys"), over("A/1/2")]).state;
    expect(play([{ type: "floor-changed" }], held, gone).state.carrying).toBeNull();
  });

  it("forgets its target when another DIMM takes it", () => {
    const records = sampleRecords();
    const d5 = records.dimm.d5;
    if (!d5) throw new Error("the sample box has d5");
    const taken = readFloor({
      ...records,
      dimm: { ...records.dimm, d5: { ...d5, phase: "ejecting", destination: "A/1/2" } },
    });
    const held = play([lift("d1", "keys"), over("A/1/2")]).state;
    const { state } = play([{ type: "floor-changed" }], held, taken);
    expect(state.carrying).toMatchObject({ dimm: "d1", over: null });
    expect(commandsOf(play([{ type: "place" }], state, taken).effects)).toEqual([]);
  });

  it("says when the engine would not begin, and forgets the drop", () => {
    const dropped = play([lift("d1", "click"), { type: "place", place: SHELF }]).state;
    expect(dropped.drops).toHaveLength(1);
    const { state, effects } = play(
      [{ type: "answered", turn: 1, refusal: { errno: "EBUSY", rejection: null } }],
      dropped,
    );
    expect(state.drops).toEqual([]);
    expect(saidBy(effects)).toEqual(["not-accepted"]);
  });
});

const places = [...floor.slots.map((slot) => slot.key), SHELF, "nowhere"];
const anyDimm = fc.constantFrom(...floor.dimms.keys(), "d99");
const anyPlace = fc.constantFrom(...places);
const anyEvent: fc.Arbitrary<CarryEvent> = fc.oneof(
  fc.record({
    type: fc.constant("lift" as const),
    dimm: anyDimm,
    by: fc.constantFrom<Carrier>("pointer", "click", "keys", "menu"),
  }),
  fc.record({ type: fc.constant("over" as const), place: fc.option(anyPlace) }),
  fc.record({ type: fc.constant("place" as const), place: anyPlace }),
  fc.constant<CarryEvent>({ type: "place" }),
  fc.constant<CarryEvent>({ type: "cancel" }),
  fc.constant<CarryEvent>({ type: "floor-changed" }),
  fc.record({ type: fc.constant("answered" as const), turn: fc.nat(6), refusal: fc.constant(null) }),
);

describe("whatever a person does", () => {
  it("only legal moves of what is carried are commanded, one for each drop", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let state = AT_REST;
        for (const event of events) {
          const before = state;
          const { state: after, effects } = carry(before, event, floor);
          for (const effect of effects) {
            if (effect.effect !== "send") continue;
            expect(event.type).toBe("place");
            const { command } = effect;
            if (command.do !== "move") throw new Error("a carry only moves");
            expect(command.dimm).toBe(before.carrying?.dimm);
            const to = "slot" in command.to ? command.to.slot : SHELF;
            expect(placeObstacle(floor, command.dimm, to)).toBeNull();
            expect(after.carrying).toBeNull();
            expect(after.drops.filter((drop) => drop.turn === effect.turn)).toHaveLength(1);
          }
          expect(effects.filter((effect) => effect.effect === "send").length).toBeLessThanOrEqual(1);
          state = after;
        }
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  it("what is carried can be carried, and what it is held over can take it", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let state = AT_REST;
        for (const event of events) {
          state = carry(state, event, floor).state;
          const { carrying } = state;
          if (!carrying) continue;
          expect(liftObstacle(floor, carrying.dimm)).toBeNull();
          if (carrying.over !== null) expect(targetsOf(floor, carrying.dimm)).toContain(carrying.over);
        }
      }),
      { numRuns: 500, seed: 2 },
    );
  });

  it("keeps a slot for the drop that nobody has answered yet, and its DIMM where it is", () => {
    const dropped = play([lift("d1", "click"), { type: "place", place: "A/1/2" }]).state;
    const second = play([lift("d2", "click"), over("A/1/2")], dropped);
    expect(second.state.carrying).toMatchObject({ dimm: "d2", over: null, barred: "A/1/2" });
    const { state, effects } = play([{ type: "place", place: "A/1/2" }], second.state);
    expect(commandsOf(effects)).toEqual([]);
    expect(effects).toContainEqual({
      effect: "say",
      what: { said: "cannot-place", dimm: "d2", place: "A/1/2", obstacle: "reserved" },
    });
    expect(state.carrying?.dimm).toBe("d2");
    // The DIMM itself is on its way.
    const again = play([lift("d1", "click")], dropped);
    expect(again.state.carrying).toBeNull();
    expect(again.effects).toContainEqual({
      effect: "say",
      what: { said: "cannot-lift", dimm: "d1", obstacle: "being-emptied" },
    });
  });

  it("no two unanswered drops are promised the same slot", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 80 }), (events) => {
        const { state } = play(events);
        const slots = state.drops.map((drop) => drop.to).filter((place) => place !== SHELF);
        expect(new Set(slots).size).toBe(slots.length);
        expect(new Set(state.drops.map((drop) => drop.dimm)).size).toBe(state.drops.length);
      }),
      { numRuns: 500, seed: 3 },
    );
  });

  it("every pick-up ends in words: dropped, put back, or picked up something else", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let state = AT_REST;
        for (const event of events) {
          const step = carry(state, event, floor);
          if (state.carrying && !step.state.carrying)
            expect(saidBy(step.effects).some((said) => ["dropped", "put-back", "cannot-lift"].includes(said))).toBe(
              true,
            );
          state = step.state;
        }
      }),
      { numRuns: 300, seed: 4 },
    );
  });
});
