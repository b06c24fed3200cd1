// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform's expressions are written in that form.
import { describe, expect, test } from "@jest/globals";
import { readDefinition } from "../../../local/definition/definition";
import type { Authorization } from "../../../local/iam/policy";
import { resourceOf, type Stack, synthesized } from "./synthesized";

const read = (stack: Stack) => readDefinition(JSON.stringify(stack), "cdk.tf.json");
/** Reads the synthesized stack after a change. */
const changed = (change: (stack: Stack) => void) => {
  const stack = synthesized();
  change(stack);
  return read(stack);
};
const PLACE = "ap-northeast-1:000000000000";

describe("the synthesized stack", () => {
  const { functions, tables, httpApi, webSocketApi, functionUrl, place, counts } = read(synthesized());
  const named = (bundle: string) => functions.find((candidate) => candidate.bundle === bundle);

  test("runs nine functions: eight from zip files and the API from its image", () => {
    expect(functions.map(({ bundle, packageType }) => `${bundle} ${packageType}`).sort()).toEqual([
      ...[
        "announce Zip",
        "api Image",
        "deliver-segments Zip",
        "finish-deletions Zip",
        "sweep Zip",
        "websocket-broadcast Zip",
        "websocket-connect Zip",
        "websocket-default Zip",
        "websocket-disconnect Zip",
      ],
    ]);
    expect(functions.every(({ mayWriteLogs }) => mayWriteLogs())).toBe(true);
  });

  test("gives every function its variables with every reference resolved", () => {
    expect(named("websocket-connect")?.variables).toMatchObject({
      APP_ENVIRONMENT: "development",
      DYNAMODB_CONNECTIONS_TABLE: "blogapp-development-websocket-connections",
    });
    expect(named("api")?.variables.WEBSOCKET_URL).toBe(
      `wss://${webSocketApi?.id}.execute-api.ap-northeast-1.amazonaws.com/development`,
    );
    expect(JSON.stringify(functions)).not.toContain("${");
  });

  test("gives every function the policy of its role", () => {
    const table = `arn:aws:dynamodb:${PLACE}:table/blogapp-development-websocket-connections`;
    expect(named("websocket-connect")?.policy.allows("dynamodb:PutItem", table)).toBe(true);
    expect(named("websocket-connect")?.policy.allows("dynamodb:DeleteItem", table)).toBe(false);
    const connections = `arn:aws:execute-api:${PLACE}:${webSocketApi?.id}/development/POST/@connections/abc=`;
    expect(named("websocket-broadcast")?.policy.allows("execute-api:ManageConnections", connections)).toBe(true);
  });

  test("makes its tables with keys, indexes and time to live", () => {
    const posts = tables.find(({ name }) => name === "blogapp-development-posts");
    expect(posts).toMatchObject({
      arn: `arn:aws:dynamodb:${PLACE}:table/blogapp-development-posts`,
      key: { hash: "id", range: undefined },
      indexes: [{ name: "by_creation", key: { hash: "feed", range: "created_at" }, projection: "ALL" }],
      timeToLive: "ttl",
    });
    expect(tables.find(({ name }) => name.endsWith("favorites"))?.timeToLive).toBeUndefined();
  });

  test("gives a table the stream that it is to have", () => {
    const { tables: streaming } = changed((stack) => {
      Object.assign(resourceOf(stack, "aws_dynamodb_table", "-favorites"), {
        stream_enabled: true,
        stream_view_type: "NEW_AND_OLD_IMAGES",
      });
    });
    const streamOf = (suffix: string) => streaming.find(({ name }) => name.endsWith(suffix))?.stream;
    expect([streamOf("-favorites"), streamOf("-tickets")]).toEqual(["NEW_AND_OLD_IMAGES", undefined]);
  });

  test("routes messages and signed requests to their functions, with the permissions that takes", () => {
    const routes = webSocketApi?.routes.map(({ key, function: target, permitted, responds }) =>
      [key, target.bundle, permitted() ? "permitted" : "", responds ? "responds" : ""].join(" ").trim(),
    );
    expect(routes?.sort()).toEqual([
      "$connect websocket-connect permitted",
      "$default websocket-default permitted responds",
      "$disconnect websocket-disconnect permitted",
    ]);
    expect(httpApi?.routes).toMatchObject([
      { key: "POST /broadcast/comments", authorization: "AWS_IAM", function: { bundle: "websocket-broadcast" } },
    ]);
    expect(httpApi?.routes.map(({ permitted }) => permitted())).toEqual([true]);
    expect(functionUrl?.function.bundle).toBe("api");
    expect(functionUrl?.permitted()).toBe(true);
  });

  test("names the permission that lets a service invoke a function, whenever it is asked for", () => {
    const heard: Authorization[] = [];
    const { webSocketApi: api, functions: all } = readDefinition(
      JSON.stringify(synthesized()),
      "cdk.tf.json",
      (authorization) => heard.push(authorization),
    );
    const route = api?.routes.find(({ key }) => key === "$connect");
    expect(heard).toEqual([]);
    expect(route?.permitted()).toBe(true);
    const source = `${api?.executionArn}/development/$connect`;
    expect(heard).toEqual([
      {
        function: "blogapp-development-websocket-connect",
        action: "lambda:InvokeFunction",
        resource: source,
        grant: {
          source: expect.stringMatching(/^aws_lambda_permission\./),
          action: "lambda:InvokeFunction",
          resource: source,
        },
      },
    ]);
    expect(all.find(({ bundle }) => bundle === "websocket-connect")?.grants).toContainEqual(heard[0]?.grant);
  });

  test("says where it is and how much of it is emulated", () => {
    expect(place).toEqual({
      account: "000000000000",
      region: "ap-northeast-1",
      partition: "aws",
      suffix: "amazonaws.com",
    });
    expect(counts.emulated).toBeGreaterThan(counts.cloudOnly);
  });
});

