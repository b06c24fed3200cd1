import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { EXIT } from "../../../commands/errors/exit-codes";
import type { Clone } from "./clone";
import type { Teller } from "./teller";

/** A change is planned by one job and applied by another, on fresh machines without Docker, as the workflows do. */
export async function applyReviewed(teller: Teller): Promise<void> {
  const { clone, built } = teller.stage;
  const folder = path.dirname(clone.folder);
  const kept = path.join(folder, "kept");
  const runner = (name: string): Clone => clone.another(path.join(folder, name), { NO_DOCKER: "1" });
  const images = built.length;
  let image = "";
  await teller.step("a job plans another API, assembles its image without Docker, and pushes nothing", async () => {
    clone.edit("api/lambda.ts", (text) => `${text}\nexport const editedAgain = true;\n`);
    clone.commit("yet another API");
    const before = await teller.image();
    const planning = runner("planning");
    await teller.terrace(EXIT.done, ["review", "staging", "--keep", kept], {}, planning);
    ({ image } = JSON.parse(fs.readFileSync(path.join(kept, "staging/binding.json"), "utf8")));
    assert.ok(image !== before && !(await teller.images()).includes(image));
    fs.rmSync(planning.folder, { recursive: true });
  });
  await teller.step("another job brings that image and applies that plan: only the function changes", async () => {
    const apply = ["ci", "apply", "staging", kept, "--yes", "--no-gate"];
    const { did, json } = await teller.terrace(EXIT.done, apply, {}, runner("applying"));
    assert.deepEqual(did, ["changed aws_lambda_function.api"]);
    assert.deepEqual([await teller.image(), built.length], [image, images]);
    assert.deepEqual([json.release?.status, json.release?.image], ["deployed", image]);
    await teller.terrace(EXIT.refused, apply, {}, runner("applying-again"));
  });
  await teller.step(
    "where Docker is, nothing is built and nothing changes, and a rollback knows the release",
    async () => {
      await teller.terrace(EXIT.done, ["diff", "staging"]);
      await teller.terrace(EXIT.done, ["rollback", "staging", "--yes", "--no-gate"]);
      const { json } = await teller.terrace(EXIT.done, ["releases", "staging"]);
      const applied = json.releases?.[1]?.number ?? 0;
      await teller.terrace(EXIT.done, ["rollback", "staging", String(applied), "--yes", "--no-gate"]);
      assert.deepEqual([await teller.image(), built.length], [image, images]);
    },
  );
}
