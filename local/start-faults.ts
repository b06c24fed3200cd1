import fs from "node:fs";
import { services } from "./dynamodb/operations/operations";
import { Faults, type FaultsSettings } from "./faults/faults";
import { type Known, parseScenario, readScenario } from "./faults/read";
import type { FaultScenario } from "./faults/scenario";
import { messageOf, StartError } from "./shared/errors";
import { operations as sqsOperations } from "./sqs/operations";
import { OPERATIONS } from "./websocket/connections-api";

export interface StartFaultsSettings extends Omit<FaultsSettings, "scenario"> {
  /** The scenario, or the path of its file. */
  readonly source: FaultScenario | string;
  readonly functions: Known["functions"];
}

/** Reads a scenario and arms its faults. @throws StartError if it cannot be read or has mistakes */
export function startFaults({ source, functions, ...settings }: StartFaultsSettings): Faults {
  const operations = {
    connections: Object.values(OPERATIONS),
    dynamodb: services.flatMap((service) => [...service.operations.keys()]),
    kms: ["GenerateMac"],
    sqs: Object.keys(sqsOperations),
    lambda: ["Invoke"],
    clock: [],
  };
  const [document, name] = typeof source === "string" ? [readFile(source), source] : [source, "The option `faults`"];
  return new Faults({ ...settings, scenario: readScenario(document, { functions, operations }, name) });
}

function readFile(file: string): unknown {
  try {
    return parseScenario(fs.readFileSync(file, "utf8"), file);
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError(
      `${file}, the scenario of faults, cannot be read (${messageOf(error)}): set TERRACE_FAULTS to another file, or to nothing.`,
    );
  }
}
