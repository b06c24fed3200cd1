import { expect, test } from "@jest/globals";
import { newPost, postInput } from "../../domain/posts";

test("a post has a title of one line and a content of many", () => {
  const takes = (title: string, content: string) => postInput.safeParse({ title, content }).success;
  expect(takes("t".repeat(200), "c\n".repeat(10_000))).toBe(true);
  expect(takes("t".repeat(201), "c")).toBe(false);
  expect(takes("t\nt", "c")).toBe(false);
  expect(takes("t", "c".repeat(20_001))).toBe(false);
});

test("newPost takes nothing from its input but what a post is", () => {
  const input = Object.assign({ title: "t", content: "c" }, { id: "mine", created_at: "never", feed: "feed#9" });
  expect(newPost(input, "id", new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)))).toEqual({
    id: "id",
    title: "t",
    content: "c",
    created_at: "2026-01-02T03:04:05.006Z",
  });
});
