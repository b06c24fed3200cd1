import { describe, expect, test } from "@jest/globals";
import * as z from "zod/mini";
import { commonVariables, nonEmpty, readVariables, urlOf } from "../../runtime/variables";

const variables = z.object({ ...commonVariables, TABLE: nonEmpty, ENDPOINT: urlOf("https:", "http:") });
const right = { APP_ENVIRONMENT: "staging", LOG_LEVEL: "INFO", TABLE: "t", ENDPOINT: "https://x.example/staging" };

describe("readVariables", () => {
  test("returns what the schema asks for and nothing else", () => {
    expect(readVariables(variables, { ...right, PATH: "/bin" })).toEqual(right);
  });

  test("names every missing and every wrong variable at once, with the remedy", () => {
    expect(() => readVariables(variables, { LOG_LEVEL: "verbose", TABLE: "", ENDPOINT: "ftp://x" })).toThrow(
      "The environment variables of this function are wrong: APP_ENVIRONMENT is missing; " +
        "LOG_LEVEL must be DEBUG, INFO, WARN or ERROR; TABLE must not be empty; " +
        "ENDPOINT must be an absolute URL that starts with https:// or http://. " +
        "Give it what its handler's exported `variables` ask for.",
    );
  });

  test("does not repeat a wrong value, which may be a secret that was put in the wrong place", () => {
    expect(() => readVariables(variables, { ...right, LOG_LEVEL: "hunter2", ENDPOINT: "hunter2" })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("hunter2") }),
    );
  });

  test("reads the process's own variables unless told otherwise", () => {
    Object.assign(process.env, right);
    expect(readVariables(variables).TABLE).toBe("t");
  });
});
