import http from "node:http";
import { buffer } from "node:stream/consumers";
import type { JsonObject } from "../../../../local/shared/json";
import { callerXml } from "./account/query-api";
import { type Answer, json, refused, xml } from "./answers";
import { listen } from "./http-server";
import { type Fault, S3 } from "./s3";

/**
 * The little of AWS over HTTP that commands need: who calls, objects with their conditions, and for everything else
 * what the test answers.
 */
export interface FakeAws {
  readonly url: string;
  /** The bytes of the objects by `bucket/key`. */
  readonly objects: Map<string, Buffer>;
  /** Uploads in parts that are under way, by `bucket/key`. */
  readonly uploads: ReadonlyMap<string, ReadonlyMap<number, Buffer>>;
  /** Every request, as `PUT bucket/key`. */
  readonly requests: string[];
  /** Called before an object is written, or a part (`bucket/key#2`); what it returns drops the connection without an answer, once the object is there if `after`. */
  onPut: ((key: string) => Fault | undefined) | undefined;
  /** Called before a request has any effect; what it returns drops the connection. */
  onRequest: (() => Fault | undefined) | undefined;
  /** Answers calls of services that speak JSON, such as `DynamoDB_20120810.Scan`, and of Lambda, such as `PUT name`. */
  answer: (operation: string, input: JsonObject) => Promise<JsonObject>;
  close(): Promise<void>;
}

/** An error of a service that the SDK knows by its name. */
export class Refusal extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

/** Starts the double, for callers of an account. */
export async function startFakeAws(account: string): Promise<FakeAws> {
  const s3 = new S3(account, true);
  const requests: string[] = [];
  const answerTo = async (request: http.IncomingMessage, url: URL, name: string, body: Buffer) => {
    const { method = "", headers } = request;
    const called = headers["x-amz-target"] ?? (name.includes("/functions/") && `${method} ${name.split("/")[2]}`);
    if (called)
      return fake.answer(String(called), body.length === 0 ? {} : JSON.parse(String(body))).then(json, failed);
    if (name === "") return xml(callerXml(account));
    return s3.answer({ method, url, headers, body, region: "" });
  };
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url ?? "", "http://s3");
    const name = decodeURIComponent(url.pathname.slice(1));
    const body = await buffer(request);
    requests.push(`${request.method} ${name}`);
    const dropped = fake.onRequest?.();
    const answer = dropped === "drop before" ? undefined : await answerTo(request, url, name, body);
    if (answer === undefined || dropped === "drop after") request.socket.destroy();
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  const { url, stop } = await listen(server);
  const fake: FakeAws = {
    url,
    objects: s3.objects,
    uploads: s3.uploads,
    requests,
    onPut: undefined,
    onRequest: undefined,
    answer: async () => {
      throw new Refusal("ResourceNotFoundException");
    },
    close: stop,
  };
  s3.onPut = (key) => fake.onPut?.(key);
  return fake;
}

function failed(error: unknown): Answer {
  return error instanceof Error ? refused(error.name, error.message) : refused("InternalFailure");
}
