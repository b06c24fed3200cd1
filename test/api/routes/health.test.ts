import { expect, test } from "@jest/globals";
import { apiInMemory } from "../../support/api";

test("GET /health says that the API answers, what it is and where the rest is", async () => {
  const response = await apiInMemory().request("/health");
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    status: "healthy",
    message: "API is running",
    environment: "staging",
    websocket_endpoint: "wss://ws.example/staging",
    broadcast_endpoint: "https://http.example/staging/broadcast/comments",
    version: "1.2.3",
    timestamp: "2026-01-01T00:00:00.000Z",
  });
});
