/** `npm run lesson -- check FILE...`: for authors, whether lessons hold. */
import { BadInput, findFiles, readText } from "../conformance/input.ts";
import { type ExitCode, lineOf, type Output } from "../conformance/run.ts";
import type { Lesson } from "../lessons/format.ts";
import { readLesson } from "../lessons/validate.ts";
import { findStart } from "../lessons/starts/index.ts";
import type { Scenario } from "../protocol/scenario.ts";
import { SCENARIOS } from "../protocol/scenarios/index.ts";
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
  const read = readLesson(content, file);
  if (!read.ok) {
    yield read.problem;
    return;
  }
  const { lesson } = read.value;
  const scenario = scenarioOf(lesson);
  if (typeof scenario === "string") {
    yield `${file}: ${scenario}`;
    return;
  }
  for await (const finding of findings(lesson, scenario, thoroughness)) yield `${file}: ${finding}`;
}

/** The machine that a lesson starts from, or what is wrong with its name. */
function scenarioOf({ start }: Lesson): Scenario | string {
  if (typeof start === "object" && "version" in start) return start;
  const name = typeof start === "string" ? start : start.lesson;
  const found = typeof start === "string" ? findStart(name) : undefined;
  return found ?? `start: expected a scenario like ${SCENARIOS[0].name}, got ${JSON.stringify(name)}`;
}
