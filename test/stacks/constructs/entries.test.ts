import { expect, test } from "@jest/globals";
import type { EntryName, VariablesOf } from "../../../stacks/constructs/entries";

/** Compiles when both types are the same. */
const same = <One, Other>(_same: [One, Other] extends [Other, One] ? true : false) => expect(_same).toBeDefined();

test("an entry's variables are those that its file reads", () => {
  same<
    keyof VariablesOf<"websocket-connect">,
    | "APP_ENVIRONMENT"
    | "LOG_LEVEL"
    | "DYNAMODB_CONNECTIONS_TABLE"
    | "DYNAMODB_SUBSCRIPTIONS_TABLE"
    | "DYNAMODB_WEBSOCKET_USERS_TABLE"
    | "DYNAMODB_TICKETS_TABLE"
    | "DYNAMODB_CONNECTION_TALLY_TABLE"
    | "SIGNING_KEY_ID"
    | "WEBSOCKET_ORIGINS"
    | "WEBSOCKET_WITHOUT_ORIGIN"
    | "WEBSOCKET_ANONYMOUS"
  >(true);
  same<keyof VariablesOf<"api">, "APP_ENVIRONMENT">(
    // @ts-expect-error the API reads others too
    true,
  );
});

test("a name that no entry file exports does not compile", () => {
  const named = (_name: EntryName) => expect(_name).toBeDefined();
  named("websocket-connect");
  // @ts-expect-error the file was called so once
  named("connect");
});