describe("a definition is refused, with resource and attribute, if it has", () => {
  const table = "aws_dynamodb_table.posts";
  test.each<[string, (stack: Stack) => void, string]>([
    [
      "an unknown attribute",
      (stack) => {
        resourceOf(stack, "aws_dynamodb_table", "-posts").colour = "red";
      },
      `${table}: the attribute colour is not emulated.`,
    ],
    [
      "an unknown attribute in a block",
      (stack) => {
        resourceOf(stack, "aws_dynamodb_table", "-connections").ttl = { attribute_name: "ttl", colour: "red" };
      },
      "aws_dynamodb_table.connections: the attribute ttl.colour is not emulated.",
    ],
    [
      "an unknown type of resource",
      (stack) => {
        stack.resource.aws_sns_topic = { jobs: {} };
      },
      "aws_sns_topic.jobs: resources of type aws_sns_topic are not emulated.",
    ],
    [
      "a data source",
      (stack) => {
        stack.data = { aws_region: { here: {} } };
      },
      '"data" blocks are not emulated.',
    ],
    [
      "locals",
      (stack) => {
        stack.locals = { a: 1 };
      },
      '"locals" blocks are not emulated.',
    ],
    [
      "a count",
      (stack) => {
        resourceOf(stack, "aws_dynamodb_table", "-posts").count = 2;
      },
      `${table}: the attribute count is not emulated.`,
    ],
    [
      "a function call",
      (stack) => {
        resourceOf(stack, "aws_dynamodb_table", "-posts").name = "${lower(aws_iam_role.api.name)}";
      },
      `${table}: name: the expression \${lower(aws_iam_role.api.name)} is not emulated`,
    ],
    [
      "a reference to nothing",
      (stack) => {
        resourceOf(stack, "aws_dynamodb_table", "-posts").name = "${aws_iam_role.gone.name}";
      },
      `${table}: name: there is no aws_iam_role.gone`,
    ],
    [
      "a reference to an attribute that is not known here",
      (stack) => {
        resourceOf(stack, "aws_dynamodb_table", "-posts").name = "${aws_dynamodb_table.comments.stream_label}";
      },
      "aws_dynamodb_table.comments.stream_label is not emulated.",
    ],
    [
      "a reference to itself",
      (stack) => {
        resourceOf(stack, "aws_dynamodb_table", "-posts").name = `\${${table}.name}`;
      },
      "refers to itself",
    ],
    [
      "an unknown view of a stream",
      (stack) => {
        Object.assign(resourceOf(stack, "aws_dynamodb_table", "-favorites"), {
          stream_enabled: true,
          stream_view_type: "EVERYTHING",
        });
      },
      `aws_dynamodb_table.favorites: stream_view_type "EVERYTHING" is not emulated: only "KEYS_ONLY" or "NEW_IMAGE" or "OLD_IMAGE" or "NEW_AND_OLD_IMAGES" is.`,
    ],
    [
      "a stream without a view",
      (stack) => {
        resourceOf(stack, "aws_dynamodb_table", "-favorites").stream_enabled = true;
      },
      `aws_dynamodb_table.favorites: stream_view_type must be a string, but it is missing.`,
    ],
    [
      "a view of no stream",
      (stack) => {
        resourceOf(stack, "aws_dynamodb_table", "-favorites").stream_view_type = "NEW_IMAGE";
      },
      `aws_dynamodb_table.favorites: stream_view_type is set, but stream_enabled is not true: AWS refuses that.`,
    ],
    [
      "provisioned capacity",
      (stack) => {
        resourceOf(stack, "aws_dynamodb_table", "-posts").billing_mode = "PROVISIONED";
      },
      `${table}: billing_mode "PROVISIONED" is not emulated: only "PAY_PER_REQUEST" is.`,
    ],
    [
      "provisioned capacity because nothing else is said",
      (stack) => {
        delete resourceOf(stack, "aws_dynamodb_table", "-posts").billing_mode;
      },
      `${table}: billing_mode must be a string, but it is missing.`,
    ],
    [
      "a function in another language",
      (stack) => {
        resourceOf(stack, "aws_lambda_function", '-connect"').runtime = "python3.13";
      },
      'aws_lambda_function.connect: the runtime "python3.13" is not emulated: only those of Node.js are.',
    ],
    [
      "a value of the wrong type",
      (stack) => {
        resourceOf(stack, "aws_lambda_function", '-connect"').timeout = "29";
      },
      'aws_lambda_function.connect: timeout must be a number, but it is "29".',
    ],
    [
      "a missing value",
      (stack) => {
        delete resourceOf(stack, "aws_lambda_function", '-connect"').function_name;
      },
      "aws_lambda_function.connect: function_name must be a string, but it is missing.",
    ],
    [
      "a second image",
      (stack) => {
        Object.assign(resourceOf(stack, "aws_lambda_function", '-connect"'), { package_type: "Image" });
      },
      "are images: only one can be run",
    ],
    [
      "a route with a variable path",
      (stack) => {
        resourceOf(stack, "aws_apigatewayv2_route", "AWS_IAM").route_key = "GET /posts/{id}";
      },
      'the route_key "GET /posts/{id}" is not emulated',
    ],
    [
      "a stage that serves what was deployed once",
      (stack) => {
        delete resourceOf(stack, "aws_apigatewayv2_stage", "logging_level").auto_deploy;
      },
      "aws_apigatewayv2_stage.websocket_stage does not deploy itself: only auto_deploy is emulated",
    ],
    [
      "a Function URL for signed requests",
      (stack) => {
        resourceOf(stack, "aws_lambda_function_url").authorization_type = "AWS_IAM";
      },
      'authorization_type "AWS_IAM" is not emulated: only "NONE" is.',
    ],
    [
      "a function that API Gateway would not wait for",
      (stack) => {
        resourceOf(stack, "aws_lambda_function", '-broadcast"').timeout = 60;
      },
      "a timeout of 60 seconds behind API Gateway, which waits for 29, is not emulated.",
    ],
    [
      "a policy with a wildcard action",
      (stack) => {
        const policy = resourceOf(stack, "aws_iam_role_policy", "dynamodb:PutItem");
        policy.policy = String(policy.policy).replace("dynamodb:PutItem", "dynamodb:*");
      },
      'the action "dynamodb:*" is not emulated',
    ],
  ])("%s", (_, change, message) => {
    expect(() => changed(change)).toThrow(message);
    expect(() => changed(change)).toThrow("The local cloud cannot run cdk.tf.json:");
  });

  test("several problems at once: all are listed", () => {
    expect(() =>
      changed((stack) => {
        resourceOf(stack, "aws_dynamodb_table", "-posts").colour = "red";
        stack.resource.aws_sns_topic = { jobs: {} };
      }),
    ).toThrow(/colour is not emulated\.\naws_sns_topic\.jobs/);
  });

  test("text that is no JSON object", () => {
    expect(() => readDefinition("{", "cdk.tf.json")).toThrow(
      "The local cloud cannot run cdk.tf.json:\nIt is not a JSON object.",
    );
  });
});

