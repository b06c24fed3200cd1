import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

/** The real buildah, which needs no daemon, with a store of its own. */
export class Buildah {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-buildah-"));

  /** Runs a command and returns what it printed. */
  run(...words: readonly string[]): string {
    return execFileSync(
      "buildah",
      ["--root", path.join(this.folder, "root"), "--runroot", path.join(this.folder, "run"), ...words],
      {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        // Neither namespaces nor an overlay, which many a container has not.
        env: { ...process.env, BUILDAH_ISOLATION: "chroot", STORAGE_DRIVER: "vfs" },
      },
    ).trim();
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
