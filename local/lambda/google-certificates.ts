import https from "node:https";
import net from "node:net";

/** The host from which firebase-admin fetches the certificates of ID tokens; it has no setting that changes it. */
const CERTIFICATES_HOST = "www.googleapis.com";

/**
 * Makes every HTTPS connection to Google's certificate host, from this thread and through any agent, a plain one to
 * `port` on this machine, where the local cloud's own issuer answers. The API's bundle then runs unchanged, real
 * signatures included. Call it before the bundle is loaded, in a thread that runs nothing else.
 *
 * @returns a function that ends the redirection
 */
export function redirectGoogleCertificates(port: number): () => void {
  const agent = https.Agent.prototype;
  const { createConnection } = agent;
  agent.createConnection = function (options, callback) {
    if (options.host === CERTIFICATES_HOST && Number(options.port) === 443) return net.connect(port, "127.0.0.1");
    return createConnection.call(this, options, callback);
  };
  return () => {
    agent.createConnection = createConnection;
  };
}
