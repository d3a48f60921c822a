/** `npm run talk -- check FILE...`: for authors, whether talks hold when they are played. */
import { BadInput, findFiles, readText } from "../conformance/input.ts";
import { type ExitCode, lineOf, type Output } from "../conformance/run.ts";
import { readTalk } from "../talks/validate.ts";
import { talkFindings } from "./talk-rehearsal.ts";

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
    if (!read.ok) return [read.problem];
    const found: string[] = [];
    for await (const problem of talkFindings(read.value)) found.push(`${file}: ${problem}`);
    return found;
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return [error.message];
  }
}
