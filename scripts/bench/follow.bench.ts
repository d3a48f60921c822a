/** A room with a real NATS server: how soon a click reaches those who follow, and what the server needs for them. */
import { readFileSync } from "node:fs";
import { findServer, NO_SERVER } from "../../src/present/nats-server.ts";
import { click, RealRoom, type Seat } from "../../src/present/testing/real-room.ts";
import { type Bench, quantile } from "./bench.ts";

const CLICKS = 20;
/** Two entries a click, and the first of all. */
const LATE_CLICKS = 515;

function memoryOf(pid: number): number {
  const kib = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kib ?? Number.NaN) / 1024;
}

async function until(what: string, holds: () => boolean, seconds = 60): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`waited for ${seconds} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Median and 95th percentile of all deliveries, ms; memory of all servers, MiB; a late one's way to the last of 1,031 entries, ms. */
async function room(followers: number, servers: number): Promise<number[]> {
  const server = findServer();
  if (!server) throw Object.assign(new Error(NO_SERVER), { name: "NoBrowser" });
  const one = await RealRoom.open(server.path, servers);
  try {
    const times: number[] = [];
    let clicked = 0;
    const seats: Seat[] = [];
    for (let i = 0; i < followers; i++) {
      seats.push(one.follow(() => times.push(performance.now() - clicked)));
      // Nobody opens a link with all others in one instant.
      if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const driver = one.drive("a");
    await until("the driver drives", () => driver.store.getState().drives);
    await until("all have joined", () => seats.every(({ follower }) => follower.head.seq >= 0), 120);
    for (let i = 0; i < CLICKS; i++) {
      clicked = performance.now();
      click(driver, i % 20, 1 + (i % 5));
      await until("all have heard a click", () => times.length >= followers * (i + 1));
      await until("all is said", () => driver.store.getState().unsaid === 0);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const memory = one.pids.reduce((sum, pid) => sum + memoryOf(pid), 0);
    const heard = [...times];
    await until(
      "all are in step",
      () =>
        seats.every(
          ({ follower }) => follower.head.hash === driver.head.hash && follower.store.getState().mode === "in-step",
        ),
      120,
    );
    // The rest is said to nobody, for who comes late.
    for (const { follower } of seats) follower.close();
    for (let i = CLICKS; i < LATE_CLICKS; i++) click(driver, i % 20, 1 + (i % 5));
    await until("all is said", () => driver.store.getState().unsaid === 0);
    await until("it is kept", () => one.keeper?.sums().head === driver.head.seq);
    const began = performance.now();
    const late = one.follow();
    await until("the late one is there", () => late.follower.head.seq === driver.head.seq);
    const took = performance.now() - began;
    return [quantile(heard, 0.5), quantile(heard, 0.95), memory, took];
  } finally {
    await one.close();
  }
}

export const benches: readonly Bench[] = [
  { followers: 500, servers: 1, of: "" },
  { followers: 3000, servers: 1, of: "" },
  { followers: 1500, servers: 3, of: " on a cluster of three" },
].map(({ followers, servers, of }) => ({
  name: `a talk with ${followers} followers${of}`,
  figures: [
    { name: "a click is heard, median", unit: "ms", better: "lower" },
    { name: "a click is heard, 95 %", unit: "ms", better: "lower", target: 1000 },
    { name: "the servers' memory", unit: "MiB", better: "lower" },
    { name: "a late one has 1,031 entries", unit: "ms", better: "lower", target: 1000 },
  ],
  runs: 1,
  run: () => room(followers, servers),
}));
