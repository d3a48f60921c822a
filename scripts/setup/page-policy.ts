/** The content security policy that the built page sets itself, for hosts that send no headers. */
import { createHash } from "node:crypto";

/** The only Trusted Types policy that the page may create: it is the one of src/client/worker-channel.ts. */
export const TRUSTED_TYPES_POLICY = "simulator-worker";

const INLINE_SCRIPT = /<script>([\s\S]*?)<\/script>/g;

/** The policy for a page with these inline scripts (their text, exactly): each is allowed by its hash, and no other. */
export function pagePolicy(inlineScripts: readonly string[]): string {
  const hashes = inlineScripts.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  return [
    "default-src 'self'",
    ["script-src 'self'", ...hashes].join(" "),
    "worker-src 'self'",
    // The terminal writes style elements and attributes whose text depends on theme and size: docs/decisions.md.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    `trusted-types ${TRUSTED_TYPES_POLICY}`,
  ].join("; ");
}

/**
 * The page with its policy in front of everything that the policy is about.
 * @throws when the page doesn't declare its character set first, where the policy has its place.
 */
export function withPolicy(html: string): string {
  const policy = pagePolicy([...html.matchAll(INLINE_SCRIPT)].map(([, text = ""]) => text));
  const charset = /<meta charset="utf-8" ?\/?>/;
  if (!charset.test(html)) throw new Error("index.html has no <meta charset> to put the policy after");
  return html.replace(
    charset,
    (meta) => `${meta}\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
  );
}
