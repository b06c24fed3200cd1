/** How a call is told to end when the signal aborts. */
export const options = (signal: AbortSignal | undefined) => (signal ? { abortSignal: signal } : {});
