import type { PageEvent, Surroundings } from "./surroundings";

/**
 * Returns the browser that this runs in.
 *
 * A page with an open socket is not put into the back/forward cache, or loses the socket there, so that it is closed on
 * `pagehide` and opened on `pageshow` (https://web.dev/articles/bfcache). There is no `unload` handler, for the same
 * reason.
 */
export const browser: Surroundings = {
  connect(url, protocols, { opened, message, closed }) {
    const socket = new WebSocket(url, [...protocols]);
    socket.onopen = opened;
    socket.onmessage = ({ data }) => message(data);
    socket.onclose = closed;
    return {
      send: (text) => socket.send(text),
      close() {
        // Closing a dead socket takes a browser minutes, and what comes in them is nobody's.
        socket.onopen = socket.onmessage = socket.onclose = null;
        socket.close(1000);
      },
    };
  },
  fetch: (url, request) => fetch(url, request),
  now: () => Date.now(),
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  watchPage(heard) {
    const ending = new AbortController();
    const on = (target: EventTarget, type: string, event: PageEvent) =>
      target.addEventListener(type, () => heard(event), { signal: ending.signal });
    on(window, "pagehide", "put away");
    on(window, "pageshow", "shown");
    on(window, "online", "woken");
    on(document, "resume", "woken");
    document.addEventListener(
      "visibilitychange",
      () => {
        if (document.visibilityState === "visible") heard("woken");
      },
      { signal: ending.signal },
    );
    return () => ending.abort();
  },
  report: (error) => reportError(error),
};
