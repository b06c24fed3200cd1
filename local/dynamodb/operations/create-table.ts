import { describeTable } from "../tables/description";
import { createTable as create } from "../tables/lifecycle";
import { createTableInput } from "../tables/shapes";
import { operation } from "./operation";

export const createTable = operation(createTableInput, async (request, engine) => ({
  TableDescription: await describeTable(engine, await create(engine, request), "CREATING"),
}));
