import { dynamoDbError } from "../errors";
import { describedTableName } from "../requests/parameters";
import { flag, integer, required, structure } from "../requests/shape";
import { tableName } from "../storage/catalog";
import { operation, tableOperation } from "./operation";

// What AWS says of an account and of a table's backups; on one machine it has no effect.

const MOST_UNITS = 80_000;
const MOST_TABLE_UNITS = 40_000;

export const describeLimits = operation(structure("DescribeLimitsInput", {}), () => ({
  AccountMaxReadCapacityUnits: MOST_UNITS,
  AccountMaxWriteCapacityUnits: MOST_UNITS,
  TableMaxReadCapacityUnits: MOST_TABLE_UNITS,
  TableMaxWriteCapacityUnits: MOST_TABLE_UNITS,
}));

export const describeEndpoints = operation(structure("DescribeEndpointsRequest", {}), (_, { place }) => ({
  Endpoints: [{ Address: `dynamodb.${place.region}.${place.suffix}`, CachePeriodInMinutes: 1440 }],
}));

export const describeContinuousBackups = tableOperation(
  structure("DescribeContinuousBackupsInput", { TableName: describedTableName }),
  ({ TableName }, { catalog, clock }) => {
    const found = catalog.find(tableName(TableName));
    if (!found) throw dynamoDbError("TableNotFoundException", `Table not found: ${TableName}`);
    return { ContinuousBackupsDescription: continuousBackups(found.pointInTimeRecovery, clock.now()) };
  },
);

export const updateContinuousBackups = tableOperation(
  structure("UpdateContinuousBackupsInput", {
    TableName: describedTableName,
    PointInTimeRecoverySpecification: required(
      structure("PointInTimeRecoverySpecification", {
        PointInTimeRecoveryEnabled: required(flag),
        RecoveryPeriodInDays: integer({ min: 1, max: 35 }),
      }),
    ),
  }),
  async ({ TableName, PointInTimeRecoverySpecification: wanted }, { catalog, writer, clock }) => {
    const since = clock.now();
    const recovery = await writer.run((transaction) => {
      const { pointInTimeRecovery: before, ...table } = catalog.toChange(transaction, TableName);
      const days = wanted.RecoveryPeriodInDays ?? 35;
      const recovery = wanted.PointInTimeRecoveryEnabled ? { days, since: before?.since ?? since } : undefined;
      catalog.replace(transaction, { ...table, ...(recovery && { pointInTimeRecovery: recovery }) });
      return recovery;
    });
    return { ContinuousBackupsDescription: continuousBackups(recovery, since) };
  },
);

interface Recovery {
  readonly days: number;
  readonly since: number;
}

function continuousBackups(recovery: Recovery | undefined, now: number) {
  return {
    ContinuousBackupsStatus: "ENABLED",
    PointInTimeRecoveryDescription: recovery
      ? {
          PointInTimeRecoveryStatus: "ENABLED",
          RecoveryPeriodInDays: recovery.days,
          EarliestRestorableDateTime: recovery.since / 1000,
          LatestRestorableDateTime: now / 1000,
        }
      : { PointInTimeRecoveryStatus: "DISABLED" },
  };
}
