import { describe, expect, test } from "@jest/globals";
import type { Change } from "../../../../local/dynamodb/storage/store";
import { Writer } from "../../../../local/dynamodb/storage/writer";

/** A store in memory whose commits end when the test says so. */
function fakeStore() {
  const values = new Map<string, string>();
  const commits: { readonly changes: readonly Change[]; end(error?: Error): void }[] = [];
  return {
    values,
    commits,
    get: (key: string) => values.get(key),
    commit: (changes: readonly Change[]) =>
      new Promise<void>((resolve, reject) => {
        commits.push({
          changes,
          end(error) {
            if (error) return reject(error);
            for (const change of changes)
              if (change.type === "put") values.set(change.key, change.value);
              else values.delete(change.key);
            resolve();
          },
        });
      }),
  };
}
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("the writer", () => {
  test("commits together what came in while the disk was busy, and answers none of it before", async () => {
    const store = fakeStore();
    const writer = new Writer(store);
    const answered: string[] = [];
    const put = (key: string) =>
      writer
        .run((transaction) => {
          transaction.put(key, (transaction.get("first") ?? "") + key);
          return key;
        })
        .then((result) => answered.push(result));
    const all = ["first", "second", "third"].map(put);
    await turn();
    expect(store.commits.map(({ changes }) => changes.length)).toEqual([1]);
    expect(answered).toEqual([]);
    store.commits[0]?.end();
    await turn();
    expect(answered).toEqual(["first"]);
    expect(store.commits.map(({ changes }) => changes.length)).toEqual([1, 2]);
    store.commits[1]?.end();
    await Promise.all(all);
    expect([...store.values]).toEqual([
      ["first", "first"],
      ["second", "firstsecond"],
      ["third", "firstthird"],
    ]);
  });

  test("makes no change of work that throws, and goes on", async () => {
    const store = fakeStore();
    const writer = new Writer(store);
    const failing = writer.run((transaction) => {
      transaction.put("a", "1");
      throw new Error("No.");
    });
    const next = writer.run((transaction) => transaction.get("a"));
    await expect(failing).rejects.toThrow("No.");
    expect(await next).toBeUndefined();
    expect(store.commits).toEqual([]);
  });

  test("lets work see what the work before it in the same commit did", async () => {
    const store = fakeStore();
    const writer = new Writer(store);
    const add = () =>
      writer.run((transaction) => {
        const sum = Number(transaction.get("sum") ?? 0) + 1;
        transaction.put("sum", String(sum));
        return sum;
      });
    const sums = Promise.all([add(), add(), add()]);
    await turn();
    store.commits[0]?.end();
    await turn();
    store.commits[1]?.end();
    expect(await sums).toEqual([1, 2, 3]);
  });

  test("fails everything in a commit that fails, and calls back for none of it", async () => {
    const store = fakeStore();
    const writer = new Writer(store);
    let called = false;
    const work = writer.run((transaction) => {
      transaction.put("a", "1");
      transaction.committed(() => {
        called = true;
      });
    });
    await turn();
    store.commits[0]?.end(new Error("The disk is full."));
    await expect(work).rejects.toThrow("The disk is full.");
    expect(called).toBe(false);
    const again = writer.run((transaction) => transaction.put("a", "2"));
    await turn();
    store.commits[1]?.end();
    await again;
    expect(store.values.get("a")).toBe("2");
  });
});
