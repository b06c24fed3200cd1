import { expect, test } from "@jest/globals";
import { readScenario } from "../../../local/faults/read";
import { StartError } from "../../../local/shared/errors";

const known = {
  functions: [
    { name: "app-development-api", bundle: "api" },
    { name: "app-development-websocket-connect", bundle: "websocket-connect" },
  ],
  operations: {
    connections: ["PostToConnection", "GetConnection"],
    dynamodb: ["GetItem", "PutItem", "TransactWriteItems"],
    kms: ["GenerateMac"],
    sqs: ["SendMessage"],
    lambda: ["Invoke"],
    clock: [],
  },
};
const read = (document: unknown) => readScenario(document, known, "faults.json");

/** The lines of the error about a document. */
function problems(document: unknown): string[] {
  try {
    read(document);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(StartError);
    const [title, ...lines] = String(Object(error).message).split("\n");
    expect(title).toBe("faults.json is not a scenario of faults:");
    return lines.map((line) => line.trim());
  }
}
/** The lines about a scenario of one fault. */
const problemsOf = (when: unknown, what: unknown = { kind: "hang" }) => problems({ seed: 1, faults: [{ when, what }] });

test("a function is known by its bundle and by its full name", () => {
  const at = (name: string) =>
    read({ seed: 1, faults: [{ when: { service: "dynamodb", function: name }, what: { kind: "crash" } }] });
  expect(at("api")).toEqual(at("app-development-api"));
  expect(at("api").faults[0]?.when.function).toBe("app-development-api");
  expect(at("developer").faults[0]?.when.function).toBe("developer");
});

test.each<[string, unknown, string]>([
  ["nothing", null, "the document: null has to be an object with seed, faults"],
  ["no seed", { faults: [{ when: { service: "kms" }, what: { kind: "hang" } }] }, "seed: (missing) has to be a whole"],
  ["a negative seed", { seed: -1, faults: [] }, "seed: -1 has to be a whole number from 0 to 4294967295"],
  ["no faults", { seed: 1, faults: [] }, "faults: [] has to be a list of at least one fault"],
  ["another member", { seed: 1, fault: [] }, "fault: [] is not known here; write one of seed, faults"],
])("a document with %s is refused with place, value and remedy", (_, document, problem) => {
  expect(problems(document)).toContainEqual(expect.stringContaining(problem));
});

test.each<[object, object | undefined, string]>([
  [{ service: "s3" }, undefined, 'when.service: "s3" has to be one of connections, dynamodb, kms, sqs, lambda, clock'],
  [{ service: "kms", nth: 0 }, undefined, "when.nth: 0 has to be a whole number from 1, or such as"],
  [{ service: "kms", nth: { from: 3, to: 2 } }, undefined, 'when.nth: {"from":3,"to":2} ends before it begins'],
  [{ service: "kms", probability: 5 }, undefined, "when.probability: 5 has to be a number above 0 and up to 1"],
  [{ service: "kms", window: { from: 9, to: 1 } }, undefined, 'when.window: {"from":9,"to":1} ends before it begins'],
  [{ service: "kms", operation: "Sign" }, undefined, 'when.operation: "Sign" is not an operation of kms; write one of'],
  [{ service: "kms", function: "apii" }, undefined, 'when.function: "apii" is not a function of the definition; write'],
  [{ service: "lambda", function: "developer" }, { kind: "crash" }, 'when.function: "developer" is not a function'],
  [{ service: "lambda" }, { kind: "hang" }, 'what.kind: "hang" does not happen to lambda; write one of latency, crash'],
  [{ service: "kms" }, { kind: "error", error: "GoneException" }, 'what.error: "GoneException" is not an error of kms'],
  [{ service: "kms" }, { kind: "explode" }, 'what.kind: "explode" has to be an object whose kind is one of error'],
  [{ service: "kms" }, { kind: "latency" }, "what.milliseconds: (missing) has to be milliseconds, a whole number"],
  [{ service: "kms" }, { kind: "jump", seconds: 0 }, "what.seconds: 0 has to be seconds, a number other than 0"],
  [{ service: "kms" }, { kind: "hang", for: 5 }, "what.for: 5 is not known here; write one of kind"],
  [{ service: "clock" }, { kind: "jump", seconds: 1 }, "when.window: (missing) has to say when the clock jumps"],
  [{ service: "clock", nth: 1, window: { from: 1 } }, { kind: "jump", seconds: 1 }, "when.nth: 1 is nothing that"],
  [
    { service: "dynamodb", operation: "GetItem" },
    { kind: "error", error: "TransactionConflictException" },
    'when.operation: "GetItem" never answers TransactionConflictException; write one of PutItem',
  ],
  [
    { service: "dynamodb" },
    { kind: "error", error: "TransactionCanceledException" },
    "when.operation: (missing) never answers TransactionCanceledException; write one of TransactWriteItems",
  ],
])("a fault with %j and %j is refused with place, value and remedy", (when, what, problem) => {
  expect(problemsOf(when, what)).toEqual([expect.stringContaining(`faults[0].${problem}`)]);
});

test("every mistake is listed at once", () => {
  expect(problemsOf({ service: "s3", nth: "all" }, { kind: "error" })).toHaveLength(3);
});
