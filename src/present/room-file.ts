/** What a room is called, and its keys: in a file of its own, so that a room that is served again has the same links. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { BadInput } from "../conformance/input.ts";

/** Letters and digits that nobody takes for one another. */
const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
const secret = v.pipe(v.string(), v.regex(/^[\w-]{16,64}$/));
const roomSchema = v.strictObject({
  room: v.pipe(v.string(), v.regex(/^[a-z0-9]{4,16}$/)),
  /** One for each who may drive; the first begins. */
  drivers: v.record(v.pipe(v.string(), v.regex(/^[a-z]$/)), secret),
  /** Of who keeps and counts. */
  keeper: secret,
});
export type Room = v.InferOutput<typeof roomSchema>;

const newSecret = (): string => randomBytes(24).toString("base64url");

/** Drivers a, b, c… */
export function makeRoom(drivers: number): Room {
  return {
    room: Array.from(randomBytes(6), (byte) => LETTERS[byte % LETTERS.length]).join(""),
    drivers: Object.fromEntries(
      Array.from({ length: drivers }, (_, i) => [String.fromCharCode(97 + i), newSecret()] as const),
    ),
    keeper: newSecret(),
  };
}

/**
 * The room that was served from this folder before, or a new one.
 * @throws BadInput where the file there is none of ours.
 */
export function roomIn(folder: string, drivers: number): Room {
  const file = join(folder, "room.json");
  if (existsSync(file)) {
    try {
      return v.parse(roomSchema, JSON.parse(readFileSync(file, "utf8")));
    } catch {
      throw new BadInput(`${file}: not a room; move it away, and a new one is made`);
    }
  }
  mkdirSync(folder, { recursive: true });
  const room = makeRoom(drivers);
  writeFileSync(file, `${JSON.stringify(room, null, 2)}\n`, { mode: 0o600 });
  return room;
}
