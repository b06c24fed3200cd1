/**
 * The faults that real time has to survive, and the tests that show each. A test that is renamed or goes must be
 * replaced here.
 */
import fs from "node:fs";
import path from "node:path";
import { expect, test } from "@jest/globals";

const realtime = "domain/realtime/lifecycle.test.ts";
const histories = "domain/realtime/histories.test.ts";
const sender = "domain/delivery/sender.gateway.test.ts";
const delivery = "domain/delivery/delivery.test.ts";
const stopping = "domain/delivery/delivery-stopping.test.ts";
const door = "domain/admission/door.test.ts";
const everybody = "whoever stayed is told everything once and nobody what is not for them";

/** A fault, and where a text is that belongs to a test of it: a test's name, or a row of its table. */
const faults: readonly (readonly [fault: string, ...shownBy: readonly (readonly [file: string, text: string])[]])[] = [
  [
    "410, with and without a body",
    [sender, '"is gone, without a body": "gone"'],
    [delivery, "forgets a connection that is gone"],
  ],
  [
    "410 for a connection that is being made",
    [realtime, "that is found gone while it is being made"],
    [histories, everybody],
  ],
  [
    "429 of the connection and of the account",
    [sender, '"is throttled by the account\'s limit": "throttled"'],
    [delivery, "sends fewer at once to a gateway that throttles"],
  ],
  ["429 for one connection for ever", [delivery, "leaves whom it cannot reach to the queue, keeps the row"]],
  ["500, 502, 503 and 504", [sender, '"fails with 502": "unavailable"'], [delivery, "tries again when a send is %s"]],
  ["no answer in time", [sender, '"never answers"'], [sender, '"stalls in the middle of its answer"']],
  ["403", [stopping, "stops when sending is forbidden, forgets nobody"]],
  ["400 for an id that no connection has", [delivery, "forgets an id that no connection can have"]],
  ["413", [stopping, "takes a message of exactly 128 KB and refuses one byte more"]],
  ["a connection to the gateway that is cut", [sender, '"cuts the connection in the middle of its answer"']],
  [
    "a fifth of 5,000 sends failing, with the window never above its bound",
    [delivery, "accounts for every connection, whatever becomes of each send"],
    [delivery, "keeps the window full, and widens it while all is well"],
  ],
  ["one of 1,000 that takes 10 s", [delivery, "of 10 s, the %i-th of 1,000"]],
  [
    "$connect twice",
    [realtime, "that begins and ends twice"],
    ["functions/connect-and-disconnect.test.ts", "is the same done twice"],
  ],
  ["$disconnect before $connect", [realtime, "whose end comes before its beginning"], [histories, everybody]],
  ["no $disconnect", ["behaviour/rows.ts", "forgets a connection whose end nobody noticed"], [histories, everybody]],
  ["$disconnect twice", [realtime, "that begins and ends twice"]],
  [
    "a crash between a write and its answer",
    ["local/start-faults.system.test.ts", "a function crashes between its write and the answer"],
    [histories, everybody],
  ],
  [
    "a crash in the middle of a delivery",
    ["domain/delivery/worker.test.ts", "continues where another ended without a word"],
    [histories, "the same of a delivery in segments"],
  ],
  ["no time left", [stopping, "leaves everything to the queue when there is no time at all"]],
  ["a storm of reconnects", [realtime, "a storm of reconnects"]],
  [
    "a token that ends while its connection is open",
    ["domain/conversation/conversation.test.ts", "of a connection whose time is up"],
    [realtime, "let nobody hear anything whose token has ended"],
  ],
  ["clocks that differ by five minutes", [realtime, "by five minutes refuse tickets"], [histories, everybody]],
  ["tokens that are wrong in every way", ["api/authentication/id-token.test.ts", "a token's claims"]],
  ["certificates that cannot be had", ["support/contracts/authenticator.ts", "AuthenticationUnavailable"]],
  [
    "a ticket used twice, at once or later, ended, or made up",
    [door, "lets one of two in that show the same ticket at once"],
    [door, "one whose minute is over"],
    [door, "one that nobody issued"],
  ],
  ["origins that look like ours, at the API", ["local/http/cors.test.ts", "null"]],
  ["origins that look like ours, at the door", [door, "one that begins as ours"], [door, "ours in upper case"]],
];

test.each(faults)("%s", (_, ...shownBy) => {
  for (const [file, text] of shownBy)
    expect({ file, text, isThere: fs.readFileSync(path.join(__dirname, file), "utf8").includes(text) }).toEqual({
      file,
      text,
      isThere: true,
    });
});
