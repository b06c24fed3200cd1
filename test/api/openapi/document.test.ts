import { describe, expect, test } from "@jest/globals";
import Ajv2020 from "ajv/dist/2020";
import * as z from "zod/mini";
import { route } from "../../../api/http/route";
import { createRouter } from "../../../api/http/router";
import { openApiDocument } from "../../../api/openapi/document";
import { routesOf } from "../../../api/routes";
import { post, postInput } from "../../../domain/posts/posts";
import { apiInMemory, document } from "../../support/api";
import { bearer } from "../../support/doubles/authenticator";
import { memoryServices } from "../../support/doubles/services";

const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

describe("the document", () => {
  test("has every route of the app, and no other", async () => {
    const { services } = memoryServices();
    const app = createRouter(routesOf(services), services);
    const taken = app["~routes"].map(async ({ route = "" }) => {
      const { headers } = await app.request(route, { method: "OPTIONS" });
      const methods = headers.get("allow")?.split(", ") ?? [];
      return methods
        .filter((method) => !["HEAD", "OPTIONS"].includes(method))
        .map((method) => `${method.toLowerCase()} ${route.replaceAll(/:(\w+)/g, "{$1}")}`);
    });
    const routes = (await Promise.all(taken)).flat();
    expect(operations.map(({ path, method }) => `${method} ${path}`).toSorted()).toEqual(routes.toSorted());
  });

  test("gives every operation a name of its own", () => {
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
      listFavorites: "token: 200 400 401 500 503",
      countConnections: "may have one: 200 400 401 500 503",
      issueTicket: "token: 201 400 401 429 500 503",
    });
  });

  test("gives the texts of a body examples, which the API accepts", async () => {
    const { properties = {} } = Object(document.components.schemas.PostInput);
    const examples = Object.entries(properties).map(([name, schema]) => [name, Object(schema).examples[0]]);
    expect(examples).toEqual([
      ["title", "Some title"],
      ["content", "Some content"],
    ]);
    const body = Object.fromEntries(examples);
    expect((await apiInMemory().send("POST", "/api/v1/posts", { as: "alice", body })).status).toBe(201);
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
  const services = { ...memoryServices().services, documented: false };
  const router = createRouter(routesOf(services), services);
  for (const path of ["/openapi.json", "/docs"]) expect((await router.request(path)).status).toBe(404);
});

test("a field that is added to a schema is documented, asked for and shown, and nothing else is edited", async () => {
  const { services } = memoryServices();
  const tags = z.array(z.string().check(z.meta({ description: "A word to find the post by." })));
  const tagged = z.strictObject({ ...postInput.shape, tags });
  const added = route({
    name: "createTaggedPost",
    method: "POST",
    path: "/api/v1/tagged-posts",
    summary: "Publish a post with tags",
    action: "create posts",
    body: tagged,
    responses: { 201: { description: "The post.", body: z.object({ ...post.shape, tags }) } },
    handle: ({ body }) => ({ status: 201, body }),
  });
  const { post: operation } = openApiDocument([added], "1.2.3").paths["/api/v1/tagged-posts"] ?? {};
  const items = { type: "string", description: "A word to find the post by." };
  expect(operation?.requestBody?.content["application/json"]?.schema).toMatchObject({
    required: ["title", "content", "tags"],
    properties: { title: { maxLength: 200 }, tags: { type: "array", items } },
  });
  expect(operation?.responses["201"]).toMatchObject({
    content: { "application/json": { schema: { properties: { tags: { items } } } } },
  });
  const refused = await createRouter([added], services).request("/api/v1/tagged-posts", {
    method: "POST",
    headers: { authorization: bearer("alice"), "content-type": "application/json" },
    body: JSON.stringify({ title: "t", content: "c" }),
  });
  expect(await refused.json()).toMatchObject({ errors: [{ field: "tags", received: "nothing" }] });
});
