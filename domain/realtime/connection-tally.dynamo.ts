import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { readItems } from "../../runtime/dynamo/batch";
import type { ItemKey } from "../../runtime/dynamo/table";
import { writeIf } from "../../runtime/dynamo/writes";
import type { Log } from "../../runtime/log";
import { type Connection, LIFETIME_SECONDS } from "./connections";
import { connectionsTable } from "./connections.table";

/** The length of a window, in seconds. A count may include a connection for this long after its time is up. */
const WINDOW_SECONDS = 10 * 60;

/** A row that counts the open connections that were made in one window. No connection id holds a `#`. */
const tallyRow = z.object({ connectionId: z.string(), open_connections: z.number() });

const windowAt = (time: number): number => Math.floor(time / WINDOW_SECONDS) * WINDOW_SECONDS;
const keyOf = (window: number): ItemKey<typeof connectionsTable> => ({ connectionId: `tally#${window}` });

/**
 * Counts the open connections in rows of their table: one row for each ten minutes in which connections were made.
 *
 * No function is told of every connection that closes, so a counter that goes up and down would drift for ever. This
 * one heals: a connection is over after two hours and ten minutes, and then its window is not read any more, with
 * whatever is wrong in it. A count is wrong meanwhile by the connections whose closing nobody has noticed, as a count
 * of their rows would be, and by the calls to a tally that failed.
 */
export function connectionTally(client: DynamoDBDocumentClient, table: string, log: Log) {
  async function add(change: 1 | -1, { connectionId, connectedAt }: Connection, signal?: AbortSignal): Promise<void> {
    const window = windowAt(connectedAt);
    const command = new UpdateCommand({
      TableName: table,
      Key: keyOf(window),
      UpdateExpression: "SET #ttl = :end ADD open_connections :change",
      // A window that has counted nobody, or that is over, has nobody to lose.
      ...(change < 0 && { ConditionExpression: `attribute_exists(${connectionsTable.hashKey})` }),
      ExpressionAttributeNames: { "#ttl": connectionsTable.timeToLive },
      ExpressionAttributeValues: { ":change": change, ":end": window + WINDOW_SECONDS + LIFETIME_SECONDS },
    });
    try {
      await writeIf(() => client.send(command, signal ? { abortSignal: signal } : {}));
    } catch (error) {
      // A connection is not refused, and a broadcast not held up, because of a count.
      log.warn("A connection could not be counted", { error, connection_id: connectionId });
    }
  }

  return {
    /** The condition that a row of the table is a connection's. */
    IS_NO_TALLY: "attribute_not_exists(open_connections)",

    /** Counts a connection that was not there before. Never rejects. */
    opened: (connection: Connection): Promise<void> => add(1, connection),

    /** Counts a connection that is not there any more. Never rejects. */
    closed: (connection: Connection, signal?: AbortSignal): Promise<void> => add(-1, connection, signal),

    /** Returns the number of connections that are open at a time, in epoch seconds. It reads 14 rows at most. */
    async count(now: number): Promise<number> {
      const keys = [];
      for (let window = windowAt(now - LIFETIME_SECONDS); window <= now; window += WINDOW_SECONDS)
        keys.push(keyOf(window));
      const rows = z.array(tallyRow).parse(await readItems(client, table, keys));
      return rows.reduce((sum, { open_connections }) => sum + Math.max(0, open_connections), 0);
    },
  };
}
