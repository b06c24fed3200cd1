import { describe, expect, test } from "@jest/globals";
import { development } from "../../environments/development";
import { repositoryUrl } from "../../environments/names";
import { production } from "../../environments/production";
import { staging } from "../../environments/staging";
import { difference, linesOf, text } from "../support/flatten";
import { account, environment, synthesizeEnvironment, typesOf } from "../support/synth";

expect.addSnapshotSerializer({ test: (value) => typeof value === "string", print: String });

const { application, repository } = synthesizeEnvironment();

describe("the repository stack of staging", () => {
  test("consists of these resources", () => {
    expect(typesOf(repository)).toEqual([
      "1 aws_ecr_lifecycle_policy",
      "1 aws_ecr_repository", // the images of api
      "1 aws_ecr_repository_policy", // Lambda reads them
    ]);
  });

  test("is, value by value", () => {
    expect(text(linesOf(repository))).toMatchSnapshot();
  });
});

test.each(Object.entries({ development, production }))("%s differs from staging in these values", (name, literal) => {
  const other = synthesizeEnvironment({ ...literal, account }).repository;
  const values = difference(linesOf(repository), staging.name, linesOf(other), literal.name);
  expect(values.join("\n")).toMatchSnapshot(name);
});

// The application stack computes the repository's URL, so that neither stack has to read the other's state.
test("the two stacks mean the same repository and know nothing of each other", () => {
  const url = repositoryUrl(environment);
  expect(url).toBe(`${account}.dkr.ecr.${environment.region}.amazonaws.com/${nameOf("aws_ecr_repository", "api")}`);
  expect(application.output?.ECRRepositoryURI?.value).toBe(url);
  expect(JSON.stringify([application, repository])).not.toContain("terraform_remote_state");
});

function nameOf(type: string, name: string): unknown {
  return repository.resource[type]?.[name]?.name;
}
