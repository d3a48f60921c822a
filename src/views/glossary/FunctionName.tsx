/** The name of a kernel function, as its kernel has it: a way into the glossary. */
import { calledIn, type KernelFunction } from "../../engine/chronicle/functions.ts";
import { askAbout } from "./asked.ts";
import frame from "../frame.module.css";

interface FunctionNameProps {
  readonly name: KernelFunction;
  /** Of the kernel. */
  readonly version: string;
}

export function FunctionName({ name, version }: FunctionNameProps) {
  return (
    <button
      type="button"
      className={frame.function}
      data-function={name}
      aria-haspopup="dialog"
      onClick={() => askAbout(name, version)}
    >
      <code>{calledIn(version, name)}</code>
    </button>
  );
}
