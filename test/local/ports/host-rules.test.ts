import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { hostRules } from "../../../local/ports/host-rules";

const NAMES = ["api", "gateway", "dynamodb"] as const;
const CERTIFICATES = "/robot/v1/metadata/x509/securetoken@system.gserviceaccount.com";

function requestOf(url: string, headers: Record<string, string>): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { url, headers });
}

describe.each(NAMES)("the port %s", (name) => {
  const rule = hostRules([])[name];
  const atHost = (host: string) => rule(requestOf("/", { host }));

  test.each(["localhost", "LOCALHOST:8000", "127.0.0.1", "127.0.0.1:3001", "[::1]:4566", "[::1]"])(
    "answers at %s",
    (host) => {
      expect(atHost(host)).toBeUndefined();
    },
  );

  test.each([
    "evil.example",
    "evil.example:3001",
    "localhost.evil.example:3001",
    "127.0.0.1.evil.example",
    "localhost@evil.example",
    "evil.example#localhost",
    "localhost:3001:evil.example",
    "localhost.",
    "0.0.0.0",
    "",
  ])("refuses a page that was served at %j and has that name resolve to this machine", (host) => {
    expect(atHost(host)).toBe(
      `This port answers at localhost, 127.0.0.1, [::1] and not at "${host.toLowerCase().replace(/:3001$/, "")}": ` +
        "TERRACE_OPEN adds a name.",
    );
  });

  test("refuses a request without a host", () => {
    expect(rule(requestOf("/", {}))).toContain('not at ""');
  });

  test("answers at a name that the developer opens it to, and to pages of that name", () => {
    const open = hostRules(["Tunnel.example"])[name];
    const headers = { host: "tunnel.example:443", origin: "https://tunnel.example" };
    expect(open(requestOf("/_local/tokens", headers))).toBeUndefined();
    expect(open(requestOf("/", { host: "sub.tunnel.example" }))).toContain("not at");
  });
});

describe("a page of another origin", () => {
  const fromPage = (port: (typeof NAMES)[number], url: string, origin: string) =>
    hostRules([])[port](requestOf(url, { host: "localhost", origin }));

  test.each([
    ["dynamodb", "/"],
    ["gateway", "/_local/tokens"],
    ["gateway", "/development/@connections/L0SM9cOFvHcCIhw%3D"],
    ["gateway", "/development/%40connections/L0SM9cOFvHcCIhw%3D"],
  ] as const)("may not call %s%s", (port, url) => {
    for (const origin of ["https://evil.example", "http://localhost.evil.example", "null", "nonsense"])
      expect(fromPage(port, url, origin)).toBe(
        `Pages of "${origin}" may not call this address: TERRACE_OPEN adds a host name.`,
      );
    expect(fromPage(port, url, "http://localhost:3000")).toBeUndefined();
  });

  test.each([
    ["api", "/api/v1/posts"],
    ["gateway", "/development/broadcast/comments"],
    ["gateway", "/development"],
  ] as const)("is left to the rules of AWS at %s%s", (port, url) => {
    expect(fromPage(port, url, "https://evil.example")).toBeUndefined();
  });
});

test("the certificates, and nothing else, are shown under the name of Google's host", () => {
  const { gateway, api } = hostRules([]);
  const headers = { host: "www.googleapis.com" };
  expect(gateway(requestOf(CERTIFICATES, headers))).toBeUndefined();
  expect(gateway(requestOf("/_local/tokens", headers))).toContain("not at");
  expect(api(requestOf(CERTIFICATES, headers))).toContain("not at");
});
