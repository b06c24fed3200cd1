import { describe, expect, test } from "@jest/globals";
import { development } from "../../environments/development";
import { production } from "../../environments/production";
import { staging } from "../../environments/staging";
import { generalized, linesOf } from "../support/flatten";
import { account, synthesizeEnvironment } from "../support/synth";

/** In words, how the environments differ; by which values, and what those are in development, staging and production. */
const stated: readonly (readonly [sentence: string, values: RegExp, are: readonly unknown[]])[] = [
  ["logs are kept for 7, 14 and 30 days", /^aws_cloudwatch_log_group\.[\w-]+\.retention_in_days$/, [7, 14, 30]],
  ["development alone shows how the API is used", /\.variables\.API_DOCS$/, ["on", "off", "off"]],
  ["development logs every detail", /\.variables\.LOG_LEVEL$/, ["DEBUG", "INFO", "INFO"]],
  [
    "what users wrote can be brought back, except in development",
    /^aws_dynamodb_table\.(posts|comments|favorites)\.point_in_time_recovery\.enabled$/,
    [false, true, true],
  ],
  [
    "production refuses to delete what users wrote",
    /^aws_dynamodb_table\.(posts|comments|favorites)\.(deletion_protection_enabled|lifecycle\.prevent_destroy)$/,
    [false, false, true],
  ],
  [
    "production refuses to delete its public address, its signing key and its images",
    /^(aws_lambda_function_url\.api_url|aws_kms_key\.signing|repository\.aws_ecr_repository\.api)\.lifecycle\.prevent_destroy$/,
    [false, false, true],
  ],
  [
    "nobody deletes production's signing key, whatever the code says by then",
    /^aws_kms_key\.signing\.policy\.Statement\[1\]\./,
    [undefined, undefined, expect.anything()],
  ],
  [
    "the others delete their images with the repository",
    /^repository\.aws_ecr_repository\.api\.force_delete$/,
    [true, true, false],
  ],
  [
    "each is for web pages of its own",
    /(\.allow_origins|\.WEBSOCKET_ORIGINS)$/,
    [
      ["http://localhost:3000", "http://localhost:3001"],
      ["https://<environment>.example.com"],
      ["https://www.example.com"],
    ],
  ],
  [
    "development alone takes WebSocket clients that are no browsers and have no ticket",
    /\.WEBSOCKET_WITHOUT_ORIGIN$/,
    ["allowed", "with a ticket", "with a ticket"],
  ],
  ["the API has more memory in production", /^aws_lambda_function\.api\.memory_size$/, [512, 512, 1024]],
  [
    "the other functions have more memory in production",
    /^aws_lambda_function\.(?!api\.|deliver-segments\.)[\w-]+\.memory_size$/,
    [256, 256, 512],
  ],
  ["workers have little to do in development", /^aws_lambda_function\.deliver-segments\.memory_size$/, [256, 512, 512]],
  ["in development a few sockets are many", /\.DELIVERY_THRESHOLD$/, ["50", "2000", "2000"]],
  [
    "the others use the account's whole quota to deliver",
    /^aws_lambda_event_source_mapping\.deliveries_source\.scaling_config\.maximum_concurrency$/,
    [2, 6, 6],
  ],
  ["new connections per second", /\.websocket_stage\.route_settings\[0\]\.throttling_rate_limit$/, [20, 100, 300]],
  ["new connections at once", /\.websocket_stage\.route_settings\[0\]\.throttling_burst_limit$/, [40, 200, 600]],
  [
    "WebSocket messages per second",
    /\.websocket_stage\.(default_route_settings|route_settings\[1\])\.throttling_rate_limit$/,
    [50, 200, 1000],
  ],
  [
    "WebSocket messages at once",
    /\.websocket_stage\.(default_route_settings|route_settings\[1\])\.throttling_burst_limit$/,
    [100, 400, 2000],
  ],
  ["WebSocket messages a minute of one connection", /\.WEBSOCKET_MESSAGES_PER_MINUTE$/, ["6000", "120", "120"]],
  ["broadcasts per second", /\.http_stage\..*\.throttling_rate_limit$/, [20, 50, 200]],
  ["broadcasts at once", /\.http_stage\..*\.throttling_burst_limit$/, [40, 100, 400]],
  ["production alone has alarms", /^aws_cloudwatch_metric_alarm\./, [undefined, undefined, expect.anything()]],
];

const byEnvironment = [development, staging, production].map((environment) => {
  const { application, repository } = synthesizeEnvironment({ ...environment, account });
  const images = [...linesOf(repository)].map(([path, value]) => [`repository.${path}`, value] as const);
  return generalized(new Map([...linesOf(application), ...images]), environment.name);
});
const differing = [...new Set(byEnvironment.flatMap((lines) => [...lines.keys()]))].filter(
  (path) => new Set(byEnvironment.map((lines) => lines.get(path))).size > 1,
);

describe("development, staging and production differ", () => {
  test.each(stated)("in this: %s", (_sentence, values, are) => {
    const paths = differing.filter((path) => values.test(path));
    expect(paths).not.toEqual([]);
    for (const path of paths)
      expect([path, ...byEnvironment.map((lines) => parsed(lines.get(path)))]).toEqual([path, ...are]);
  });

  test("in nothing else", () => {
    expect(differing.filter((path) => !stated.some(([, values]) => values.test(path)))).toEqual([]);
  });
});

function parsed(value: string | undefined): unknown {
  return value === undefined ? undefined : JSON.parse(value);
}
