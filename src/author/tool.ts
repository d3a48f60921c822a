/** `npm run lesson -- check FILE...`: for authors, whether lessons hold. */
import { dirname, join } from "node:path";
import { BadInput, findFiles, readText } from "../conformance/input.ts";
import { type ExitCode, lineOf, type Output } from "../conformance/run.ts";
import { openLesson } from "../lessons/open.ts";
import type { Checked } from "../protocol/border.ts";
import { findings, type Thoroughness } from "./check.ts";

const USAGE = "usage: npm run lesson -- check FILE... [--seeds N] [--random N]";
const MOST = 1000;

interface Request {
  readonly files: readonly string[];
  readonly thoroughness: Thoroughness;
}

function requestOf(args: readonly string[]): Request {
  const [verb, ...rest] = args;
  if (verb !== "check") throw new BadInput(USAGE);
  const files: string[] = [];
  const figures = { seeds: 20, random: 50 };
  for (let i = 0; i < rest.length; i++) {
    const word = rest[i] as string;
    if (!word.startsWith("-")) {
      files.push(word);
      continue;
    }
    const name = word.slice(2);
    if (!(name === "seeds" || name === "random")) throw new BadInput(`unknown option ${word}; ${USAGE}`);
    const figure = Number(rest[++i] ?? "none");
    if (!Number.isInteger(figure) || figure < 0 || figure > MOST)
      throw new BadInput(`${word}: expected a number up to ${MOST}; ${USAGE}`);
    figures[name] = figure;
  }
  if (files.length === 0) throw new BadInput(USAGE);
  return { files: findFiles(files), thoroughness: figures };
}

/** 0: all hold; 2: one line for each thing that is wrong, with file, field and reason. */
export async function lessonTool(args: readonly string[], { out, err }: Output): Promise<ExitCode> {
  const request = requestOf(args);
  let bad = 0;
  for (const file of request.files) {
    let problems = 0;
    for await (const problem of problemsOf(file, request.thoroughness)) {
      problems++;
      err(lineOf(problem));
    }
    if (problems === 0) out(`${file}: holds\n`);
    else bad++;
  }
  out(`${request.files.length - bad} of ${request.files.length} lessons hold\n`);
  return bad === 0 ? 0 : 2;
}

async function* problemsOf(file: string, thoroughness: Thoroughness): AsyncGenerator<string> {
  let content: string;
  try {
    content = readText(file);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    yield error.message;
    return;
  }
  const opened = await openLesson(content, file, (id) => Promise.resolve(beside(file, id)));
  if (!opened.ok) {
    yield opened.problem;
    return;
  }
  const { lesson, scenario } = opened.value;
  for await (const finding of findings(lesson, scenario, thoroughness)) yield `${file}: ${finding}`;
}

/** The text of a lesson that lies beside another. */
function beside(file: string, id: string): Checked<string> {
  try {
    return { ok: true, value: readText(join(dirname(file), `${id}.json`)) };
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return { ok: false, problem: error.message };
  }
}
