import fs from "node:fs";
import { expect, test } from "@jest/globals";
import { readDockerfile } from "../../image/dockerfile";

const ours = fs.readFileSync("api/Dockerfile", "utf8");

test("reads our Dockerfile", () => {
  expect(readDockerfile(ours)).toEqual({
    mode: 0o755,
    folderVariable: "LAMBDA_TASK_ROOT",
    command: ["index.handler"],
    copy: `COPY --chmod=755 . \${LAMBDA_TASK_ROOT}/`,
    cmd: 'CMD ["index.handler"]',
  });
});

test.each([
  ["an instruction at the end", (text: string) => `${text}RUN true\n`, 5, "RUN true"],
  ["another base", (text: string) => text.replace(`FROM \${BASE_IMAGE}`, "FROM scratch"), 2, "FROM scratch"],
  ["a copy without modes", (text: string) => text.replace(" --chmod=755", ""), 3, `COPY . \${LAMBDA_TASK_ROOT}/`],
  ["a command for a shell", (text: string) => text.replace(/CMD.*/, "CMD node"), 4, "CMD node"],
  ["no command", (text: string) => text.replace(/CMD.*/, ""), 4, "nothing"],
])("refuses %s, and says what to do", (_what, change, index, line) => {
  expect(() => readDockerfile(change(ours))).toThrow(
    `api/Dockerfile: instruction ${index} is ${JSON.stringify(line)}, which only Docker can follow. Delete image/lock.json to build the image with Docker, or teach image/dockerfile.ts the instruction.`,
  );
});
