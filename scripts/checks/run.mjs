/** Runs one program of a check, with its output on the terminal and a limit to its time. */
import { spawn } from "node:child_process";
import { root } from "../setup/packages.mjs";

/**
 * @param {string[]} command script of Node and its arguments, relative to the project
 * @param {{ minutes: number, capture?: boolean, env?: Record<string, string> }} options `capture` keeps what it prints
 * @returns {Promise<{ ok: boolean, output: string }>} `output` is empty without `capture`
 */
export function runNode(command, { minutes, capture = false, env = {} }) {
  return new Promise((resolve) => {
    // A group of its own, so that a hanging program takes its browsers and servers along.
    const grouped = process.platform !== "win32";
    const child = spawn(process.execPath, command, {
      cwd: root,
      detached: grouped,
      stdio: ["ignore", capture ? "pipe" : "inherit", "inherit"],
      env: { ...process.env, ...env },
    });
    /** @param {NodeJS.Signals} name */
    const signal = (name) => {
      try {
        if (grouped && child.pid) process.kill(-child.pid, name);
        else child.kill(name);
      } catch {
        // It ended by itself in the meantime.
      }
    };
    const stop = () => {
      signal("SIGTERM");
      process.exit(130);
    };
    process.once("SIGINT", stop).once("SIGTERM", stop);
    /** @type {NodeJS.Timeout} */
    let timer = setTimeout(() => {
      console.error(`Stopped: it has run for ${minutes} minutes.`);
      signal("SIGTERM");
      // Ten seconds to end its own servers and browsers.
      timer = setTimeout(() => signal("SIGKILL"), 10_000);
    }, minutes * 60_000);

    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    const finish = (/** @type {boolean} */ ok) => {
      clearTimeout(timer);
      process.off("SIGINT", stop).off("SIGTERM", stop);
      resolve({ ok, output });
    };
    child.once("error", (error) => {
      console.error(error.message);
      finish(false);
    });
    child.once("close", (code) => finish(code === 0));
  });
}
