/** Errors of files, and the phrases that C libraries print for them. */
import type { ErrnoName } from "../chronicle/outcome.ts";

/** What opening, reading or writing a file can answer. */
export type FileErrno =
  | ErrnoName
  | "EISDIR"
  | "ENOTDIR"
  | "ELOOP"
  | "EFAULT"
  | "ENOTSUP"
  | "EROFS"
  | "ENOTEMPTY"
  | "EPIPE"
  | "ESRCH"
  | "EXDEV"
  | "EBADF"
  | "ECHILD"
  | "ESPIPE"
  | "ENOEXEC"
  | "ENAMETOOLONG"
  | "ETXTBSY";

const PHRASES: Readonly<Record<FileErrno, string>> = {
  EPERM: "Operation not permitted",
  ENOENT: "No such file or directory",
  EINTR: "Interrupted system call",
  ETXTBSY: "Text file busy",
  EIO: "Input/output error",
  ENXIO: "No such device or address",
  E2BIG: "Argument list too long",
  EAGAIN: "Resource temporarily unavailable",
  ENOMEM: "Cannot allocate memory",
  EACCES: "Permission denied",
  EFAULT: "Bad address",
  EBUSY: "Device or resource busy",
  EEXIST: "File exists",
  ENODEV: "No such device",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  EINVAL: "Invalid argument",
  ENOSPC: "No space left on device",
  EROFS: "Read-only file system",
  ERANGE: "Numerical result out of range",
  ELOOP: "Too many levels of symbolic links",
  ENOTSUP: "Operation not supported",
  ENOTEMPTY: "Directory not empty",
  ENAMETOOLONG: "File name too long",
  EPIPE: "Broken pipe",
  EBADF: "Bad file descriptor",
  ESRCH: "No such process",
  ECHILD: "No child processes",
  ESPIPE: "Illegal seek",
  ENOEXEC: "Exec format error",
  EXDEV: "Invalid cross-device link",
  ENOTRECOVERABLE: "State not recoverable",
  EHWPOISON: "Memory page has hardware error",
};

/** The phrase after `write error: `, as glibc's strerror has it. */
export const strerror = (errno: FileErrno): string => PHRASES[errno];
