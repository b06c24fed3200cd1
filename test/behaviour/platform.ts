/** What the behaviours know of a platform: its public addresses, and how to be a user or the operator of it. */
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** The addresses of a platform, from its synthesized stack and its outputs. */
export interface Addresses {
  readonly environment: string;
  readonly region: string;
  /** An origin whose pages may call the API. */
  readonly origin: string;
  /** The physical names of the functions by their bundles, such as `sweep`. */
  readonly functions: Readonly<Record<string, string>>;
  /** The physical names of the tables by their ids in the stack, such as `posts`. */
  readonly tables: Readonly<Record<string, string>>;
  /** The most subscribers that one function sends a message to. */
  readonly deliveryThreshold: number;
  /** The Function URL of the API, without a slash at its end. */
  readonly apiUrl: string;
  readonly websocketUrl: string;
  readonly broadcastUrl: string;
}

/** A platform that runs, on the laptop or in the cloud. */
export interface Platform extends Addresses {
  readonly users: Users;
  /** The address of Lambda's API. */
  readonly lambdaUrl: string;
  /** A client of the tables with the operator's credentials, which sign broadcasts too. */
  readonly database: DynamoDBDocumentClient;
}

/** A source of throw-away users. */
export interface Users {
  create(): Promise<User>;
  /** Removes a user that `create` made. */
  remove(user: User): Promise<void>;
}

export interface User {
  readonly uid: string;
  readonly idToken: string;
}

/** What a behaviour needs besides the addresses. Where it is lacking, the behaviour is not run. */
export type Need = "users" | "credentials";
