import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../environments/environment";
import { repositoryUrl, stackNames } from "../environments/names";
import { access } from "./constructs/access";
import { image } from "./constructs/api-image";
import { type Artifacts, zip } from "./constructs/code";
import { FunctionUrl } from "./constructs/function-url";
import { handler } from "./constructs/handler";
import { HttpApi } from "./constructs/http-api";
import { HttpRoute } from "./constructs/http-route";
import { HttpStage } from "./constructs/http-stage";
import { Lambda } from "./constructs/lambda";
import { settings } from "./constructs/settings";
import { SigningKey } from "./constructs/signing-key";
import { WebSocketApi } from "./constructs/websocket-api";
import { WebSocketRoute } from "./constructs/websocket-route";
import { WebSocketStage } from "./constructs/websocket-stage";
import { EnvironmentStack } from "./environment-stack";
import { addTables } from "./tables";

const BROADCAST_PATH = "/broadcast/comments";

/** Everything of an environment but its image repository. */
export class ApplicationStack extends EnvironmentStack {
  constructor(scope: Construct, environment: Environment, artifacts: Artifacts) {
    super(scope, stackNames(environment).application, environment);

    const { posts, comments, favorites, connections, tickets } = addTables(this, environment);
    const signing = new SigningKey(this, "signing", environment);
    const websocket = new WebSocketApi(this, "websocket", environment);
    const http = new HttpApi(this, "http", environment);

    const common = settings(environment);
    const bundled = { environment, size: environment.functions, code: zip(artifacts, environment.runtime) };
    const connect = new Lambda(this, "connect", {
      ...bundled,
      name: "websocket-connect",
      handler: handler<typeof import("../functions/connect")>("connect"),
      uses: [common, connections.allow("PutItem", "UpdateItem")],
    });
    const disconnect = new Lambda(this, "disconnect", {
      ...bundled,
      name: "websocket-disconnect",
      handler: handler<typeof import("../functions/disconnect")>("disconnect"),
      uses: [common, connections.allow("DeleteItem", "UpdateItem")],
    });
    const echo = new Lambda(this, "default", {
      ...bundled,
      name: "websocket-default",
      handler: handler<typeof import("../functions/default")>("default"),
      uses: [common],
    });
    const broadcast = new Lambda(this, "broadcast", {
      ...bundled,
      name: "websocket-broadcast",
      handler: handler<typeof import("../functions/broadcast")>("broadcast"),
      uses: [common, connections.allow("Scan", "DeleteItem", "UpdateItem"), websocket.send("WEBSOCKET_API_ENDPOINT")],
    });
    const api = new Lambda(this, "api", {
      environment,
      name: "api",
      size: environment.api,
      code: image(artifacts, environment),
      handler: handler<typeof import("../api/variables")>("api"),
      uses: [
        common,
        posts.allow("GetItem", "PutItem", "UpdateItem", "ConditionCheckItem", "BatchGetItem", "Query"),
        comments.allow("GetItem", "PutItem", "UpdateItem", "BatchWriteItem", "Query"),
        favorites.allow("PutItem", "DeleteItem", "BatchWriteItem", "Query"),
        connections.allow("BatchGetItem"),
        tickets.allow("PutItem"),
        signing.use("SIGNING_KEY_ID"),
        access("FIREBASE_PROJECT_ID", environment.firebaseProjectId),
        access("API_DOCS", environment.apiDocs ? "on" : "off"),
        http.invoke("APP_SERVERLESS_WEBSOCKET_ENDPOINT", BROADCAST_PATH),
        websocket.address("WEBSOCKET_URL"),
      ],
    });

    const routes = [
      new WebSocketRoute(websocket, "connect", { key: "$connect", target: connect }),
      new WebSocketRoute(websocket, "disconnect", { key: "$disconnect", target: disconnect }),
      new WebSocketRoute(websocket, "default", { key: "$default", target: echo, responds: true }),
    ];
    new WebSocketStage(websocket, "stage", { environment, routes });
    new HttpRoute(http, "broadcast", { path: BROADCAST_PATH, target: broadcast });
    new HttpStage(http, "stage", environment);
    const url = new FunctionUrl(api, "url", { environment, target: api });

    new TerraformOutput(this, "FunctionUrlEndpoint", { value: url.url });
    new TerraformOutput(this, "WebSocketURL", { value: websocket.url });
    new TerraformOutput(this, "BroadcastApiUrl", { value: http.url(BROADCAST_PATH) });
    new TerraformOutput(this, "ECRRepositoryURI", { value: repositoryUrl(environment) });
  }
}
