/**
 * Reads images from a registry and writes them: https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 *
 * No package that is kept up does this. Blobs are sent whole, with one POST and one PUT: ECR takes that, while its
 * answers to parts of a blob differ from the specification.
 */
import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { digestOf } from "../../../image/digest";
import { type Descriptor, FAMILIES } from "../../../image/manifest";
import { CommandError } from "../../errors/command-error";
import { checking, type Progress } from "./checking";
import { type Answer, Connection, type ConnectionSettings } from "./connection";
import { RegistryFailure } from "./failure";

/** A manifest, or a list of them, byte for byte. */
export interface StoredManifest {
  readonly mediaType: string;
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/** What became of a blob: the registry had it, took it from another of its repositories, or was sent it. */
export type Sent = "there" | "mounted" | "sent";

export interface Upload {
  readonly blob: Descriptor;
  /** Opens the content; called again if it has to be sent again. */
  readonly open: () => Promise<Uint8Array | Readable>;
  /** Other repositories of the same registry that may have the blob. */
  readonly mountFrom?: readonly string[];
  readonly progress?: Progress;
}

/** The types that are asked for. Without them a registry converts what it has, and the digest changes. */
const ACCEPT = FAMILIES.flatMap(({ manifest, index }) => [manifest, index]).join(", ");
/** The most redirections from one blob to where it is. */
const REDIRECTIONS = 5;
/** The most bytes of a manifest: ECR takes 4 MiB. */
const LONGEST_MANIFEST = 4 * 1024 * 1024;

export class Registry {
  readonly url: string;
  private readonly connection: Connection;

  constructor(settings: ConnectionSettings) {
    this.url = settings.url;
    this.connection = new Connection(settings);
  }

  /** Returns the digest of what a tag or a digest names; undefined if there is none. */
  async find(repository: string, reference: string): Promise<string | undefined> {
    const what = `the image ${repository}:${reference}`;
    const path = `/v2/${repository}/manifests/${reference}`;
    return this.connection.repeating(async () => {
      const { status, header, body } = await this.connection.send(
        { method: "HEAD", path, what, headers: { accept: ACCEPT } },
        [200, 404],
      );
      await body.dump();
      if (status === 404) return undefined;
      // The header is optional.
      return header("docker-content-digest") ?? (await this.manifest(repository, reference)).digest;
    });
  }

  /** Returns a manifest, or a list of them. Throws if it is not what a digest says. */
  async manifest(repository: string, reference: string): Promise<StoredManifest> {
    const what = `the manifest ${repository}@${reference}`;
    const path = `/v2/${repository}/manifests/${reference}`;
    return this.connection.repeating(async () => {
      const { body, header } = await this.connection.send(
        { method: "GET", path, what, headers: { accept: ACCEPT } },
        [200],
      );
      const bytes = await buffer(body);
      if (bytes.length > LONGEST_MANIFEST) throw corrupt(what, "is too long for a manifest");
      const digest = digestOf(bytes);
      if (reference.includes(":") && digest !== reference) throw corrupt(what, `came as ${digest}`);
      return { mediaType: header("content-type")?.split(";")[0] ?? "", digest, bytes };
    });
  }

  /** Puts a manifest under a tag. An image that is there already, even if the tag cannot be put again, is as good. */
  async putManifest(repository: string, tag: string, { mediaType, digest, bytes }: StoredManifest): Promise<void> {
    const sending = {
      method: "PUT",
      path: `/v2/${repository}/manifests/${tag}`,
      what: `the image ${repository}:${tag}`,
      headers: { "content-type": mediaType },
      body: bytes,
    } as const;
    await this.connection.repeating(async () => {
      try {
        await (await this.connection.send(sending, [201])).body.dump();
      } catch (error) {
        // Two may push at once, and a tag may be immutable.
        const refused = error instanceof RegistryFailure && !error.passes;
        if (!refused || (await this.find(repository, tag)) !== digest) throw error;
      }
    });
  }

  /** Returns a small blob as a whole. */
  async blob(repository: string, blob: Descriptor): Promise<Uint8Array> {
    return this.connection.repeating(async () => {
      const content = checking(blob);
      return buffer((await this.open(repository, blob)).on("error", (error) => content.destroy(error)).pipe(content));
    });
  }

  /** Opens a blob to be read once. Nothing is checked on the way. */
  async open(repository: string, { digest }: Descriptor): Promise<Readable> {
    const what = `the blob ${repository}@${digest}`;
    const first = { method: "GET", path: `/v2/${repository}/blobs/${digest}`, what } as const;
    let answer = await this.connection.send(first, [200, 301, 302, 303, 307, 308]);
    for (let hops = 0; answer.status !== 200; hops++) {
      await answer.body.dump();
      if (hops === REDIRECTIONS) throw corrupt(what, "is redirected again and again");
      answer = await this.connection.send({ ...first, path: locationOf(answer, what) }, [200, 301, 302, 303, 307, 308]);
    }
    return answer.body;
  }

  /** Makes sure that a repository has a blob. */
  async push(repository: string, { blob, open, mountFrom = [], progress }: Upload): Promise<Sent> {
    const what = `the blob ${repository}@${blob.digest}`;
    const path = `/v2/${repository}/blobs`;
    return this.connection.repeating(async () => {
      const head = await this.connection.send(
        { method: "HEAD", path: `${path}/${blob.digest}`, what },
        [200, 307, 404],
      );
      await head.body.dump();
      if (head.status !== 404) return "there";

      const mounts = mountFrom.map((from) => `?mount=${blob.digest}&from=${encodeURIComponent(from)}`);
      let location = "";
      for (const query of mounts.length === 0 ? [""] : mounts) {
        const begun = await this.connection.send(
          { method: "POST", path: `${path}/uploads/${query}`, what },
          [201, 202],
        );
        await begun.body.dump();
        // ECR mounts only where the account allows it (BLOB_MOUNTING), and otherwise begins an upload.
        if (begun.status === 201) return "mounted";
        location = locationOf(begun, what);
      }
      const content = await open();
      const body = content instanceof Uint8Array ? content : content.pipe(checking(blob, progress));
      if (!(content instanceof Uint8Array) && !(body instanceof Uint8Array))
        content.on("error", (error) => body.destroy(error));
      try {
        const put = await this.connection.send(
          {
            method: "PUT",
            path: `${location}${location.includes("?") ? "&" : "?"}digest=${encodeURIComponent(blob.digest)}`,
            what,
            headers: { "content-type": "application/octet-stream", "content-length": String(blob.size) },
            body,
          },
          [201],
        );
        await put.body.dump();
      } finally {
        if (!(content instanceof Uint8Array)) content.destroy();
      }
      return "sent";
    });
  }
}

/** Returns the whole URL of a redirection, which may be relative. */
function locationOf({ header, url }: Answer, what: string): string {
  const location = new URL(header("location") ?? "", url);
  if (url.startsWith("https:") && location.protocol !== "https:")
    throw corrupt(what, `is redirected to ${location.protocol}//${location.host}, which is not encrypted`);
  return location.href;
}

function corrupt(what: string, mistake: string): CommandError {
  return new CommandError({ subject: what, mistake, remedy: "ask whoever runs the registry, or its proxy" });
}
