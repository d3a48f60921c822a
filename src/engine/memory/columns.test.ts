import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Columns } from "./columns.ts";

const WIDE = 2 ** 18;

/** Two columns, of which rows are taken one by one, and what they should hold. */
class Table {
  wide = new Int32Array(0);
  narrow = new Uint8Array(0);
  readonly columns = new Columns(this, { wide: WIDE, narrow: 1 }, 1);
  readonly held: number[] = [];

  take(value: number): void {
    this.columns.makeRoom(this.held.length);
    this.held.push(0);
    this.write(this.held.length - 1, value);
  }

  /** Writes to the first and the last entry of a row. */
  write(row: number, value: number): void {
    this.wide[row * WIDE] = this.wide[(row + 1) * WIDE - 1] = value;
    this.narrow[row] = value;
    this.held[row] = value;
  }

  get read(): readonly (number | undefined)[][] {
    return this.held.map((_, row) => [this.wide[row * WIDE], this.wide[(row + 1) * WIDE - 1], this.narrow[row]]);
  }
}

describe("columns that grow", () => {
  test("hold what was written, also to rows that were copied already while there was to be more room", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(255), fc.nat(), fc.nat(255)), { minLength: 40, maxLength: 60 }), (steps) => {
        const table = new Table();
        for (const [value, where, other] of steps) {
          table.take(value);
          table.write(where % table.held.length, other);
          expect(table.narrow.length).toBeGreaterThanOrEqual(table.held.length);
        }
        expect(table.read).toEqual(table.held.map((value) => [value, value, value]));
      }),
      { numRuns: 4, seed: 2013 },
    );
  });

  test("copy one column a row at most, and never to more than what was asked for at once", () => {
    const table = new Table();
    const moves: number[] = [];
    for (let row = 0; row < 60; row++) {
      const before = [table.wide, table.narrow];
      table.take(row);
      moves.push([table.wide, table.narrow].filter((column, i) => column !== before[i]).length);
    }
    // Small tables grow at once.
    const large = moves.slice(20);
    expect(Math.max(...large)).toBe(1);
    expect(large.filter((count) => count === 1).length).toBeGreaterThanOrEqual(4);
    table.columns.reserve(200);
    expect([table.wide.length, table.narrow.length]).toEqual([200 * WIDE, 200]);
    expect(table.read).toEqual(table.held.map((value) => [value, value & 255, value & 255]));
  });

  test("with room at rest for so many rows none grows while these are taken, and the next ones make them grow", () => {
    for (const rows of [3, 30, 60]) {
      const table = new Table();
      table.columns.reserveAtRest(rows);
      const room = [table.wide, table.narrow];
      for (let row = 0; row < rows; row++) table.take(row);
      // Not `toBe`: who fails would print both arrays.
      expect(table.wide === room[0] && table.narrow === room[1]).toBe(true);
      expect(table.wide.length / WIDE).toBeLessThan(rows * 1.5 + 5);
      for (let row = 0; row < rows; row++) table.take(row);
      expect(table.wide === room[0]).toBe(false);
    }
  });
});
