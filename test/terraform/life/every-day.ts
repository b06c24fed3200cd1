import assert from "node:assert/strict";
import { EXIT } from "../../../commands/errors/exit-codes";
import { HERE, type Teller } from "./teller";

const CONNECT = ["changed aws_lambda_function.connect"];
const API = ["changed aws_lambda_function.api"];

/** An empty account is prepared. */
export async function prepare(teller: Teller): Promise<void> {
  await teller.step("doctor says of an empty account what is missing", async () => {
    const { json } = await teller.terrace(EXIT.attention, ["doctor", "staging"]);
    assert.ok(json.diagnoses?.some(({ subject, state }) => subject.startsWith("state bucket") && state === "wrong"));
  });
  await teller.step("bootstrap prepares the account, and a second time changes nothing", async () => {
    const bootstrap = ["bootstrap", "staging", "--yes", "--github", "octocat/blog"];
    await teller.terrace(EXIT.done, bootstrap);
    const { json } = await teller.terrace(EXIT.done, bootstrap);
    assert.deepEqual(new Set(json.pieces?.flatMap(({ changes }) => changes)), new Set());
  });
  await teller.step("doctor finds nothing wrong any more", async () => {
    const { json } = await teller.terrace(EXIT.attention, ["doctor", "staging"]);
    assert.deepEqual(new Set(json.diagnoses?.filter(({ state }) => /wrong|unknown/.test(state))), new Set());
  });
}

/** An environment is deployed, again, changed and rolled back. */
export async function everyDay(teller: Teller): Promise<void> {
  const { clone, built } = teller.stage;
  await teller.step("staging is deployed from nothing, and Docker builds its image", async () => {
    const { did } = await teller.deploy("staging");
    assert.ok(did.includes("created aws_ecr_repository.api") && did.includes("created aws_lambda_function.api"));
    assert.ok(did.every((what) => what.startsWith("created ")));
    assert.deepEqual(built, [await teller.image()]);
  });
  await teller.step("deployed again there is nothing to do", async () => {
    assert.equal((await teller.deploy("staging")).json.deployed, false);
  });
  await teller.step("its addresses are told", async () => {
    const { json } = await teller.terrace(EXIT.done, ["outputs", "staging"]);
    assert.match(json.WebSocketURL ?? "", /^wss:/);
  });
  await teller.step("an edit of one function changes one function", async () => {
    clone.edit("functions/websocket-connect.ts", (text) => `${text}\nexport const edited = true;\n`);
    clone.commit("an edit");
    assert.deepEqual((await teller.deploy("staging")).did, CONNECT);
  });
  await teller.step("rollback brings the function back, and the ledger tells it", async () => {
    assert.deepEqual((await teller.terrace(EXIT.done, ["rollback", "staging", "--yes", "--no-gate"])).did, CONNECT);
    const { json } = await teller.terrace(EXIT.done, ["releases", "staging"]);
    assert.deepEqual(
      json.releases?.map(({ action, status }) => `${action} ${status}`),
      ["rollback deployed", "deploy deployed", "deploy deployed"],
    );
    assert.equal(json.current, 3);
  });
  await teller.step("the commit undone, what is checked out is what is deployed", async () => {
    clone.git("revert", "--no-edit", "HEAD");
    await teller.terrace(EXIT.done, ["diff", "staging"]);
  });
}

/** The ways to the image are switched: Docker, assembled, Docker, by digest. */
export async function switchWays(teller: Teller): Promise<void> {
  const { clone, built } = teller.stage;
  const [first = ""] = built;
  let assembled = "";
  await teller.step("with a lock the image is assembled, and only the function changes", async () => {
    await teller.terrace(EXIT.done, ["image", "lock"]);
    clone.commit("the lock of the base images");
    assert.deepEqual((await teller.deploy("staging")).did, API);
    assembled = await teller.image();
    assert.ok(assembled !== first && built.length === 1);
    assert.equal((await teller.deploy("staging")).json.deployed, false);
  });
  await teller.step("without it Docker's is back without being built, and only the function changes", async () => {
    clone.git("rm", "-q", "image/lock.json");
    clone.commit("with Docker again");
    assert.deepEqual((await teller.deploy("staging")).did, API);
    assert.deepEqual([await teller.image(), built.length], [first, 1]);
  });
  await teller.step("other sources of the API are another image, which Docker builds", async () => {
    clone.edit("api/lambda.ts", (text) => `${text}\nexport const edited = true;\n`);
    clone.commit("another API");
    const made = ["created docker_image.api_image", "created docker_registry_image.api_image_push"];
    assert.deepEqual((await teller.deploy("staging")).did, [...API, ...made]);
    assert.deepEqual(built, [first, await teller.image()]);
  });
  await teller.step("by digest the assembled image is back, and only the function changes", async () => {
    const { did } = await teller.deploy("staging", { variables: { TERRACE_IMAGE_DIGEST: assembled } });
    assert.deepEqual([did, await teller.image("staging", HERE)], [API, assembled]);
  });
  await teller.step("where no Docker answers, other sources are assembled, and only the function changes", async () => {
    clone.edit("api/lambda.ts", (text) => text.replace("edited = true", 'edited = "again"'));
    clone.commit("a third API");
    const variables = { NO_DOCKER: "1" };
    assert.deepEqual((await teller.deploy("staging", { variables })).did, API);
    assert.ok(![...built, assembled].includes(await teller.image()));
    assert.equal((await teller.deploy("staging", { variables })).json.deployed, false);
  });
}
