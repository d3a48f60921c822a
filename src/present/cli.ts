/** `npm run present`. */
import { runLateTool } from "../conformance/run.ts";
import { presentTool } from "./present-tool.ts";

await runLateTool(presentTool, "the room failed: ");
