/** `npm run lesson`. */
import { runLateTool } from "../conformance/run.ts";
import { lessonTool } from "./tool.ts";

await runLateTool(lessonTool);
