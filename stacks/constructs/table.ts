import { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { Construct } from "constructs";
import type { Environment } from "../../environments/environment";
import { physicalName } from "../../environments/names";
import type { TableDefinition } from "../../runtime/dynamo/table";
import { type Access, access } from "./access";

/** The operations that functions run on tables. In a transaction, each item counts as the operation that it is. */
type Operation =
  | "GetItem"
  | "PutItem"
  | "UpdateItem"
  | "DeleteItem"
  | "ConditionCheckItem"
  | "BatchGetItem"
  | "BatchWriteItem"
  | "Scan"
  /** Reads the indexes; or, if there is none, the table itself by its hash key. */
  | "Query";

export interface TableProps<Variable extends string> extends TableDefinition {
  readonly environment: Pick<Environment, "name" | "pointInTimeRecovery" | "deletionProtection">;
  readonly variable: Variable;
}

/** A DynamoDB table, paid per request. Its indexes hold whole items. */
export class Table<Variable extends string = string> extends Construct {
  private readonly name: string;
  private readonly variable: Variable;
  private readonly arn: string;
  private readonly indexes: readonly string[];
  /** The ARNs that a Query needs permission for. */
  private readonly queryArns: readonly string[];
  private readonly streamArn: string | undefined;

  constructor(scope: Construct, id: string, props: TableProps<Variable>) {
    super(scope, id);
    const { environment, hashKey, rangeKey, timeToLive, stream } = props;
    const indexes = Object.entries(props.indexes ?? {}).map(([name, key]) => ({ name, ...key }));
    const precious = props.holds === "what users wrote";
    const deletionProtection = precious && environment.deletionProtection;
    // Only key attributes are declared; any other makes the plan fail.
    const attributes = [props, ...indexes].flatMap((key) => [key.hashKey, key.rangeKey]);
    const table = new DynamodbTable(this, "Default", {
      name: physicalName(environment, props.name),
      billingMode: "PAY_PER_REQUEST",
      hashKey,
      ...(rangeKey !== undefined && { rangeKey }),
      attribute: [...new Set(attributes)].filter((name) => name !== undefined).map((name) => ({ name, type: "S" })),
      ...(indexes.length > 0 && {
        globalSecondaryIndex: indexes.map((index) => ({ ...index, projectionType: "ALL" })),
      }),
      ...(timeToLive !== undefined && { ttl: { attributeName: timeToLive, enabled: true } }),
      ...(stream !== undefined && { streamEnabled: true, streamViewType: stream }),
      pointInTimeRecovery: { enabled: precious && environment.pointInTimeRecovery },
      deletionProtectionEnabled: deletionProtection,
      lifecycle: { preventDestroy: deletionProtection },
    });
    this.arn = table.arn;
    this.streamArn = stream && table.streamArn;
    this.indexes = indexes.map(({ name }) => name);
    const isListed = indexes.length === 0 && rangeKey !== undefined;
    this.queryArns = isListed ? [table.arn] : indexes.map(({ name }) => `${table.arn}/index/${name}`);
    this.name = table.name;
    this.variable = props.variable;
  }

  /**
   * Where the table's changes can be read.
   *
   * @throws Error if its definition has no stream
   */
  get stream(): { readonly arn: string; readonly tableArn: string } {
    if (this.streamArn === undefined)
      throw new Error(`${this.node.path} has no stream: give its definition one, such as "NEW_AND_OLD_IMAGES".`);
    return { arn: this.streamArn, tableArn: this.arn };
  }

  /** Lets a function query one index, where it needs no other. */
  query(index: string): Access<Variable> {
    if (!this.indexes.includes(index)) throw new Error(`${this.node.path} has no index "${index}".`);
    const resources = [`${this.arn}/index/${index}`];
    return access(this.variable, this.name, { actions: ["dynamodb:Query"], resources });
  }

  /**
   * Lets a function run these operations and no others.
   *
   * @throws Error if it would query a table that has neither an index nor a range key.
   */
  allow(...operations: readonly Operation[]): Access<Variable> {
    const queries = operations.filter((operation) => operation === "Query");
    if (queries.length > 0 && this.queryArns.length === 0)
      throw new Error(`${this.node.path} has no index to query: give it one, or read single items.`);
    const statements = [
      { operations: operations.filter((operation) => operation !== "Query"), resources: [this.arn] },
      { operations: queries, resources: this.queryArns },
    ];
    return access(
      this.variable,
      this.name,
      ...statements
        .filter((statement) => statement.operations.length > 0)
        .map(({ operations, resources }) => ({ actions: operations.map((name) => `dynamodb:${name}`), resources })),
    );
  }
}
