/**
 * The one file of undici that is used. Its index carries fetch, WebSockets, caches and mocks too: twice the bytes and
 * twice the time of loading, in every instance of every function that sends.
 */
declare module "undici/lib/dispatcher/pool.js" {
  export { Pool as default } from "undici";
}
