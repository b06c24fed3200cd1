import { expect, test } from "@jest/globals";
import { environments } from "../../environments";
import { development } from "../../environments/development";
import { production } from "../../environments/production";
import { staging } from "../../environments/staging";

test("development, staging and production are among the environments", () => {
  expect(environments).toEqual(expect.arrayContaining([development, staging, production]));
});
