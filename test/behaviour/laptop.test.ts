import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Authorization } from "../../local/iam/policy";
import { type LocalCloud, startLocalCloud } from "../../local/local-cloud";
import { root, stackFile } from "./addresses.mjs";
import { registerBehaviours } from "./behaviour";
import { behaviours } from "./behaviours";
import { laptop } from "./laptop";
import { excess } from "./least-privilege";
import type { Platform } from "./platform";

const authorizations: Authorization[] = [];
let data: string;
let cloud: LocalCloud;
let platform: Platform;
beforeAll(async () => {
  data = fs.mkdtempSync(path.join(os.tmpdir(), "terrace-behaviour-"));
  cloud = await startLocalCloud({
    definition: stackFile("development"),
    dist: path.join(root, "dist"),
    data,
    ports: { api: 0, gateway: 0, dynamodb: 0 },
    onAuthorization: (authorization) => authorizations.push(authorization),
  });
  platform = laptop(cloud, "development");
});
afterAll(async () => {
  platform.database.destroy();
  await cloud.stop();
  fs.rmSync(data, { recursive: true });
});

registerBehaviours(behaviours, () => platform);

test("the behaviours used every permission that the definition grants, and no other", async () => {
  // The functions of the connections that are still open have run then, too.
  await cloud.stop();
  expect(excess(cloud.definition, authorizations)).toEqual({ neverUsed: [], notGranted: [] });
});
