import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { requestHeaders, responseHeaders } from "../api/http/cors-headers";
import { repositoryUrl } from "../environments/names";
import { addCleaning } from "./cleaning";
import { access } from "./constructs/access";
import { image } from "./constructs/api-image";
import { Queue } from "./constructs/background/queue";
import { StreamSource } from "./constructs/background/stream-source";
import { type Artifacts, zip } from "./constructs/code";
import { door } from "./constructs/door";
import { FunctionUrl } from "./constructs/function-url";
import { HttpApi } from "./constructs/http-api";
import { Lambda } from "./constructs/lambda";
import { settings } from "./constructs/settings";
import { SigningKey } from "./constructs/signing-key";
import { WebSocketApi } from "./constructs/websocket-api";
import { EnvironmentStack, type EnvironmentStackProps } from "./environment-stack";
import { addTables } from "./tables";
import { forget } from "./terraform/forget";
import { keepProtected } from "./terraform/protected";

export interface ApplicationStackProps extends EnvironmentStackProps {
  readonly artifacts: Artifacts;
}

/** The stack with everything of an environment but its image repository. */
export class ApplicationStack extends EnvironmentStack {
  constructor(scope: Construct, id: string, { environment, artifacts }: ApplicationStackProps) {
    super(scope, id, { environment });

    const tables = addTables(this, { environment });
    const { posts, comments, favorites, connections, subscriptions, connectionTally, users, tickets } = tables;
    const signing = new SigningKey(this, "signing", { environment });
    const websocket = new WebSocketApi(this, "websocket", { environment });
    const http = new HttpApi(this, "http", { environment });
    const queue = new Queue(this, "deliveries", {
      environment,
      name: "deliveries",
      worker: environment.delivery,
      redelivery: "soon",
    });

    const common = settings(environment);
    const bundled = { environment, size: environment.functions, code: zip(artifacts, environment.runtime) };
    const connect = new Lambda(this, "connect", {
      ...bundled,
      entry: "websocket-connect",
      uses: [
        common,
        door(environment),
        connections.allow("PutItem"),
        subscriptions.allow("PutItem"),
        users.allow("GetItem", "UpdateItem"),
        tickets.allow("DeleteItem"),
        connectionTally.allow("UpdateItem"),
        signing.use("SIGNING_KEY_ID"),
      ],
    });
    const disconnect = new Lambda(this, "disconnect", {
      ...bundled,
      entry: "websocket-disconnect",
      uses: [
        common,
        connections.allow("GetItem", "DeleteItem"),
        subscriptions.allow("DeleteItem"),
        users.allow("UpdateItem"),
        connectionTally.allow("UpdateItem"),
      ],
    });
    const echo = new Lambda(this, "default", {
      ...bundled,
      entry: "websocket-default",
      uses: [
        common,
        access("WEBSOCKET_MESSAGES_PER_MINUTE", String(environment.websocket.messagesPerMinute)),
        connections.allow("GetItem", "UpdateItem"),
        subscriptions.allow("PutItem", "DeleteItem"),
        websocket.close("WEBSOCKET_API_ENDPOINT"),
      ],
    });
    const sender = [
      common,
      connections.allow("GetItem", "DeleteItem"),
      subscriptions.allow("Query", "DeleteItem"),
      users.allow("UpdateItem"),
      connectionTally.allow("UpdateItem"),
      tables.deliveries.allow("UpdateItem"),
      queue.send("DELIVERIES_QUEUE_URL"),
      websocket.send("WEBSOCKET_API_ENDPOINT"),
    ] as const;
    const threshold = access("DELIVERY_THRESHOLD", String(environment.delivery.threshold));
    const broadcast = new Lambda(this, "broadcast", {
      ...bundled,
      entry: "websocket-broadcast",
      uses: [...sender, threshold],
    });
    const worker = new Lambda(this, "deliver-segments", {
      ...bundled,
      size: environment.delivery,
      entry: "deliver-segments",
      uses: sender,
    });
    queue.feeds(worker, { maximumConcurrency: environment.delivery.workers, batchSize: 1 });

    websocket.route("$connect", connect);
    websocket.route("$disconnect", disconnect);
    websocket.route("$default", echo, { responds: true });
    const announcements = http.route("/broadcast/comments", broadcast, { id: "broadcast" });

    const api = new Lambda(this, "api", {
      environment,
      size: environment.api,
      code: image(artifacts, environment),
      entry: "api",
      uses: [
        common,
        posts.allow("GetItem", "PutItem", "UpdateItem", "ConditionCheckItem", "BatchGetItem", "Query"),
        comments.allow("GetItem", "PutItem", "UpdateItem", "Query"),
        favorites.allow("PutItem", "DeleteItem"),
        favorites.query("by_creation"),
        connectionTally.allow("BatchGetItem"),
        users.allow("UpdateItem"),
        tickets.allow("PutItem"),
        signing.use("SIGNING_KEY_ID"),
        access("FIREBASE_PROJECT_ID", environment.firebaseProjectId),
        access("API_DOCS", environment.apiDocs ? "on" : "off"),
        announcements.address("APP_SERVERLESS_WEBSOCKET_ENDPOINT"),
        websocket.address("WEBSOCKET_URL"),
      ],
    });
    const url = new FunctionUrl(api, "url", {
      environment,
      target: api,
      cors: { allowHeaders: requestHeaders, exposeHeaders: responseHeaders },
    });

    const background = { ...bundled, size: environment.background };
    const announce = new Lambda(this, "announce", {
      ...background,
      entry: "announce",
      uses: [...sender, threshold, posts.allow(), comments.allow()],
    });
    new StreamSource(announce, "changes", {
      environment,
      name: "changes",
      target: announce,
      tables: [posts, comments],
      // Each is told to everyone in turn, and all of them within the function's time.
      batchSize: 20,
    });
    addCleaning(this, { ...background, tables });

    // Stages deploy themselves since they have no deployment of ours; one that still serves the last of them must keep it.
    forget(this, ["aws_apigatewayv2_deployment.websocket_stage_deployment"]);

    keepProtected(this, {
      environment,
      addresses: [
        "aws_dynamodb_table.comments",
        "aws_dynamodb_table.favorites",
        "aws_dynamodb_table.posts",
        "aws_kms_key.signing",
        "aws_lambda_function_url.api_url",
      ],
    });

    new TerraformOutput(this, "FunctionUrlEndpoint", { value: url.url });
    new TerraformOutput(this, "WebSocketURL", { value: websocket.url });
    new TerraformOutput(this, "BroadcastApiUrl", { value: announcements.url });
    new TerraformOutput(this, "ECRRepositoryURI", { value: repositoryUrl(environment) });
  }
}
