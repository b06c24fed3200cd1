import type { Definition } from "./definition";

const NO_LIMITS = { limits: undefined, routeLimits: {} };

/** Returns the definition as it is or, without throttling, with every stage free of limits. */
export function throttled(definition: Definition, throttling: boolean): Definition {
  if (throttling) return definition;
  const { httpApi, webSocketApi } = definition;
  return {
    ...definition,
    httpApi: httpApi && { ...httpApi, stage: { ...httpApi.stage, ...NO_LIMITS } },
    webSocketApi: webSocketApi && { ...webSocketApi, stage: { ...webSocketApi.stage, ...NO_LIMITS } },
  };
}
