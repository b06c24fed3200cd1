import { describedTableName, newTableName } from "../requests/parameters";
import { integer, structure } from "../requests/shape";
import { describeTable as describe } from "../tables/description";
import { deleteTable as remove } from "../tables/lifecycle";
import { operation, tableOperation } from "./operation";

const MOST_NAMES = 100;

export const describeTable = tableOperation(
  structure("DescribeTableInput", { TableName: describedTableName }),
  async ({ TableName }, engine) => ({ Table: await describe(engine, engine.catalog.described(TableName)) }),
);

export const deleteTable = tableOperation(
  structure("DeleteTableInput", { TableName: describedTableName }),
  async ({ TableName }, engine) => ({
    TableDescription: await describe(engine, await remove(engine, TableName), "DELETING"),
  }),
);

export const listTables = operation(
  structure("ListTablesInput", {
    ExclusiveStartTableName: newTableName,
    Limit: integer({ min: 1, max: MOST_NAMES }),
  }),
  ({ ExclusiveStartTableName: start, Limit = MOST_NAMES }, { catalog }) => {
    const names = catalog.names().filter((name) => start === undefined || name > start);
    const page = names.slice(0, Limit);
    return { TableNames: page, LastEvaluatedTableName: names.length > Limit ? page.at(-1) : undefined };
  },
);
