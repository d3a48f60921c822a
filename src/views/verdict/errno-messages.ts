/** What a shell prints for an errno, in any language (glibc, strerror). */
import type { ErrnoName } from "../../engine/chronicle/outcome.ts";

export const ERRNO_MESSAGES: Readonly<Record<ErrnoName, string>> = {
  EPERM: "Operation not permitted",
  EINTR: "Interrupted system call",
  EIO: "Input/output error",
  ENXIO: "No such device or address",
  EAGAIN: "Resource temporarily unavailable",
  ENOMEM: "Cannot allocate memory",
  EBUSY: "Device or resource busy",
  EEXIST: "File exists",
  ENODEV: "No such device",
  EINVAL: "Invalid argument",
  ENOENT: "No such file or directory",
  EACCES: "Permission denied",
  EFAULT: "Bad address",
  ENOSPC: "No space left on device",
  E2BIG: "Argument list too long",
  ERANGE: "Numerical result out of range",
  ENOTRECOVERABLE: "State not recoverable",
  EHWPOISON: "Memory page has hardware error",
};
