import http from "node:http";
import type { AddressInfo } from "node:net";

interface Comment {
  readonly id: number;
  body: string;
  readonly user: { readonly login: string };
}
interface Issue {
  readonly number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  readonly labels: readonly string[];
  readonly user: { readonly login: string };
}

/** What a test puts into the repository before, and looks at afterwards. */
interface FakeRepository {
  readonly comments: Comment[];
  readonly issues: Issue[];
  pulls: object[];
  runs: object[];
  artifacts: object[];
  approvals: object[];
  /** Every request, as `GET /repos/…`, without its query. */
  readonly requests: string[];
}

export interface FakeGitHub {
  readonly url: string;
  readonly repository: FakeRepository;
  close(): Promise<void>;
}

const BOT = { login: "github-actions[bot]" };

/** Plays the few routes of GitHub's REST API that the workflows' steps call, for the repository `o/r`, in pages of two. */
export async function startGitHub(): Promise<FakeGitHub> {
  const repository: FakeRepository = {
    comments: [],
    issues: [],
    pulls: [],
    runs: [],
    artifacts: [],
    approvals: [],
    requests: [],
  };
  let lastId = 100;
  const routes: readonly [
    string,
    RegExp,
    (match: RegExpExecArray, body: Partial<Comment & Issue>, query: URLSearchParams) => unknown,
  ][] = [
    ["GET", /^\/issues\/\d+\/comments$/, () => repository.comments],
    [
      "POST",
      /^\/issues\/\d+\/comments$/,
      (_, { body = "" }) => {
        if (body.length > 65_536) throw new Error("Body is too long");
        repository.comments.push({ id: ++lastId, body, user: BOT });
        return {};
      },
    ],
    [
      "PATCH",
      /^\/issues\/comments\/(\d+)$/,
      ([, id], { body = "" }) => {
        const comment = repository.comments.find((one) => one.id === Number(id));
        if (comment) comment.body = body;
        return comment;
      },
    ],
    [
      "DELETE",
      /^\/issues\/comments\/(\d+)$/,
      ([, id]) =>
        repository.comments.splice(
          repository.comments.findIndex((one) => one.id === Number(id)),
          1,
        ),
    ],
    ["GET", /^\/issues$/, (_, __, query) => repository.issues.filter(({ state }) => state === query.get("state"))],
    [
      "POST",
      /^\/issues$/,
      (_, { title = "", body = "", labels = [] }) => {
        repository.issues.push({ number: ++lastId, title, body, labels, state: "open", user: BOT });
        return {};
      },
    ],
    [
      "PATCH",
      /^\/issues\/(\d+)$/,
      ([, number], change) =>
        Object.assign(repository.issues.find((one) => one.number === Number(number)) ?? {}, change),
    ],
    ["GET", /^\/commits\/\w+\/pulls$/, () => repository.pulls],
    [
      "GET",
      /^\/actions\/workflows\/plan\.yml\/runs$/,
      () => ({ total_count: repository.runs.length, workflow_runs: repository.runs }),
    ],
    [
      "GET",
      /^\/actions\/runs\/\d+\/artifacts$/,
      () => ({ total_count: repository.artifacts.length, artifacts: repository.artifacts }),
    ],
    ["GET", /^\/actions\/runs\/\d+\/approvals$/, () => repository.approvals],
  ];
  const server = http.createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://github.test");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const sent = Buffer.concat(chunks).toString();
    const path = url.pathname.replace(/^\/repos\/o\/r/, "");
    repository.requests.push(`${request.method} ${path}`);
    const answer = (status: number, json: unknown, headers: http.OutgoingHttpHeaders = {}) =>
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(json));
    if (request.headers.authorization !== "token secret") return answer(401, { message: "Bad credentials" });
    for (const [method, pattern, handle] of routes) {
      const match = method === request.method ? pattern.exec(path) : null;
      if (!match) continue;
      try {
        const found = handle(match, sent ? JSON.parse(sent) : {}, url.searchParams);
        if (request.method !== "GET" || !Array.isArray(found)) return answer(200, found);
        const page = Number(url.searchParams.get("page") ?? 1);
        url.searchParams.set("page", String(page + 1));
        const next = `http://${request.headers.host}${url.pathname}${url.search}`;
        const hasMore = found.length > page * 2;
        return answer(200, found.slice((page - 1) * 2, page * 2), hasMore ? { link: `<${next}>; rel="next"` } : {});
      } catch (error) {
        return answer(422, { message: String(error) });
      }
    }
    return answer(404, { message: `the fake has no ${request.method} ${path}` });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    repository,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
