// The peer of the synthesis benchmark: a precompiled CDKTF program with three stacks of twenty-one resources, nothing
// computed, nothing validated, no assets. What a program of this size costs at the least.
const { App, S3Backend, TerraformStack } = require("cdktf");
const { Apigatewayv2Api } = require("@cdktf/provider-aws/lib/apigatewayv2-api");
const { Apigatewayv2Route } = require("@cdktf/provider-aws/lib/apigatewayv2-route");
const { Apigatewayv2Stage } = require("@cdktf/provider-aws/lib/apigatewayv2-stage");
const { CloudwatchLogGroup } = require("@cdktf/provider-aws/lib/cloudwatch-log-group");
const { DynamodbTable } = require("@cdktf/provider-aws/lib/dynamodb-table");
const { EcrRepository } = require("@cdktf/provider-aws/lib/ecr-repository");
const { IamRole } = require("@cdktf/provider-aws/lib/iam-role");
const { LambdaFunction } = require("@cdktf/provider-aws/lib/lambda-function");
const { AwsProvider } = require("@cdktf/provider-aws/lib/provider");
const { Image } = require("@cdktf/provider-docker/lib/image");
const { DockerProvider } = require("@cdktf/provider-docker/lib/provider");

const app = new App();
for (const name of ["one", "two", "three"]) {
  const stack = new TerraformStack(app, name);
  new S3Backend(stack, { bucket: "minimal", key: `${name}.tfstate`, region: "eu-west-1" });
  new AwsProvider(stack, "aws", { region: "eu-west-1" });
  new DockerProvider(stack, "docker");
  new EcrRepository(stack, "repository", { name });
  new Image(stack, "image", { name });
  const api = new Apigatewayv2Api(stack, "api", { name, protocolType: "HTTP" });
  new Apigatewayv2Stage(stack, "stage", { apiId: api.id, name });
  for (const part of ["a", "b", "c", "d"]) {
    const role = new IamRole(stack, `${part}-role`, { name: `${name}-${part}`, assumeRolePolicy: "{}" });
    const logs = new CloudwatchLogGroup(stack, `${part}-logs`, { name: `${name}-${part}` });
    const code = { functionName: `${name}-${part}`, role: role.arn, filename: "x.zip", dependsOn: [logs] };
    new LambdaFunction(stack, `${part}-function`, { ...code, handler: "index.handler", runtime: "nodejs24.x" });
    if (part !== "d") new Apigatewayv2Route(stack, `${part}-route`, { apiId: api.id, routeKey: `GET /${part}` });
  }
  for (const table of ["x", "y"])
    new DynamodbTable(stack, table, {
      name: `${name}-${table}`,
      hashKey: "id",
      attribute: [{ name: "id", type: "S" }],
    });
}
app.synth();
