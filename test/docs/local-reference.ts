/** Renders docs/local-reference.md from the tables by which the local cloud decides what it knows. */
import fs from "node:fs";
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as sqs from "@aws-sdk/client-sqs";
import { jest } from "@jest/globals";
import { MAX_TIMEOUT } from "../../local/definition/api-gateway";
import type { ResourceType } from "../../local/definition/attributes";
import { Block } from "../../local/definition/block";
import { readDefinition } from "../../local/definition/definition";
import { resourceTypes } from "../../local/definition/resource-types";
import { services } from "../../local/dynamodb/operations/operations";
import { MAX_BODY_BYTES } from "../../local/http/http-api";
import { MAX_SKEW } from "../../local/iam/signature";
import { MAX_MESSAGE_BYTES as MAX_MAC_BYTES } from "../../local/kms/signing-key";
import { MAX_PAYLOAD_BYTES } from "../../local/lambda/invocation";
import { MAX_INSTANCES } from "../../local/lambda/lambda";
import { operations as sqsOperations } from "../../local/sqs/operations";
import { MOST_BATCH_BYTES } from "../../local/sqs/parameters";
import { LONGEST_DELAY, LONGEST_VISIBILITY } from "../../local/sqs/queue";
import { VARIABLES } from "../../local/stage/access-log";
import {
  IDLE_TIMEOUT,
  MAX_FRAME_BYTES,
  MAX_LIFETIME,
  MAX_MESSAGE_BYTES,
  MAX_UNSENT_BYTES,
} from "../../local/websocket/connection";
import { FILE } from "../local/definition/synthesized";

const KB = 1024;
const MINUTE = 60_000;
const code = (names: Iterable<unknown>) => [...names].map((name) => `\`${String(name)}\``).join(", ");

export function renderReference(): string {
  const values = valuesAskedFor();
  return `# What the local cloud knows

Rendered by \`npm run docs\` from the tables in \`local/\`; a test fails if this page says anything else. [The local cloud](local.md#what-differs-from-aws) says what each service was compared with.

## Resources of the definition

An attribute is **emulated** if it decides what runs, or **in the cloud only** if it has no effect here. \`npm start -- --strict\` refuses those of which callers or functions could notice that. Every other attribute, value and type of resource is refused whenever the local cloud starts.

${Object.entries(resourceTypes)
  .filter(([, type]) => !isCloudOnly(type))
  .map((entry) => resource(entry, values))
  .join("\n")}
In the cloud only, as a whole: ${code(
    Object.entries(resourceTypes)
      .filter(([, type]) => isCloudOnly(type))
      .map(([name]) => name),
  )}.

## Operations

${services.map(operations).join("\n")}
**SQS** Emulated: ${code(Object.keys(sqsOperations))}. Refused with an \`UnknownOperationException\`: ${code(
    knownTo(sqs)
      .filter((name) => !(name in sqsOperations))
      .sort(),
  )}.

**KMS** Emulated: \`GenerateMac\`. Every other operation is refused with an \`UnknownOperationException\`.

## Access logs

Variables after \`$context.\` that a format may have. Others are refused.

${Object.entries(VARIABLES)
  .map(([kind, names]) => `- ${kind === "http" ? "HTTP API" : "WebSocket API"}: ${code([...names].sort())}`)
  .join("\n")}

## Numbers

${numbers()}
`;
}

const isCloudOnly = ({ cloudOnly }: ResourceType) => cloudOnly.includes("*");

function resource([type, { emulated, cloudOnly, differences = {} }]: [string, ResourceType], all: Values): string {
  const values = emulated.flatMap((path) => {
    const list = all.get(`${type}.${path}`);
    return list ? [`- \`${path}\`: only ${code(list)}.\n`] : [];
  });
  const strict = Object.entries(differences).map(
    ([path, { here, sameWith }]) =>
      `- With \`--strict\` refused: \`${path}\`${sameWith.length > 0 ? `, unless it is ${code(sameWith)}` : ""}. ${here}\n`,
  );
  const others = cloudOnly.length > 0 ? ` In the cloud only: ${code(cloudOnly)}.` : "";
  return `**${type}** Emulated: ${code(emulated)}.${others}\n\n${[...values, ...strict].join("")}`;
}

/** The values that are emulated of an attribute that takes some only, by its type and path. */
type Values = ReadonlyMap<string, ReadonlySet<string>>;

/** Returns of which attributes a definition may have some values only, as those who read it ask for them. */
function valuesAskedFor(): Values {
  const asking = jest.spyOn(Block.prototype, "oneOf");
  try {
    readDefinition(fs.readFileSync(FILE, "utf8"), FILE);
    const values = new Map<string, Set<string>>();
    for (const [index, [key, emulated]] of asking.mock.calls.entries()) {
      const [type = "", , ...path] = (asking.mock.contexts[index] as Block).address.split(".");
      const attribute = [type, ...path, key].join(".");
      values.set(attribute, new Set([...(values.get(attribute) ?? []), ...emulated]));
    }
    return values;
  } finally {
    asking.mockRestore();
  }
}

/** Every operation of DynamoDB that AWS's client knows. The four of DynamoDB Streams belong to another client. */
const known = knownTo(dynamodb);

/** The operations that a client has a command for. */
function knownTo(client: object): string[] {
  return Object.keys(client)
    .map((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1] ?? "")
    .filter((name) => name !== "" && name !== "$");
}

function operations({ target, operations: all }: (typeof services)[number]): string {
  const streams = target.startsWith("DynamoDBStreams");
  const others = known.filter((name) => !all.has(name)).sort();
  const refused = streams ? "Those are all." : `Refused with an \`UnknownOperationException\`: ${code(others)}.`;
  return `**${streams ? "DynamoDB Streams" : "DynamoDB"}** Emulated: ${code(all.keys())}. ${refused}\n`;
}

function numbers(): string {
  const rows = [
    ["Body of a request to the HTTP API", `${MAX_BODY_BYTES / KB / KB} MB`, "AWS"],
    ["Event or answer of a function", `${MAX_PAYLOAD_BYTES / KB / KB} MB`, "AWS"],
    ["Timeout of a function behind API Gateway", `${MAX_TIMEOUT} s`, "AWS"],
    ["WebSocket message", `${MAX_MESSAGE_BYTES / KB} KB`, "AWS"],
    ["WebSocket frame", `${MAX_FRAME_BYTES / KB} KB`, "AWS"],
    ["Idle WebSocket connection", `${IDLE_TIMEOUT / MINUTE} minutes`, "AWS"],
    ["Life of a WebSocket connection", `${MAX_LIFETIME / MINUTE / 60} hours`, "AWS"],
    ["Message of a MAC", `${MAX_MAC_BYTES} bytes`, "AWS"],
    ["Batch of messages to a queue", `${MOST_BATCH_BYTES / KB / KB} MB`, "AWS"],
    ["Delay of a message to a queue", `${LONGEST_DELAY / 60} minutes`, "AWS"],
    ["Visibility timeout of a message", `${LONGEST_VISIBILITY / 60 / 60} hours`, "AWS"],
    ["Age of a signature", `${MAX_SKEW / MINUTE} minutes`, "AWS"],
    ["Unread bytes at which sending to a connection gets 429", `${MAX_UNSENT_BYTES / KB / KB} MB`, "chosen here"],
    ["Calls of a function at once", `${MAX_INSTANCES}`, "chosen here"],
  ];
  return [["at most", "", "from"], ["---", "---", "---"], ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
