/** `npm run talk -- check FILE...`: for authors, whether talks hold when they are played. */
import { BadInput, findFiles, readText } from "../conformance/input.ts";
import { type ExitCode, lineOf, type Output } from "../conformance/run.ts";
import { LONGEST_CUE, type Talk } from "../talks/format.ts";
import { readTalk } from "../talks/validate.ts";
import { Rehearsal } from "./talk-rehearsal.ts";

const USAGE = "usage: npm run talk -- check FILE...";

/** 0: all hold; 2: one line for each thing that is wrong, with file, field and reason. */
export async function talkTool([verb, ...names]: readonly string[], { out, err }: Output): Promise<ExitCode> {
  if (verb !== "check" || names.length === 0) throw new BadInput(USAGE);
  const files = findFiles(names);
  let bad = 0;
  for (const file of files) {
    const problems = await problemsOf(file);
    for (const problem of problems) err(lineOf(problem));
    if (problems.length > 0) bad++;
    else out(`${file}: holds\n`);
  }
  out(`${files.length - bad} of ${files.length} talks hold\n`);
  return bad === 0 ? 0 : 2;
}

async function problemsOf(file: string): Promise<string[]> {
  try {
    const read = readTalk(readText(file), file);
    return read.ok ? (await findings(read.value)).map((problem) => `${file}: ${problem}`) : [read.problem];
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return [error.message];
  }
}

/** Plays every click of a talk: what lasts too long, and what points at nothing. */
export async function findings(talk: Talk): Promise<string[]> {
  const found: string[] = [];
  const rehearsal = new Rehearsal(talk);
  const { playground } = rehearsal;
  for (const [scene, { cues }] of talk.scenes.entries()) {
    await rehearsal.at(scene, 0);
    for (const [i, { point, rewind }] of cues.entries()) {
      const field = `scenes[${scene}].cues[${i}]`;
      const before = rehearsal.time;
      const block = point?.block ?? rewind?.block;
      if (block !== undefined) {
        await playground.whenIdle();
        const { records } = playground.store.getState();
        if (!records.attempt[records.block[block]?.attempt ?? ""]?.culprit)
          found.push(`${field}: expected a block that was refused for a page, got ${JSON.stringify(block)}`);
      }
      await rehearsal.at(scene, i + 1);
      const seconds = (rehearsal.time - before) / 1000;
      if (seconds > LONGEST_CUE)
        found.push(`${field}.speed: expected to be over in ${LONGEST_CUE} s, took ${seconds} s`);
    }
  }
  rehearsal.close();
  return found;
}
