import { describe, expect, it } from "vitest";
import { bytes, GIB, MIB } from "../units.ts";
import { type PlugMachine, type PluggedDimm, plugDimm } from "./dimm-addresses.ts";

/** The machine that the refusals were recorded on: 2 GiB, room for 2 GiB more in four slots. */
const machine: PlugMachine = {
  window: { base: bytes(4 * GIB), size: bytes(6 * GIB), maxPlugged: bytes(2 * GIB), alignment: bytes(2 * MIB) },
  slots: 4,
  domains: 2,
};
const plugged = (id: string, slot: number, address: number, size: number): PluggedDimm => ({
  id,
  slot,
  address: bytes(address),
  size: bytes(size),
});
const a = plugged("a", 2, 4 * GIB, 128 * MIB);
const refusal = (held: readonly PluggedDimm[], request: Partial<Parameters<typeof plugDimm>[2]>) => {
  const result = plugDimm(machine, held, { id: "n", size: bytes(128 * MIB), pxm: 1, ...request });
  return result.ok ? null : result.error;
};

describe("plugDimm", () => {
  it("takes the first free slot and the first gap", () => {
    expect(plugDimm(machine, [], { id: "n", size: bytes(256 * MIB), pxm: 1 })).toEqual({
      ok: true,
      slot: 0,
      address: 4 * GIB,
    });
    expect(plugDimm(machine, [a], { id: "n", size: bytes(256 * MIB), pxm: 1 })).toEqual({
      ok: true,
      slot: 0,
      address: 4 * GIB + 128 * MIB,
    });
    const far = plugged("far", 0, 4 * GIB + 512 * MIB, 128 * MIB);
    expect(plugDimm(machine, [far, a], { id: "n", size: bytes(256 * MIB), pxm: 1 })).toEqual({
      ok: true,
      slot: 1,
      address: 4 * GIB + 128 * MIB,
    });
    expect(plugDimm(machine, [far, a], { id: "n", size: bytes(512 * MIB), pxm: 1 })).toEqual({
      ok: true,
      slot: 1,
      address: 4 * GIB + 640 * MIB,
    });
  });

  it("honours a wished slot and address", () => {
    expect(plugDimm(machine, [a], { id: "n", size: bytes(128 * MIB), pxm: 0, slot: 3, address: 5 * GIB })).toEqual({
      ok: true,
      slot: 3,
      address: 5 * GIB,
    });
  });

  it("places behind a DIMM of odd size at the next multiple of the alignment", () => {
    const odd = plugged("odd", 0, 4 * GIB, 100 * MIB);
    const roomy = { ...machine, window: { ...machine.window, alignment: bytes(128 * MIB) } };
    expect(plugDimm(machine, [odd], { id: "n", size: bytes(128 * MIB), pxm: 1 })).toMatchObject({
      address: 4 * GIB + 100 * MIB,
    });
    expect(plugDimm(roomy, [odd], { id: "n", size: bytes(128 * MIB), pxm: 1 })).toMatchObject({
      address: 4 * GIB + 128 * MIB,
    });
  });

  it.each([
    [
      "a domain that is not there",
      [],
      { pxm: 7 },
      "'DIMM property node has value 7' which exceeds the number of numa nodes: 2",
    ],
    ["a busy slot", [a], { slot: 2 }, "slot 2 is busy"],
    ["a slot beyond the last", [a], { slot: 9 }, "invalid slot number 9, valid range is [0-3]"],
    ["a slot before the first", [a], { slot: -5 }, "invalid slot number -5, valid range is [0-3]"],
    ["an id in use", [a], { id: "a" }, "Duplicate device ID 'a'"],
    ["an id that is none", [], { id: "9x" }, "Parameter 'id' expects an identifier"],
    ["an unaligned address", [], { address: 4 * GIB + 4096 }, "address must be aligned to 0x200000 bytes"],
    [
      "an address below the window",
      [],
      { address: 16 * MIB },
      "can't add memory device [0x1000000:0x8000000], usable range for memory devices [0x100000000:0x180000000]",
    ],
    [
      "an address at the window's end",
      [],
      { address: 10 * GIB - 64 * MIB },
      "can't add memory device [0x27c000000:0x8000000], usable range for memory devices [0x100000000:0x180000000]",
    ],
    ["an odd size", [], { size: bytes(3 * MIB) }, "backend memory size must be multiple of 0x200000"],
    ["no size", [], { size: bytes(0) }, "object property 'size' of memory-backend-ram doesn't take value '0'"],
    ["an address in use", [a], { address: 4 * GIB }, "address range conflicts with memory device id='a'"],
    [
      "more than the machine can hold",
      [a],
      { size: bytes(2 * GIB) },
      "not enough space, currently 0x8000000 in use of total space for memory devices 0x80000000",
    ],
  ] as const)("refuses %s in the monitor's words", (_, held, request, error) => {
    expect(refusal(held, request)).toBe(error);
  });

  it("refuses when every slot is taken, and where there are none", () => {
    const full = [0, 1, 2, 3].map((slot) => plugged(`d${slot}`, slot, 4 * GIB + slot * GIB, 128 * MIB));
    expect(refusal(full, {})).toBe("no free slots available");
    const result = plugDimm({ ...machine, slots: 0 }, [], { id: "n", size: bytes(128 * MIB), pxm: 0 });
    expect(result).toEqual({ ok: false, error: "no slots where allocated, please specify the 'slots' option" });
  });

  it("refuses when alignment left no gap", () => {
    const tight = {
      ...machine,
      window: { base: bytes(4 * GIB), size: bytes(512 * MIB), maxPlugged: bytes(512 * MIB), alignment: bytes(2 * MIB) },
    };
    const middle = plugged("m", 0, 4 * GIB + 192 * MIB, 128 * MIB);
    expect(plugDimm(tight, [middle], { id: "n", size: bytes(256 * MIB), pxm: 0 })).toEqual({
      ok: false,
      error: "could not find position in guest address space for memory device - memory fragmented due to alignments",
    });
  });
});
