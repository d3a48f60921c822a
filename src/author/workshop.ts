/** The entry of the worker in which exercises are made and lessons are tried: on machines that nobody sees. */
import type { FromWorkshop, ToWorkshop } from "../lessons/predict/format.ts";

/** The page's side of the line; this program has no types of workers. */
interface Line {
  onmessage: ((event: { readonly data: ToWorkshop }) => void) | null;
  postMessage(message: FromWorkshop): void;
}
const line = globalThis as unknown as Line;

/** Fewer seeds and players than the tool takes: it is tried again at every change. */
const QUICK = { seeds: 2, random: 3 };

async function work(job: ToWorkshop): Promise<void> {
  if (job.type === "exercise") {
    const { exerciseOf } = await import("./exercises/trial.ts");
    line.postMessage({ type: "exercise", exercise: exerciseOf(job.name) });
    return;
  }
  if (job.type === "rehearse") {
    const [{ talkFindings }, { readTalk }] = await Promise.all([
      import("./talk-rehearsal.ts"),
      import("../talks/validate.ts"),
    ]);
    const read = readTalk(job.text, "talk");
    if (!read.ok) line.postMessage({ type: "finding", finding: read.problem.replace(/^talk: /, "") });
    else for await (const finding of talkFindings(read.value)) line.postMessage({ type: "finding", finding });
    line.postMessage({ type: "checked" });
    return;
  }
  const [{ findings }, { lessonText, openLesson }] = await Promise.all([
    import("./check.ts"),
    import("../lessons/open.ts"),
  ]);
  const opened = await openLesson(job.text, "lesson", (id) => lessonText(id, job.beside));
  if (!opened.ok) line.postMessage({ type: "finding", finding: opened.problem.replace(/^lesson: /, "") });
  else
    for await (const finding of findings(opened.value.lesson, opened.value.scenario, QUICK))
      line.postMessage({ type: "finding", finding });
  line.postMessage({ type: "checked" });
}

line.onmessage = ({ data }) => {
  work(data).catch((error: unknown) => {
    line.postMessage({ type: "broke", reason: error instanceof Error ? error.message : String(error) });
  });
};
