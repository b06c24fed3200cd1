import { describe, expect, test } from "@jest/globals";
import {
  Forbidden,
  IdempotencyKeyReused,
  InvalidInput,
  NotFound,
  Stale,
  TooLarge,
  Unauthenticated,
} from "../../domain/shared/errors";
import { problem, problemOf } from "../../runtime/problem";

describe("problemOf", () => {
  test("tells which fields are wrong", () => {
    const errors = [{ field: "title", received: "7", allowed: "text" }];
    expect(problemOf(new InvalidInput(errors))).toEqual({
      status: 400,
      title: "Bad Request",
      detail: "The request is not valid.",
      errors,
    });
  });

  test("tells what is not there", () => {
    expect(problemOf(new NotFound("post"))).toMatchObject({ status: 404, detail: "There is no post with this id." });
  });

  test.each([
    [401, new Unauthenticated(), "Sign in to do this."],
    [403, new Forbidden("delete the post"), "You may not delete the post."],
    [412, new Stale("post"), "The post has changed since you read it: read it again, and then decide."],
    [422, new IdempotencyKeyReused(), expect.stringContaining("choose a new one")],
  ])("answers %d to what the domain refuses", (status, error, detail) => {
    expect(problemOf(error)).toMatchObject({ status, detail });
  });

  test("tells how much is too much", () => {
    const detail = "The message has 11 bytes; at most 10 are allowed.";
    expect(problemOf(new TooLarge("message", 11, 10))).toMatchObject({ status: 413, detail });
  });

  test("asks to try again when a service it needs is overloaded", () => {
    const error = Object.assign(new Error("slow down: arn:aws:dynamodb"), { name: "ThrottlingException" });
    expect(problemOf(error)).toEqual(problem(503, "The service is overloaded. Try again in a moment."));
  });

  test.each([new Error("password=hunter2"), "hunter2", undefined, { status: 404, message: "hunter2" }])(
    "tells nothing of any other error",
    (error) => {
      expect(problemOf(error)).toEqual(problem(500, "The request failed. Give its request_id when you report it."));
    },
  );
});

test("problem has a title for a status that has none of its own", () => {
  expect(problem(499, "Gone away.")).toEqual({ status: 499, title: "Error", detail: "Gone away." });
});
