// Edits of functions, their variables and their code, and of whole plans.
import { rename } from "./tables.mjs";

/** @type {import("../edit.mjs").Edit[]} */
export const functions = [
  {
    id: "function-name",
    title: "the API's function gets another name: its URL and permissions go with it",
    verdict: "stops",
    unguarded: true,
    edit: ({ aws_lambda_function: f }) => {
      f.api.function_name = "blogapp-production-rest";
    },
  },
  {
    id: "function-id",
    title: "the construct of a function gets another id",
    verdict: "asks",
    edit: (_, stack) => {
      for (const [type, name] of [
        ["aws_lambda_function", "disconnect"],
        ["aws_iam_role", "disconnect_role"],
        ["aws_iam_role_policy", "disconnect_role_policy"],
        ["aws_cloudwatch_log_group", "disconnect_logs"],
        ["aws_cloudwatch_metric_alarm", "disconnect_errors"],
      ])
        rename(stack, type ?? "", name ?? "", (name ?? "").replace("disconnect", "leave"));
    },
  },
  {
    id: "function-code",
    title: "only the code of a function changes",
    verdict: "nothing",
    edit: ({ aws_lambda_function: f }) => {
      f.connect.source_code_hash = "b3RoZXIgYnl0ZXMsIG90aGVyIGhhc2gsIGFuZCBzbyBvbg==";
    },
  },
  {
    id: "function-added",
    title: "a function is added, with its role and logs",
    verdict: "notes",
    edit: ({ aws_lambda_function: f, aws_iam_role: o, aws_iam_role_policy: p, aws_cloudwatch_log_group: g }) => {
      const name = "blogapp-production-digest";
      o.digest_role = { ...o.connect_role, name };
      g.digest_logs = { ...g.connect_logs, name: `/aws/lambda/${name}` };
      p.digest_role_policy = {
        ...p.connect_role_policy,
        name,
        role: "${aws_iam_role.digest_role.name}",
        policy: p.connect_role_policy.policy.replaceAll("connect_logs", "digest_logs"),
      };
      f.digest = {
        ...f.connect,
        function_name: name,
        role: "${aws_iam_role.digest_role.arn}",
        depends_on: ["aws_cloudwatch_log_group.digest_logs", "aws_iam_role_policy.digest_role_policy"],
      };
    },
  },
  {
    id: "function-removed",
    title: "a function leaves the code, with its route, role, logs and alarm",
    verdict: "asks",
    edit: (r) => {
      delete r.aws_lambda_function.broadcast;
      delete r.aws_iam_role.broadcast_role;
      delete r.aws_iam_role_policy.broadcast_role_policy;
      delete r.aws_cloudwatch_log_group.broadcast_logs;
      delete r.aws_cloudwatch_metric_alarm.broadcast_errors;
      delete r.aws_apigatewayv2_integration.http_broadcast_integration;
      delete r.aws_apigatewayv2_route.http_broadcast;
      delete r.aws_lambda_permission.http_broadcast_permission;
    },
  },
  {
    id: "runtime-older",
    title: "a function goes back to an older runtime",
    verdict: "asks",
    edit: ({ aws_lambda_function: f }) => {
      f.connect.runtime = "nodejs22.x";
    },
  },
  {
    id: "runtime-newer",
    title: "a function goes on to a newer runtime",
    stack: "extras",
    verdict: "notes",
    edit: ({ aws_lambda_function: f }) => {
      f.connect.runtime = "nodejs24.x";
    },
  },
  {
    id: "architecture",
    title: "a function runs on the other architecture",
    verdict: "asks",
    edit: ({ aws_lambda_function: f }) => {
      f.connect.architectures = ["x86_64"];
    },
  },
  {
    id: "memory-lower",
    title: "the API gets a quarter of its memory",
    verdict: "asks",
    edit: ({ aws_lambda_function: f }) => {
      f.api.memory_size = 256;
    },
  },
  {
    id: "memory-doubled",
    title: "the API gets twice its memory",
    verdict: "notes",
    edit: ({ aws_lambda_function: f }) => {
      f.api.memory_size = 2048;
    },
  },
  {
    id: "memory-little-more",
    title: "the API gets a little more memory",
    verdict: "nothing",
    edit: ({ aws_lambda_function: f }) => {
      f.api.memory_size = 1280;
    },
  },
  {
    id: "timeout-lower",
    title: "the API may take 5 seconds instead of 15",
    verdict: "asks",
    edit: ({ aws_lambda_function: f }) => {
      f.api.timeout = 5;
    },
  },
  {
    id: "concurrency-zero",
    title: "nobody can connect: the function may run 0 times at once",
    verdict: "stops",
    edit: ({ aws_lambda_function: f }) => {
      f.connect.reserved_concurrent_executions = 0;
    },
  },
  {
    id: "concurrency-reserved",
    title: "the API may run 50 times at once",
    verdict: "asks",
    edit: ({ aws_lambda_function: f }) => {
      f.api.reserved_concurrent_executions = 50;
    },
  },
  {
    id: "variable-removed",
    title: "a variable of the API is removed",
    verdict: "asks",
    edit: ({ aws_lambda_function: f }) => {
      delete f.api.environment.variables.SIGNING_KEY_ID;
    },
  },
  {
    id: "variable-debug",
    title: "the API logs everything",
    verdict: "notes",
    edit: ({ aws_lambda_function: f }) => {
      f.api.environment.variables.LOG_LEVEL = "DEBUG";
    },
  },
  {
    id: "variable-firebase",
    title: "users of another Firebase project may sign in",
    verdict: "asks",
    edit: ({ aws_lambda_function: f }) => {
      f.api.environment.variables.FIREBASE_PROJECT_ID = "another-project";
    },
  },
  {
    id: "variable-emulator",
    title: "the API accepts tokens of the Firebase emulator",
    verdict: "stops",
    edit: ({ aws_lambda_function: f }) => {
      f.api.environment.variables.FIREBASE_AUTH_EMULATOR_HOST = "localhost:9099";
    },
  },
  {
    id: "variable-endpoint",
    title: "a function calls another address for AWS",
    verdict: "stops",
    edit: ({ aws_lambda_function: f }) => {
      f.connect.environment.variables.AWS_ENDPOINT_URL_DYNAMODB = "https://dynamodb.example.com";
    },
  },
  {
    id: "variable-origin",
    title: "a list of origins takes one more",
    stack: "extras",
    verdict: "asks",
    edit: ({ aws_lambda_function: f }) => {
      f.connect.environment.variables.ALLOWED_ORIGINS = "https://www.example.com,https://evil.example";
    },
  },
  {
    id: "variable-added",
    title: "a function gets a new variable",
    verdict: "nothing",
    edit: ({ aws_lambda_function: f }) => {
      f.connect.environment.variables.GRACE_SECONDS = "30";
    },
  },
  {
    id: "variable-sensitive",
    title: "a variable with a secret changes, and the secret is in no line",
    stack: "extras",
    verdict: "notes",
    edit: (_, stack) => {
      const token = stack.variable?.token;
      if (token) token.default = "another-secret-4711";
    },
  },
  {
    id: "vpc",
    title: "a function is put into a VPC",
    verdict: "asks",
    edit: ({ aws_lambda_function: f }) => {
      f.connect.vpc_config = { subnet_ids: ["subnet-0123456789abcdef0"], security_group_ids: ["sg-0123456789abcdef0"] };
    },
  },
  {
    id: "tracing-on",
    title: "calls of a function are traced",
    verdict: "nothing",
    edit: ({ aws_lambda_function: f }) => {
      f.connect.tracing_config = { mode: "Active" };
    },
  },
  {
    id: "tags",
    title: "a tag is put on everything",
    verdict: "notes",
    edit: (_, stack) => {
      stack.provider.aws[0].default_tags[0].tags.Owner = "team";
    },
  },
  {
    id: "nothing",
    title: "nothing changes",
    verdict: "nothing",
  },
  {
    id: "region",
    title: "everything moves to another region",
    unguarded: true,
    verdict: "stops",
    edit: (_, stack) => {
      stack.provider.aws[0].region = "eu-west-1";
    },
  },
  {
    id: "destroy",
    title: "somebody plans with -destroy",
    unguarded: true,
    verdict: "stops",
    args: ["-destroy"],
  },
  {
    id: "destroy-development",
    title: "somebody plans with -destroy in development",
    stack: "development",
    verdict: "stops",
    args: ["-destroy"],
  },
  {
    id: "target",
    title: "somebody plans with -target",
    verdict: "asks",
    args: ["-target=aws_lambda_function.connect"],
    edit: ({ aws_lambda_function: f }) => {
      f.connect.source_code_hash = "b3RoZXIgYnl0ZXMsIG90aGVyIGhhc2gsIGFuZCBzbyBvbg==";
    },
  },
  {
    id: "first-deployment",
    title: "nothing exists yet",
    stack: "empty",
    verdict: "asks",
  },
  {
    id: "docker-image",
    title: "the image is built and pushed anew, and the function moves to it",
    verdict: "nothing",
    edit: ({ docker_image: i, docker_registry_image: p }) => {
      i.api_image.triggers.content = "other";
      p.api_image_push.triggers.content = "other";
    },
  },
  {
    id: "deposed",
    title: "an interrupted replacement left the old deployment",
    verdict: "notes",
    state: (state) => {
      const deployment = state.resources.find(({ type }) => type === "aws_apigatewayv2_deployment");
      const instance = deployment?.instances[0];
      if (instance) deployment.instances.push({ ...structuredClone(instance), deposed: "0a1b2c3d" });
    },
  },
  {
    id: "check-fails",
    title: "a check of the configuration fails",
    verdict: "asks",
    edit: (_, stack) => {
      stack.check = {
        healthy: {
          assert: [{ condition: "${aws_kms_key.signing.deletion_window_in_days == 1}", error_message: "never" }],
        },
      };
    },
  },
  {
    id: "output-changed",
    title: "only an output changes",
    verdict: "nothing",
    edit: (_, stack) => {
      stack.output = { ...stack.output, Region: { value: "ap-northeast-1" } };
    },
  },
];
