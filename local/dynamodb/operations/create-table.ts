import { readTypes } from "../requests/read";
import { describeTable } from "../tables/description";
import { createTable as create } from "../tables/lifecycle";
import { createTableInput } from "../tables/shapes";
import { missingTableName, type Operation, operation } from "./operation";

const named = operation(createTableInput, async (request, engine) => ({
  TableDescription: await describeTable(engine, await create(engine, request), "CREATING"),
}));

export const createTable: Operation = {
  async answer(input, engine) {
    // AWS asks for the name before anything else that may be missing.
    if (readTypes(input, createTableInput).TableName === undefined) throw missingTableName();
    return named.answer(input, engine);
  },
};
