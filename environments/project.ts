/** The one place that names the project: `name` is the product's, `prefix` starts every physical name. */
export const project = { name: "terrace", prefix: "blogapp" } as const;
