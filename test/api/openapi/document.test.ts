import { describe, expect, test } from "@jest/globals";
import Ajv2020 from "ajv/dist/2020";
import { createApp } from "../../../api/app";
import { apiInMemory, document } from "../../support/api";
import { memoryServices } from "../../support/doubles/services";

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

describe("the document", () => {
  test("has every route of the app, and no other", () => {
    const routes = createApp(memoryServices().services)["~routes"].flatMap(({ method = "", route = "" }) =>
      ["", "HEAD", "OPTIONS"].includes(method)
        ? []
        : [`${method.toLowerCase()} ${route.replaceAll(/:(\w+)/g, "{$1}")}`],
    );
    expect(operations.map(({ path, method }) => `${method} ${path}`).toSorted()).toEqual(routes.toSorted());
  });

  test("names every operation once", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("declares the parameters of each path", () => {
    for (const { path, operation } of operations) {
      const declared = operation.parameters?.filter((parameter) => parameter.in === "path").map(({ name }) => name);
      expect([path, declared ?? []]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)]);
    }
  });

  test("has no reference that leads nowhere, and none to what is only known while it is made", () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, reference = ""]) => reference,
    );
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references) {
      const [, components, kind = "", name = ""] = reference.split("/");
      expect([reference, components]).toEqual([reference, "components"]);
      expect(Object.keys(Object(document.components)[kind])).toContain(name);
    }
  });

  test("holds nothing but valid JSON Schema", () => {
    const ajv = new Ajv2020({ validateFormats: false });
    ajv.addVocabulary(["components"]);
    const { components } = document;
    for (const schema of Object.values(components.schemas)) ajv.compile({ ...schema, components });
    for (const { operation } of operations)
      for (const { schema } of [
        ...(operation.parameters ?? []),
        ...Object.values(operation.requestBody?.content ?? {}),
        ...Object.values(operation.responses).flatMap((response) =>
          "$ref" in response ? [] : Object.values(response.content ?? {}),
        ),
      ])
        ajv.compile({ ...schema, components });
  });

  test("says who is asked for a token, and with what each request can be refused", () => {
    const said = Object.fromEntries(
      operations.map(({ operation: { operationId, security, responses } }) => [
        operationId,
        `${security === undefined ? "no token" : security.length > 1 ? "may have one" : "token"}: ${Object.keys(responses).join(" ")}`,
      ]),
    );
    expect(said).toEqual({
      readIndex: "no token: 200 400 500",
      readHealth: "no token: 200 400 500",
      readDocument: "no token: 200 400 500",
      readPage: "no token: 200 400 500",
      listPosts: "may have one: 200 400 401 500 503",
      createPost: "token: 201 400 401 403 413 415 422 500 503",
      readPost: "may have one: 200 304 400 401 404 500 503",
      updatePost: "token: 200 400 401 403 404 412 413 415 500 503",
      deletePost: "token: 204 400 401 403 404 412 500 503",
      listComments: "may have one: 200 400 401 404 500 503",
      createComment: "token: 201 400 401 403 404 413 415 422 500 503",
      readComment: "may have one: 200 304 400 401 404 500 503",
      updateComment: "token: 200 400 401 403 404 412 413 415 500 503",
      deleteComment: "token: 204 400 401 403 404 412 500 503",
      addFavorite: "token: 204 400 401 403 404 500 503",
      removeFavorite: "token: 204 400 401 403 404 500 503",
      listFavorites: "token: 200 400 401 403 500 503",
      countConnections: "may have one: 200 400 401 500 503",
      issueTicket: "token: 201 400 401 403 500 503",
    });
  });

  test("says of a text what a person may write", () => {
    expect(document.components.schemas.PostInput).toMatchObject({
      required: ["title", "content"],
      additionalProperties: false,
      properties: { title: { type: "string", minLength: 1, maxLength: 200 }, content: { maxLength: 20_000 } },
    });
  });
});

test("GET /openapi.json answers with it", async () => {
  const response = await apiInMemory().send("GET", "/openapi.json");
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toEqual(JSON.parse(JSON.stringify(document)));
});

test("where the environment does not want it, there is no documentation", async () => {
  const app = createApp({ ...memoryServices().services, documented: false });
  for (const path of ["/openapi.json", "/docs"]) expect((await app.request(path)).status).toBe(404);
});
