import { Store, type StoreOptions } from "../dynamodb/storage/store";
import { Writer } from "../dynamodb/storage/writer";

/** Small records on disk, by keys of ASCII characters: messages of queues and places in streams. */
export interface Records {
  /** The records whose keys begin so, in the order of their keys. */
  entries(prefix: string): AsyncIterable<readonly [key: string, value: string]>;
  /** Stores a record, or removes it if the value is undefined. Several in one call are stored together. */
  write(changes: readonly (readonly [key: string, value: string | undefined])[]): Promise<void>;
  /** Waits for what is being written and closes the folder. */
  close(): Promise<void>;
}

/** Opens the folder, or makes it. @throws StartError if it is in use, cannot be written or is damaged */
export async function openRecords(options: StoreOptions): Promise<Records> {
  const store = await Store.open(options);
  const writer = new Writer(store);
  return {
    entries: (prefix) => store.entries({ from: prefix, before: `${prefix}\xff` }),
    write: (changes) =>
      writer.run((transaction) => {
        for (const [key, value] of changes)
          if (value === undefined) transaction.delete(key);
          else transaction.put(key, value);
      }),
    async close() {
      await writer.settled();
      await store.close();
    },
  };
}
