/** Where in the two stacks something is changed, and what is put there; nothing: it is removed. */
export type Breach = readonly [path: string, value?: unknown];
