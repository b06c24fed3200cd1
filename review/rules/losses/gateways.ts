import { KEEP, type Kind, REFUSED } from "./kind";

const ofApi = { type: "aws_apigatewayv2_api", own: "api_id", its: "id" };

/** Says what is lost with an address and with what answers behind it. */
export const gateways: Readonly<Record<string, Kind>> = {
  aws_apigatewayv2_api: {
    destroyed: "stops",
    replaced: "stops",
    lost: "The API's id is part of its address: every client is cut and has to learn a new one; permissions that name the old one match nothing.",
    remedy: "Keep the API. To move, keep both until no client uses the old one.",
    identity: [],
  },
  aws_apigatewayv2_stage: {
    destroyed: "stops",
    replaced: "stops",
    lost: "The stage's name is part of the address: every client is cut and has to learn a new one.",
    remedy: "Keep the name. To move, add a second stage, and remove this one when no client uses it.",
    identity: ["api_id", "name"],
    taken: REFUSED,
    partOf: [ofApi],
  },
  aws_apigatewayv2_deployment: {
    // A new one for every change of a route is its normal life.
    destroyed: "notes",
    replaced: "silent",
    lost: "The stage needs another deployment.",
    remedy: KEEP,
    identity: [],
    partOf: [ofApi],
  },
  aws_apigatewayv2_route: {
    destroyed: "asks",
    replaced: "asks",
    lost: "Calls of the route are refused.",
    remedy: "Move its callers first.",
    identity: ["api_id", "route_key"],
    taken: REFUSED,
    partOf: [ofApi],
  },
  aws_apigatewayv2_route_response: {
    destroyed: "asks",
    replaced: "notes",
    lost: "The function's answers no longer reach the client.",
    remedy: KEEP,
    identity: ["route_id", "route_response_key"],
    taken: REFUSED,
    partOf: [ofApi, { type: "aws_apigatewayv2_route", own: "route_id", its: "id" }],
  },
  aws_apigatewayv2_integration: {
    destroyed: "notes",
    replaced: "notes",
    lost: "Routes have to name another integration.",
    remedy: "None needed, if the routes are in the plan.",
    identity: [],
    partOf: [ofApi],
  },
  aws_apigatewayv2_domain_name: {
    destroyed: "stops",
    replaced: "stops",
    lost: "The domain answers nothing until another is there and DNS points to it.",
    remedy: KEEP,
    identity: ["domain_name"],
    taken: REFUSED,
  },
  aws_cloudfront_distribution: {
    destroyed: "stops",
    replaced: "stops",
    lost: "Its host name is lost for ever: every client that knows it is cut.",
    remedy: "Keep the distribution.",
    identity: [],
  },
};
