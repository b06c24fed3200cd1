import { attributeValue, map, oneOf, text } from "./shape";

// Parameters that several operations have in common; see
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html

const NAME = "[a-zA-Z0-9_.-]+";

/** A table's name in operations on items. */
export const tableName = text({ pattern: NAME, min: 1, max: 255, alone: true });
/** A new table's name. */
export const newTableName = text({ pattern: NAME, min: 3, max: 255 });
/** A table's name in operations on tables; see `tableOperation` for the words that refuse one. */
export const describedTableName = text({ pattern: NAME });
export const indexName = text({ pattern: NAME, min: 3, max: 255 });
export const item = map(attributeValue, "AttributeValue");
export const returnConsumedCapacity = oneOf("INDEXES", "TOTAL", "NONE");
export const returnItemCollectionMetrics = oneOf("SIZE", "NONE");
export const returnValues = oneOf("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW");
export const returnValuesOnConditionCheckFailure = oneOf("ALL_OLD", "NONE");
