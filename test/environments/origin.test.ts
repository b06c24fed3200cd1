import { describe, expect, test } from "@jest/globals";
import { stagingProblems } from "./problem-lines";

function origins(...allowedOrigins: unknown[]): string[] {
  return stagingProblems({ cors: { allowedOrigins, allowCredentials: false } });
}

const origin = (value: string, message: string) =>
  `staging.cors.allowedOrigins[0]: ${JSON.stringify(value)} ${message}`;
const malformed = 'is not an origin; write scheme, host and, if unusual, port, such as "https://blog.example.com"';
const notAsSent = "is not what browsers send: no path, query, user or usual port, all lower-case; write";

describe("origins", () => {
  test.each([
    ["https://blog.example.com"],
    ["https://blog.example.com:8443"],
    ["https://xn--bcher-kva.example"],
    ["http://localhost:3000"],
    ["http://127.0.0.1"],
  ])("accepts %s", (value) => {
    expect(origins(value)).toEqual([]);
  });

  test("accepts none at all, which keeps every browser out", () => {
    expect(origins()).toEqual([]);
  });

  test.each([
    ["*", "lets in origins that nobody listed; write each one out"],
    ["https://*.example.com", "lets in origins that nobody listed; write each one out"],
    ["null", "is what sandboxed pages of any website send; remove it"],
    ["", malformed],
    ["blog.example.com", malformed],
    ["https://", malformed],
    ["https://blog example.com", malformed],
    ["https://a.example,https://b.example", malformed],
    ["https://.example.com", malformed],
    ["https://example.com:99999", malformed],
    ["file:///index.html", malformed],
    ["javascript:alert(1)", malformed],
    ["http://blog.example.com", 'is not encrypted; write "https://blog.example.com"'],
    ["http://localhost.example.com", 'is not encrypted; write "https://localhost.example.com"'],
    ["https://example.com/", `${notAsSent} "https://example.com"`],
    ["https://example.com/blog", `${notAsSent} "https://example.com"`],
    ["https://example.com?page=1", `${notAsSent} "https://example.com"`],
    ["https://example.com#top", `${notAsSent} "https://example.com"`],
    ["https://Example.com", `${notAsSent} "https://example.com"`],
    ["HTTPS://example.com", `${notAsSent} "https://example.com"`],
    ["https://example.com:443", `${notAsSent} "https://example.com"`],
    ["http://localhost:80", `${notAsSent} "http://localhost"`],
    ["https://user:secret@example.com", `${notAsSent} "https://example.com"`],
    ["https://bücher.example", `${notAsSent} "https://xn--bcher-kva.example"`],
    [" https://example.com", `${notAsSent} "https://example.com"`],
  ])("refuses %j", (value, message) => {
    expect(origins(value)).toEqual([origin(value, message)]);
  });

  test("refuses an origin of more characters than a Function URL takes", () => {
    const label = "a".repeat(60);
    const long = `https://${[label, label, label, label].join(".")}.example`;
    expect(origins(long)).toEqual([
      `staging.cors.allowedOrigins[0]: "${long.slice(0, 76)}... is longer than 253 characters, the most a Function URL takes`,
    ]);
  });

  test("refuses more origins than a Function URL takes", () => {
    expect(origins(...Array.from({ length: 101 }, (_, index) => `https://a${index}.example`))).toEqual([
      "staging.cors.allowedOrigins: 101 entries are too many; a Function URL takes 100",
    ]);
  });

  test("refuses origins that are together too long for the variable of a function", () => {
    const long = Array.from(
      { length: 20 },
      (_, index) => `https://${"a".repeat(60)}.${"b".repeat(60)}${index}.example`,
    );
    expect(origins(...long)).toEqual([
      "staging.cors.allowedOrigins: 2831 characters are too long together; the variable of a function takes 2500",
    ]);
  });

  test("refuses an origin that is listed twice", () => {
    expect(origins("https://a.example", "https://b.example", "https://a.example")).toEqual([
      'staging.cors.allowedOrigins[2]: "https://a.example" repeats staging.cors.allowedOrigins[0]; remove one of them',
    ]);
  });

  test("refuses credentials for every website, besides the wildcard", () => {
    expect(stagingProblems({ cors: { allowedOrigins: ["*"], allowCredentials: true } })).toEqual([
      'staging.cors.allowedOrigins[0]: "*" lets in origins that nobody listed; write each one out',
      "staging.cors.allowCredentials: true lets every website act as the signed-in user, together with a wildcard; write false",
    ]);
  });
});
