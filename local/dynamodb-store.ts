import fs from "node:fs";
import { create, type Store } from "dynalite/db";
import type { Place } from "./definition/terraform";
import { operation, perform, validated } from "./dynamodb-operations";
import { type Clock, systemClock } from "./shared/clock";
import { codeOf, messageOf, StartError } from "./shared/errors";
import type { JsonObject } from "./shared/json";
import { SharedLock } from "./shared-lock";
import { Transactions } from "./transactions";

/** DynamoDB's data on disk, and its operations. */
export class DynamoDbStore {
  private readonly lock = new SharedLock();
  private readonly transactions: Transactions;

  private constructor(
    private readonly store: Store,
    clock: Pick<Clock, "now">,
  ) {
    this.transactions = new Transactions(store, () => clock.now());
  }

  /** Opens the data folder. Throws a StartError if another run has it open, or if it is damaged. */
  static async open(
    folder: string,
    { account, region }: Pick<Place, "account" | "region">,
    clock: Pick<Clock, "now"> = systemClock,
  ): Promise<DynamoDbStore> {
    try {
      fs.mkdirSync(folder, { recursive: true });
      const store = create({ path: folder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
      Object.assign(store.tableDb, { awsAccountId: account, awsRegion: region });
      await store.db.open();
      return new DynamoDbStore(store, clock);
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      if (codeOf(cause) === "LEVEL_LOCKED")
        throw new StartError(`The data in ${folder} is in use by another run of the local cloud: stop that one first.`);
      throw new StartError(
        `The data in ${folder} cannot be read (${messageOf(cause)}): delete that folder to start with empty tables.`,
      );
    }
  }

  /**
   * Does one operation, such as `PutItem`, with its input as the API documents it; a transaction alone, everything else
   * side by side. Throws a DynamoDbError for whatever DynamoDB would refuse, and for what is not emulated.
   */
  async call(name: string, input: JsonObject): Promise<JsonObject> {
    if (name === "TransactWriteItems") return this.lock.exclusive(() => this.transactions.write(input));
    if (name === "TransactGetItems") return this.lock.exclusive(() => this.transactions.get(input));
    const { action, validation } = operation(name);
    return this.lock.shared(() =>
      perform({ action, validation }, validated(input, validation, this.store), this.store),
    );
  }

  close(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.store.db.close((error) => (error ? reject(error) : resolve()));
    });
  }
}
