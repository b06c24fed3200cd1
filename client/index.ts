import { browser } from "./browser";
import type { Listening, Settings } from "./interface";
import { Listener } from "./listening";

export type { Ticket } from "./api";
export type { Announcement, Change, Changes, Comment, Gone, Post, Topic } from "./events";
export type { Listening, Settings } from "./interface";
export type { Refusal } from "./link";
export type { Heard, State } from "./listeners";
export type { TopicReading } from "./readings";

// Private names are #names in this room: unlike others, the bundler may shorten them.

/**
 * Listens to what happens: connects, stays connected, and tells each change once. What was missed while there was no
 * connection is read from the API's lists.
 */
export const listen = (settings: Settings): Listening => new Listener(settings, browser);
