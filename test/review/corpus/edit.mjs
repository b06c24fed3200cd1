// The shape of the corpus' edits, for editors and the type checker.

/**
 * Resources are JSON of hundreds of shapes, and an edit knows the one it edits: hence `any`, here and nowhere else.
 *
 * @typedef {Record<string, any>} Resources
 * @typedef {{ resource: Resources, output?: Record<string, any>, provider: any, variable?: Record<string, any>,
 *   moved?: object[], removed?: object[], check?: object }} Stack
 * @typedef {{ resources: { type: string, name: string, instances: Record<string, unknown>[] }[] }} State
 *
 * An edit of a synthesized stack, and what the reviewer has to say of the plan that Terraform makes of it.
 *
 * @typedef {object} Edit
 * @property {string} id
 * @property {string} title a sentence that a developer would write in a pull request
 * @property {string} [stack] which base it edits; production by default
 * @property {"stops" | "asks" | "notes" | "nothing"} verdict
 * @property {boolean} [unguarded] takes every prevent_destroy out first, as a developer who means it has to
 * @property {string[]} [args] more arguments of `terraform plan`
 * @property {(resources: Resources, stack: Stack) => unknown} [edit]
 * @property {(state: State) => void} [state] edits the state, as an interrupted apply does
 */

export {};
