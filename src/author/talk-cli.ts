/** `npm run talk`. */
import { runLateTool } from "../conformance/run.ts";
import { talkTool } from "./talk-tool.ts";

await runLateTool(talkTool);
