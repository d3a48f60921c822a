/** `npm run differential`. */
import { differential } from "./differential.ts";
import { runTool } from "./run.ts";

await runTool(differential);
