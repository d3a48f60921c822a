/** `npm run record`. */
import { record } from "./record.ts";
import { runTool } from "./run.ts";

await runTool(record);
