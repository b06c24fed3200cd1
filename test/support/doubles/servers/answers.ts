/** What a played service of AWS answers over HTTP. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export const xml = (body: string, status = 200, headers = {}): Answer => ({
  status,
  headers: { "content-type": "application/xml", ...headers },
  body,
});

export const json = (body: object, status = 200, headers = {}): Answer => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.0", ...headers },
  body: JSON.stringify(body),
});

/** An error as services that speak JSON say it, by the name that the SDK knows. */
export const refused = (type: string, message = type, status = 400): Answer =>
  json({ __type: type, message }, status, { "x-amzn-errortype": type });
