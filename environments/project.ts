/** Names the project, and nothing else does: the prefix starts every physical name. */
export const project = { prefix: "blogapp" } as const;
