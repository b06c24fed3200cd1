import type { LocalCloud } from "./local-cloud";

/** Returns the text that `npm start` prints once all is up. `took` is the time since the start, in milliseconds. */
export function welcome(cloud: LocalCloud, took: number): string {
  const { definition, apiUrl, gatewayUrl, websocketUrl, broadcastUrl, tokensUrl, dynamodbUrl, credentials } = cloud;
  const { place, counts, functions, tables } = definition;
  const { accessKeyId, secretAccessKey } = credentials;
  const json = "-H 'content-type: application/json'";
  const signedIn = tokensUrl === undefined ? json : `-H "authorization: Bearer $TOKEN" ${json}`;
  const rows = [
    ["Page", websocketUrl && gatewayUrl],
    ["API", apiUrl],
    ["WebSocket", websocketUrl],
    ["Broadcast", broadcastUrl],
    ["DynamoDB", dynamodbUrl],
  ];
  return [
    `Ready in ${Math.round(took)} ms: ${functions.length} functions, ${tables.length} tables. ` +
      `Of the definition's resources ${counts.emulated} are emulated and ${counts.cloudOnly} exist in the cloud only.`,
    "",
    ...rows.flatMap(([name = "", url]) => (url === undefined ? [] : [`  ${name.padEnd(11)}${url}`])),
    "",
    "Try it:",
    `  curl ${apiUrl}/health`,
    `  curl ${gatewayUrl}/health`,
    ...(websocketUrl === undefined ? [] : [`  npx wscat -c ${websocketUrl}`]),
    ...(tokensUrl === undefined
      ? []
      : [`  TOKEN=$(curl -s -H 'accept: text/plain' -d '{"uid":"alice"}' ${tokensUrl})`]),
    `  curl -X POST ${apiUrl}/api/v1/posts ${signedIn} -d '{"title":"Hello","content":"First post"}'`,
    `  curl -X POST ${apiUrl}/api/v1/posts/POST_ID/comments ${signedIn} -d '{"content":"Nice"}'`,
    ...(broadcastUrl === undefined
      ? []
      : [
          `  curl --aws-sigv4 "aws:amz:${place.region}:execute-api" --user "${accessKeyId}:${secretAccessKey}" -X POST ${broadcastUrl} ${json} -d '{"type":"test","data":{"message":"test"}}'`,
        ]),
    "",
    "Edits to functions/, api/, domain/ and runtime/ are live at once. Ctrl-C stops.",
  ].join("\n");
}
