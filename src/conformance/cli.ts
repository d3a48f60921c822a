/** `npm run conformance`. */
import { conformance } from "./conformance.ts";
import { runTool } from "./run.ts";

runTool(conformance);
