/** The promise that undo, links, lessons and recovery stand on: the same causes at the same instants, the same machine. */
import { expect, test } from "vitest";
import { journalEntries } from "../engine/time/journal.ts";
import { EngineHost } from "./engine-host.ts";
import { listen, type Played, playSession, type Told } from "./testing/random-session.ts";

/** REPLAY_RUNS and REPLAY_SEED search elsewhere and longer. */
const RUNS = Number(process.env.REPLAY_RUNS ?? 200);
const SEED = Number(process.env.REPLAY_SEED ?? 1);
const LENGTH = 14;

async function playAgain({ scenario, host }: Played): Promise<Told & { readonly hash: string }> {
  const { journal, instant } = host.past();
  const again = new EngineHost(scenario);
  const told: Told = { transactions: [], text: new Map() };
  await again.joinTerminals(listen(told), (command, origin) => again.act(command, origin));
  again.replay(journalEntries(structuredClone(journal)), instant);
  told.transactions.push(...again.reader("first").read());
  return { ...told, hash: again.past().hash };
}

test("random sessions, played again from their journals, give the same transactions, state and text", async () => {
  const seen = { characters: 0, terminals: 0, transactions: 0 };
  for (let seed = SEED; seed < SEED + RUNS; seed++) {
    const played = await playSession(seed, LENGTH);
    const again = await playAgain(played);
    const told = `seed ${seed}`;
    expect(again.transactions.length, told).toBe(played.transactions.length);
    for (const [i, transaction] of played.transactions.entries())
      expect(JSON.stringify(again.transactions[i]), told).toBe(JSON.stringify(transaction));
    expect([...again.text], told).toEqual([...played.text]);
    expect(again.hash, told).toBe(played.host.past().hash);
    seen.transactions += played.transactions.length;
    seen.terminals += played.text.size;
    for (const text of played.text.values()) seen.characters += text.length;
  }
  // Sessions in which nothing happens would prove nothing.
  expect(seen.transactions / RUNS).toBeGreaterThan(30);
  expect(seen.characters / RUNS).toBeGreaterThan(1_000);
  expect(seen.terminals / RUNS).toBeGreaterThan(1);
}, 1_200_000);
