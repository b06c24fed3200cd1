import { Forbidden, Unauthenticated } from "./errors";

/** The user who sent a request. A request without a token has none. */
export interface Caller {
  readonly uid: string;
  /** True if the user signed in without any credential. Anyone can become as many such users as they like. */
  readonly anonymous: boolean;
  /**
   * The time at which the caller's token ends, in epoch seconds. What is given on the strength of the token ends no
   * later.
   */
  readonly tokenEndsAt?: number;
}

/** The uids of the users to whom a resource belongs: its author, and the author of the post that it is on. */
export interface Owners {
  readonly owner: string;
  readonly postOwner?: string;
}

/** The circle of those who may ask for an action at all: everyone, whoever is signed in, or users only. */
export type Audience = "by everyone" | "by anyone signed in" | "by users";

interface Rule {
  /** Says who may ask at all. Users are those who signed in with a credential. */
  readonly asked: Audience;
  /** Says to whom the resource must belong; absent if that does not matter. */
  readonly of?: readonly (keyof Owners)[];
}

/** The rules that say who may do what. */
const rules = {
  "read posts": { asked: "by everyone" },
  "create posts": { asked: "by users" },
  "update the post": { asked: "by users", of: ["owner"] },
  "delete the post": { asked: "by users", of: ["owner"] },
  "read comments": { asked: "by everyone" },
  "create comments": { asked: "by users" },
  "update the comment": { asked: "by users", of: ["owner"] },
  "delete the comment": { asked: "by users", of: ["owner", "postOwner"] },
  "list favorites": { asked: "by anyone signed in" },
  "change favorites": { asked: "by users" },
  "count connections": { asked: "by everyone" },
  // A ticket lets its holder listen, which is reading.
  "take tickets": { asked: "by anyone signed in" },
} satisfies Record<string, Rule>;

type Rules = typeof rules;
export type Action = keyof Rules;

type OpenTo<Asked> = { [A in Action]: Rules[A]["asked"] extends Asked ? A : never }[Action];
type OfSomeone = { [A in Action]: Rules[A] extends { readonly of: unknown } ? A : never }[Action];

/**
 * Decides whether the caller may do this. An action on a resource that belongs to someone takes its owners.
 *
 * @throws Unauthenticated if nobody is signed in who would have to be; Forbidden
 */
export function authorize(caller: Caller | undefined, action: OpenTo<"by everyone">): void;
export function authorize(
  caller: Caller | undefined,
  action: Exclude<Action, OfSomeone | OpenTo<"by everyone">>,
): asserts caller is Caller;
export function authorize(caller: Caller | undefined, action: OfSomeone, owners: Owners): asserts caller is Caller;
export function authorize(caller: Caller | undefined, action: Action, owners?: Owners): void {
  admit(caller, action);
  const { of }: Rule = rules[action];
  if (of && !of.some((whose) => owners && owners[whose] === caller?.uid)) throw new Forbidden(action);
}

/**
 * Decides whether the caller may ask to change a resource at all, before it is read and its owners are known.
 *
 * @throws Unauthenticated, Forbidden
 */
export function authorizeToAsk(caller: Caller | undefined, action: OfSomeone): asserts caller is Caller {
  admit(caller, action);
}

/** Returns who may ask for the action at all. The API's document says it of each route. */
export const audienceOf = (action: Action): Audience => rules[action].asked;

/**
 * Decides whether the caller may ask for the action at all. The API calls it before it reads anything of a request.
 *
 * @throws Unauthenticated, Forbidden
 */
export function admit(caller: Caller | undefined, action: Action): void {
  const asked = audienceOf(action);
  if (asked === "by everyone") return;
  if (!caller) throw new Unauthenticated();
  if (caller.anonymous && asked === "by users") throw new Forbidden(action);
}
