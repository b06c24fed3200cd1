import { invalid } from "../errors";
import { describedTableName } from "../requests/parameters";
import { flag, required, structure, text } from "../requests/shape";
import { tableOperation } from "./operation";

export const describeTimeToLive = tableOperation(
  structure("DescribeTimeToLiveInput", { TableName: describedTableName }),
  ({ TableName }, { catalog }) => {
    const { timeToLive: AttributeName } = catalog.described(TableName);
    const TimeToLiveStatus = AttributeName === undefined ? "DISABLED" : "ENABLED";
    return { TimeToLiveDescription: { TimeToLiveStatus, AttributeName } };
  },
);

export const updateTimeToLive = tableOperation(
  structure("UpdateTimeToLiveInput", {
    TableName: describedTableName,
    TimeToLiveSpecification: required(
      structure("TimeToLiveSpecification", {
        Enabled: required(flag),
        AttributeName: required(text({ min: 1, max: 255 })),
      }),
    ),
  }),
  async ({ TableName, TimeToLiveSpecification }, { catalog, writer }) => {
    const { Enabled, AttributeName } = TimeToLiveSpecification;
    await writer.run((transaction) => {
      const table = catalog.toChange(transaction, TableName);
      const { timeToLive: current, ...rest } = table;
      if (Enabled && current === AttributeName) throw invalid("TimeToLive is already enabled");
      if (!Enabled && current === undefined) throw invalid("TimeToLive is already disabled");
      if (current !== undefined && current !== AttributeName)
        throw invalid(`TimeToLive is active on a different AttributeName: current AttributeName is ${current}`);
      catalog.replace(transaction, Enabled ? { ...rest, timeToLive: AttributeName } : rest);
    });
    return { TimeToLiveSpecification };
  },
);
