import { Forbidden, Unauthenticated } from "./errors";

/** Who asks for something; undefined if that is not known. */
export interface Caller {
  readonly uid: string;
  /** Signed in without any credential: anyone can become as many of these as they like. */
  readonly anonymous: boolean;
}

/** Whose the thing is that an action is about: its owner's, and the owner's of the post it is on. */
export interface Owners {
  readonly owner: string;
  readonly postOwner?: string;
}

/** The circle of those who may ask for an action at all: everyone, whoever is signed in, or users only. */
export type Audience = "by everyone" | "by anyone signed in" | "by users";

interface Rule {
  readonly asked: Audience;
  /** Whose thing it must be; absent if it is of no matter. */
  readonly of?: readonly (keyof Owners)[];
}

/** Who may do what. */
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
 * Decides whether the caller may do this. What is about a thing of someone's cannot be decided without its owners.
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
 * Decides whether it is worth looking for the thing the caller wants to change, before its owners are known.
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
