import { describe, expect, test } from "@jest/globals";
import { httpAnnounce } from "../../../domain/realtime/announce.gateway";
import type { SignedPost } from "../../../runtime/signed-request";
import { recordingLog } from "../../support/doubles/log";

const message = { id: "m1", type: "comment.created", data: { content: "日本" } };

function announcer(...answers: (number | Error | "never")[]) {
  const calls: Parameters<SignedPost>[] = [];
  const log = recordingLog();
  const deadline = new AbortController();
  const post: SignedPost = (...call) => {
    calls.push(call);
    const answer = answers[calls.length - 1];
    if (typeof answer === "number") return Promise.resolve(answer);
    if (answer instanceof Error) return Promise.reject(answer);
    deadline.abort();
    return Promise.reject(call[3].reason);
  };
  const url = "https://x.example/staging/broadcast/comments";
  return { announce: httpAnnounce(url, post, log, () => deadline.signal), calls, log };
}

describe("httpAnnounce", () => {
  test("posts the message with the request's id", async () => {
    const { announce, calls, log } = announcer(200);
    await announce(message, "request-1");
    expect(calls).toEqual([
      [
        "https://x.example/staging/broadcast/comments",
        JSON.stringify(message),
        { "x-request-id": "request-1" },
        expect.any(AbortSignal),
      ],
    ]);
    expect(log.lines).toEqual([]);
  });

  test("posts once more when there is no answer", async () => {
    const { announce, calls, log } = announcer(new Error("socket hang up"), 200);
    await announce(message, "request-1");
    expect(calls).toHaveLength(2);
    expect(log.lines).toEqual([]);
  });

  test.each([
    ["there is no answer twice", [new Error("socket hang up"), new Error("socket hang up")], 2],
    ["no answer comes in time", ["never" as const], 1],
    ["no answer comes in time after one that was cut", [new Error("socket hang up"), "never" as const], 2],
    ["it is forbidden", [403], 1],
    ["the broadcast fails", [500], 1],
  ])("logs and carries on when %s", async (_, answers, attempts) => {
    const { announce, calls, log } = announcer(...answers);
    await announce(message, "request-1");
    expect(calls).toHaveLength(attempts);
    expect(log.at("error")).toMatchObject([{ fields: { message_id: "m1", request_id: "request-1" } }]);
    expect(JSON.stringify(log.lines)).not.toContain("日本");
  });
});
