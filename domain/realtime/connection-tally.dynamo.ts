import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { readItems } from "../../runtime/dynamo/batch";
import type { ItemKey } from "../../runtime/dynamo/table";
import { writeIf } from "../../runtime/dynamo/writes";
import type { Log } from "../../runtime/log";
import type { ConnectionTally } from "./connection-count";
import { connectionTallyTable } from "./connection-tally.table";
import { type Connection, LIFETIME_SECONDS } from "./connections";

/** The length of a window, in seconds. A count may include a connection for this long after its time is up. */
const WINDOW_SECONDS = 10 * 60;

/** Reads the number of open connections that were made in one window. */
const tallyRow = z.object({ open: z.number() });

const windowAt = (time: number): number => Math.floor(time / WINDOW_SECONDS) * WINDOW_SECONDS;
const keyOf = (window: number): ItemKey<typeof connectionTallyTable> => ({ window: String(window) });

/**
 * Creates the tally of open connections in DynamoDB: docs/decisions/counting-connections.md
 *
 * No function is told of every connection that closes, so one counter that goes up and down would drift for ever. Here
 * each window of ten minutes has its own. A connection is over after two hours and ten minutes, and then its window is
 * not read any more, with whatever is wrong in it.
 */
export function dynamoConnectionTally(client: DynamoDBDocumentClient, table: string, log: Log): ConnectionTally {
  async function add(change: 1 | -1, { connectionId, connectedAt }: Connection, signal?: AbortSignal): Promise<void> {
    const window = windowAt(connectedAt);
    const command = new UpdateCommand({
      TableName: table,
      Key: keyOf(window),
      UpdateExpression: "SET #ttl = :end ADD #open :change",
      // A window that has counted nobody, or that is over, has nobody to lose.
      ...(change < 0 && { ConditionExpression: "attribute_exists(#open)" }),
      ExpressionAttributeNames: { "#open": "open", "#ttl": connectionTallyTable.timeToLive },
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
    opened: (connection) => add(1, connection),
    closed: (connection, signal) => add(-1, connection, signal),
    async count(now) {
      const windows = [];
      for (let window = windowAt(now - LIFETIME_SECONDS); window <= now; window += WINDOW_SECONDS) windows.push(window);
      const rows = z.array(tallyRow).parse(await readItems(client, table, windows.map(keyOf)));
      return rows.reduce((sum, { open }) => sum + Math.max(0, open), 0);
    },
  };
}
