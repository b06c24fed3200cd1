import { describe, expect, test } from "@jest/globals";
import type { CorsRules } from "../../../local/definition/model";
import { corsHeaders, preflightHeaders } from "../../../local/http/cors";

const rules: CorsRules = {
  origins: ["https://blog.example.com", "http://localhost:3000"],
  methods: ["GET", "POST"],
  allowHeaders: ["content-type"],
  exposeHeaders: ["etag"],
  credentials: false,
  maxAge: 600,
};
const allowed = (origin: string | undefined, changed: Partial<CorsRules> = {}) => {
  const headers = corsHeaders({ ...rules, ...changed }, origin);
  const index = headers.indexOf("access-control-allow-origin");
  expect(headers.filter((header) => header === "access-control-allow-origin").length).toBeLessThan(2);
  return index < 0 ? undefined : headers[index + 1];
};

describe("an answer to a page", () => {
  test("allows exactly the origins that are listed", () => {
    expect(allowed("https://blog.example.com")).toBe("https://blog.example.com");
    expect(allowed("http://localhost:3000")).toBe("http://localhost:3000");
  });

  test.each([
    undefined,
    "",
    "null",
    "https://blog.example.com.evil.com",
    "https://evilblog.example.com",
    "http://blog.example.com",
    "https://blog.example.com:8443",
    "https://blog.example.com/",
    "https://BLOG.example.com",
    "https://blög.example.com",
    "https://xn--blg-sna.example.com",
    "https://blog.example.com, http://localhost:3000",
  ])("allows no other origin: %s", (origin) => {
    expect(corsHeaders(rules, origin)).toEqual([]);
    expect(preflightHeaders(rules, origin)).toEqual([]);
  });

  test("allows every origin with a star, and names it where credentials are allowed", () => {
    expect(allowed("https://a.example", { origins: ["*"] })).toBe("*");
    expect(allowed("https://a.example", { origins: ["*"], credentials: true })).toBe("https://a.example");
  });

  test("says which headers a page may read, and that it may send credentials", () => {
    expect(corsHeaders({ ...rules, credentials: true }, "http://localhost:3000")).toEqual([
      ...["access-control-allow-origin", "http://localhost:3000", "access-control-allow-credentials", "true"],
      ...["access-control-expose-headers", "etag"],
    ]);
  });
});

test("a preflight is told methods, headers and how long that holds", () => {
  expect(preflightHeaders(rules, "http://localhost:3000")).toEqual([
    ...["access-control-allow-origin", "http://localhost:3000", "access-control-expose-headers", "etag"],
    ...["access-control-allow-methods", "GET,POST", "access-control-allow-headers", "content-type"],
    ...["access-control-max-age", "600"],
  ]);
});
