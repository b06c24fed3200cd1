/**
 * What is listened to: everything, what concerns one post, or what is a user's own. A change is sent to the topics that
 * it concerns, and a connection subscribes to topics.
 */
export type Topic = "all" | `post:${string}` | `user:${string}`;

/** The topic of a post and of everything under it. */
export const postTopic = (postId: string): Topic => `post:${postId}`;

/** The topic of what a user wrote. Nobody else may subscribe to it. */
export const userTopic = (uid: string): Topic => `user:${uid}`;
