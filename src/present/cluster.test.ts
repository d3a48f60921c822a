/** Three servers for a room: any one can be lost, whichever of them leads, and nothing of what was said is. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { writeConfigs } from "./keep.ts";
import { findServer } from "./nats-server.ts";
import { click, RealRoom } from "./testing/real-room.ts";

const server = findServer();
const SERVERS = 3;
const FOLLOWERS = 9;
/** For whatever has to be seen: how long it takes is not what is looked at. */
const SEEN = { timeout: 60_000, interval: 100 };

describe.skipIf(!server)("a room on three servers", () => {
  const path = server?.path ?? "";

  test("the server itself finds nothing wrong with the configurations that are written", () => {
    const folder = mkdtempSync(join(tmpdir(), "cluster-"));
    try {
      let said = "";
      writeConfigs({ folder, drivers: 2, servers: SERVERS }, { out: (text) => (said += text), err: () => {} });
      expect(said.trim().split("\n")).toHaveLength(SERVERS);
      for (let i = 1; i <= SERVERS; i++)
        execFileSync(path, ["-t", "-c", join(folder, `n${i}.conf`)], { timeout: 10_000, stdio: "pipe" });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 40_000);

  test("each server is lost once, and all hear all that was said, in order", async () => {
    const room = await RealRoom.open(path, SERVERS);
    try {
      const driver = room.drive("a");
      const seats = Array.from({ length: FOLLOWERS }, () => room.follow());
      await expect.poll(() => driver.store.getState().drives, SEEN).toBe(true);
      const allHeard = async () => {
        await expect.poll(() => driver.store.getState().unsaid, SEEN).toBe(0);
        await expect
          .poll(() => seats.filter(({ follower }) => follower.head.seq !== driver.head.seq).length, SEEN)
          .toBe(0);
        for (const { follower } of seats) expect(follower.head).toEqual(driver.head);
      };
      await allHeard();
      for (let lost = 0; lost < SERVERS; lost++) {
        // The one that was lost before has all again: two at once are one too many.
        await expect.poll(() => room.whole(), SEEN).toBe(SERVERS);
        await room.crash(lost);
        for (let cue = 1; cue <= 3; cue++) click(driver, lost, cue);
        await allHeard();
        await room.start(lost);
      }
      const late = room.follow();
      await expect.poll(() => late.follower.head, SEEN).toEqual(driver.head);
      await expect.poll(() => room.keeper?.sums().head, SEEN).toBe(driver.head.seq);
      for (const { went } of seats) expect(went.at(-1)).toBe("2/3");
    } finally {
      await room.close();
    }
  }, 600_000);
});