describe("what is missing in a definition is missing here", () => {
  test("without its permission a route is not permitted", () => {
    const { webSocketApi } = changed(({ resource }) => {
      const permissions = resource.aws_lambda_permission ?? {};
      for (const [name, { source_arn }] of Object.entries(permissions))
        if (String(source_arn).endsWith("$connect")) delete permissions[name];
    });
    expect(webSocketApi?.routes.map(({ key, permitted }) => [key, permitted()])).toContainEqual(["$connect", false]);
    expect(webSocketApi?.routes.map(({ key, permitted }) => [key, permitted()])).toContainEqual(["$default", true]);
  });

  test.each(["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"])(
    "without %s for everybody a Function URL is closed",
    (action) => {
      const { functionUrl } = changed(({ resource }) => {
        const permissions = resource.aws_lambda_permission ?? {};
        for (const [name, permission] of Object.entries(permissions))
          if (permission.principal === "*" && permission.action === action) delete permissions[name];
      });
      expect(functionUrl?.permitted()).toBe(false);
    },
  );

  test("without its route response a route does not answer", () => {
    const { webSocketApi } = changed(({ resource }) => delete resource.aws_apigatewayv2_route_response);
    expect(webSocketApi?.routes.some(({ responds }) => responds)).toBe(false);
  });

  test("without the permission to write them a function's logs are lost", () => {
    const { functions } = changed((stack) => {
      const policy = resourceOf(stack, "aws_iam_role_policy", '-connect"');
      policy.policy = String(policy.policy).replace("logs:PutLogEvents", "logs:DescribeLogStreams");
    });
    expect(functions.filter(({ mayWriteLogs }) => !mayWriteLogs()).map(({ bundle }) => bundle)).toEqual([
      "websocket-connect",
    ]);
  });

  test("without its numbers a stage refuses everything", () => {
    const { webSocketApi } = changed((stack) => {
      resourceOf(stack, "aws_apigatewayv2_stage", "logging_level").default_route_settings = { logging_level: "OFF" };
    });
    expect(webSocketApi?.stage.limits).toEqual({ rate: 0, burst: 0 });
  });

  test("a route with settings of its own has nothing of the stage's: a missing number refuses everything", () => {
    expect(changed(() => undefined).webSocketApi?.stage.routeLimits).toEqual({
      $connect: { rate: 20, burst: 40 },
      $default: { rate: 50, burst: 100 },
    });
    const { webSocketApi } = changed((stack) => {
      resourceOf(stack, "aws_apigatewayv2_stage", "logging_level").route_settings = [
        { route_key: "$default", throttling_rate_limit: 5 },
      ];
    });
    expect(webSocketApi?.stage.routeLimits).toEqual({ $default: { rate: 5, burst: 0 } });
  });

  test("settings of a route that is not there are refused, as by AWS", () => {
    expect(() =>
      changed((stack) => {
        resourceOf(stack, "aws_apigatewayv2_stage", "logging_level").route_settings = [
          { route_key: "chat", throttling_rate_limit: 5, throttling_burst_limit: 5 },
        ];
      }),
    ).toThrow('there is no route "chat"');
  });
});
