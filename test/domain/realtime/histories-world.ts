/** A platform in one process, whose functions can crash at any call, and what is known of everyone who listens to it. */
import { type DynamoDBDocumentClient, type GetCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { dynamoArrivals } from "../../../domain/admission/arrivals.dynamo";
import { letIn } from "../../../domain/admission/door";
import { issueTicket } from "../../../domain/admission/tickets";
import { dynamoTicketStore } from "../../../domain/admission/tickets.dynamo";
import { announcementOf, type RowChange } from "../../../domain/announcing/events";
import { answerTo } from "../../../domain/conversation/conversation";
import { dynamoMessageCounter } from "../../../domain/conversation/message-count.dynamo";
import { createMeter } from "../../../domain/conversation/meter";
import { deliver } from "../../../domain/delivery/delivery";
import { dynamoDeliveryProgress } from "../../../domain/delivery/delivery-progress.dynamo";
import type { Task } from "../../../domain/delivery/tasks";
import { TaskBusy, work } from "../../../domain/delivery/worker";
import { dynamoConnectionTally } from "../../../domain/realtime/connection-tally.dynamo";
import { dynamoDepartures } from "../../../domain/realtime/departures.dynamo";
import { dynamoSubscribing } from "../../../domain/realtime/subscription-writes.dynamo";
import { connectionAt } from "../../../domain/realtime/subscriptions";
import { dynamoSubscriptionStore } from "../../../domain/realtime/subscriptions.dynamo";
import { topicNamed } from "../../../domain/realtime/topic-names";
import { Refusal } from "../../../runtime/errors";
import type { Dynamo } from "../../support/doubles/dynamo";
import { recordingLog } from "../../support/doubles/log";
import { type Crash, Life } from "../../support/doubles/mortal";
import { newRealtimeTables } from "../../support/doubles/stores";

const CONNECTION_MILLISECONDS = 7_200_000;
const never = () => new AbortController().signal;

/** Someone who listens. */
export interface Listener {
  readonly id: string;
  readonly user: string | undefined;
  readonly connectedAt: number;
  /** In epoch seconds. */
  readonly expiresAt: number;
  isOpen: boolean;
  /** The topics that it has for certain, and those of which nobody answered whether it has them. */
  readonly topics: Set<string>;
  readonly doubtful: Set<string>;
  readonly received: { readonly id: string; readonly thing: string; readonly version: number }[];
}

interface Event {
  readonly id: string;
  readonly topics: readonly string[];
  /** Those who listened when it was committed and have gone on since. */
  readonly owed: Set<Listener>;
  isDone: boolean;
}

export class World {
  time = Date.UTC(2026, 10, 26);
  readonly listeners: Listener[] = [];
  readonly breaches: string[] = [];
  private readonly events: Event[] = [];
  private readonly changes: RowChange[] = [];
  private announced = 0;
  private readonly tasks: Task[] = [];
  private readonly versions = new Map<string, number>();
  private count = 0;

  private constructor(
    private readonly dynamo: Dynamo,
    private readonly tables: Awaited<ReturnType<typeof newRealtimeTables>> & {
      readonly tally: string;
      readonly progress: string;
    },
    /** The most who are sent to before a delivery is cut into segments. */
    readonly threshold: number,
  ) {}

  static async start(dynamo: Dynamo, threshold: number): Promise<World> {
    const tables = {
      ...(await newRealtimeTables(dynamo)),
      tally: await dynamo.create("connectionTally"),
      progress: await dynamo.create("deliveries"),
    };
    return new World(dynamo, tables, threshold);
  }

  /**
   * Somebody connects, or tries to.
   *
   * @param manner whether the gateway opens the connection at once, after another announcement, or not at all, because
   * the client left and `$disconnect` ran first
   */
  async connect(
    user: string | undefined,
    names: readonly string[],
    seconds: number,
    manner: "at once" | "slowly" | "left",
    crash?: Crash,
  ): Promise<void> {
    const now = () => this.time;
    const connectionId = `c${this.count++}=`;
    const tickets: string[] = [];
    if (user !== undefined) {
      const store = dynamoTicketStore(this.dynamo.client, this.tables);
      const caller = { uid: user, anonymous: false, tokenEndsAt: this.seconds + seconds };
      const taken = await issueTicket({ tickets: store, now: () => new Date(this.time) }, caller).catch(refused);
      if (!taken) return;
      tickets.push(taken.ticket);
    }
    if (manner === "left") await this.forget(connectionId);
    const connectedAt = this.time;
    const letInBy = async (client: DynamoDBDocumentClient) =>
      letIn(
        { connectionId, origins: [], protocols: [], tickets, topics: [names.join()], address: "192.0.2.1" },
        { origins: [], withoutOrigin: "allowed", anonymous: true },
        { arrivals: dynamoArrivals(client, this.tables, this.tally(client)), sourceOf: async () => undefined, now },
      ).catch(refused);
    const entered = await this.live(crash, letInBy);
    if (!entered || manner === "left") return;
    if (manner === "slowly") await this.announce(1);
    const life = user === undefined ? 7_200 : Math.min(7_200, seconds);
    this.listeners.push({
      id: connectionId,
      user,
      connectedAt,
      expiresAt: Math.floor(connectedAt / 1000) + life,
      isOpen: true,
      topics: new Set(names.map((name) => topicNamed(name, user))),
      doubtful: new Set(),
      received: [],
    });
  }

  /** Somebody leaves; `$disconnect` runs so many times, and perhaps crashes. */
  async leave(listener: Listener, times: number, crash?: Crash): Promise<void> {
    this.end(listener);
    for (let n = 0; n < times; n++) await this.forget(listener.id, n === 0 ? crash : undefined);
  }

  /** Somebody asks to listen to something, or no more. */
  async ask(listener: Listener, action: "subscribe" | "unsubscribe", name: string, crash?: Crash): Promise<void> {
    if (name === "own" && listener.user === undefined) return;
    const topic = topicNamed(name, listener.user);
    // From the moment of asking to stop, nothing of it is owed.
    if (action === "unsubscribe") this.lose(listener, topic);
    const answer = await this.live(crash, async (client) =>
      answerTo(JSON.stringify({ action, topic: name }), listener.id, {
        subscriptions: dynamoSubscribing(client, this.tables),
        hear: createMeter(dynamoMessageCounter(client, this.tables.connections), 1_000, () => this.time),
        close: async () => undefined,
        limit: 1_000,
        log: recordingLog(),
        now: () => this.time,
      }),
    );
    const type = answer === undefined ? undefined : JSON.parse(answer).type;
    if (type === undefined) listener.doubtful.add(topic);
    else if (type === "subscribed") listener.topics.add(topic);
    else if (type === "unsubscribed") listener.doubtful.delete(topic);
    else if (this.seconds < listener.expiresAt) this.breaches.push(`${listener.id} was answered ${answer}`);
    else if (action === "unsubscribe") listener.doubtful.add(topic);
  }

  /** A post is created, changed or deleted: a change in the table's stream. */
  write(id: string, author: string, kind: "write" | "delete"): void {
    const before = this.versions.get(id);
    if (kind === "delete" && before === undefined) return;
    const row = (version: number) => ({
      id,
      title: "t",
      content: "c",
      author_id: author,
      version,
      favorite_count: 0,
      created_at: new Date(this.time).toISOString(),
      updated_at: new Date(this.time).toISOString(),
    });
    const deleted_at = new Date(this.time).toISOString();
    const change: RowChange = {
      id: `e${this.changes.length}`,
      at: deleted_at,
      table: "posts",
      before: before === undefined ? undefined : row(before),
      after: kind === "delete" ? { id, author_id: author, deleted_at } : row((before ?? 0) + 1),
    };
    if (kind === "delete") this.versions.delete(id);
    else this.versions.set(id, (before ?? 0) + 1);
    const topics = announcementOf(change)?.topics ?? [];
    this.changes.push(change);
    const owed = this.listeners.filter((one) => this.isListening(one) && topics.some((topic) => one.topics.has(topic)));
    this.events.push({ id: change.id, topics, owed: new Set(owed), isDone: false });
  }

  /** The stream calls the function that announces, with so many changes; it stops at the first that fails. */
  async announce(most: number, crash?: Crash): Promise<void> {
    await this.live(crash, async (client, life) => {
      for (const change of this.changes.slice(this.announced, this.announced + most)) {
        const announcement = announcementOf(change);
        if (announcement)
          await deliver(announcement.message, announcement.topics, this.services(client, life), never());
        this.announced += 1;
        this.settle();
      }
    });
  }

  /** The stream forgets that the last changes were announced, and gives them again. */
  repeat(changes: number): void {
    this.announced = Math.max(0, this.announced - changes);
  }

  /** A worker takes a task from the queue; if it fails or crashes the task comes again, as it may in any case. */
  async work(crash?: Crash, isGivenTwice = false): Promise<void> {
    const task = this.tasks.shift();
    if (!task) return;
    const worked = await this.live(crash, async (client, life) => {
      const { threshold: _, ...services } = this.services(client, life);
      return work(task, services, never(), this.time + 60_000).catch((error: unknown) => {
        if (error instanceof TaskBusy) return undefined;
        throw error;
      });
    });
    if (!worked || isGivenTwice) this.tasks.push(task);
    this.settle();
  }

  /** The time moves, also backwards, as clocks of two machines differ. The gateway ends what is two hours old. */
  move(seconds: number): void {
    this.time += seconds * 1000;
    for (const listener of this.listeners) {
      if (this.time - listener.connectedAt >= CONNECTION_MILLISECONDS) this.end(listener);
      if (this.seconds >= listener.expiresAt) this.lose(listener);
    }
  }

  /** Everything is announced, and the queue is worked off. */
  async settleAll(): Promise<void> {
    await this.announce(this.changes.length);
    for (let n = 0; this.tasks.length > 0; n++) {
      if (n > 1_000) throw new Error("The queue does not become empty.");
      const before = this.tasks.length;
      await this.work();
      // A segment of a worker that crashed is free when that one would have been stopped.
      if (this.tasks.length >= before) this.move(61);
    }
    this.settle();
  }

  /** What was owed to somebody who stayed and never came. */
  missing(): string[] {
    return this.events.flatMap(({ id, owed }) =>
      [...owed].filter((one) => !one.received.some((message) => message.id === id)).map((one) => `${id} to ${one.id}`),
    );
  }

  /** The ids of what was owed to somebody to the end. */
  owedTo(listener: Listener): ReadonlySet<string> {
    return new Set(this.events.filter(({ owed }) => owed.has(listener)).map(({ id }) => id));
  }

  /** What the connections' rows say that they listen to, and what the subscriptions' say: the same, at any time. */
  async subscriptions(): Promise<{ readonly named: readonly string[]; readonly stored: readonly string[] }> {
    const read = async (TableName: string) => {
      const { Items = [] } = await this.dynamo.client.send(new ScanCommand({ TableName, ConsistentRead: true }));
      return Items;
    };
    const named = z.object({
      connectionId: z.string(),
      topics: z._default(z.set(z.string()), () => new Set<string>()),
    });
    const stored = z.object({ place: z.string(), topic: z.string() });
    return {
      named: z
        .array(named)
        .parse(await read(this.tables.connections))
        .flatMap(({ connectionId, topics }) => [...topics].map((one) => `${connectionId} ${one}`))
        .sort(),
      stored: z
        .array(stored)
        .parse(await read(this.tables.subscriptions))
        .map(({ place, topic }) => `${connectionAt(place)} ${topic}`)
        .sort(),
    };
  }

  private get seconds(): number {
    return Math.floor(this.time / 1000);
  }

  private isListening(listener: Listener): boolean {
    return listener.isOpen && this.seconds < listener.expiresAt;
  }

  private forget(connectionId: string, crash?: Crash): Promise<unknown> {
    return this.live(crash, (client) =>
      dynamoDepartures(client, this.tables, this.tally(client))({ connectionId }, undefined, undefined),
    );
  }

  private end(listener: Listener): void {
    listener.isOpen = false;
    this.lose(listener);
  }

  /** Somebody has given up being told, of everything or of a topic: what is not delivered yet is not owed any more. */
  private lose(listener: Listener, topic?: string): void {
    if (topic !== undefined && listener.topics.delete(topic)) listener.doubtful.add(topic);
    for (const { isDone, owed, topics } of this.events)
      if (!isDone && (topic === undefined || !topics.some((one) => listener.topics.has(one)))) owed.delete(listener);
  }

  /** Notes which events everybody has been told of. */
  private settle(): void {
    const waiting = new Set(this.tasks.map(({ id }) => id));
    for (const [index, event] of this.events.entries())
      event.isDone ||= index < this.announced && !waiting.has(event.id);
  }

  private tally(client: DynamoDBDocumentClient) {
    return dynamoConnectionTally(client, this.tables.tally, recordingLog());
  }

  private services(client: DynamoDBDocumentClient, life: Life): Parameters<typeof deliver>[2] {
    return {
      subscriptions: dynamoSubscriptionStore(client, this.tables, this.tally(client)),
      sender: { send: (id, data) => life.call(async () => this.send(id, JSON.parse(Buffer.from(data).toString()))) },
      queue: { send: (tasks) => life.call(async () => void this.tasks.push(...tasks)) },
      progress: dynamoDeliveryProgress(client, this.tables.progress),
      threshold: this.threshold,
      log: recordingLog(),
      now: () => this.time,
      random: () => 0,
      // Others have their turn meanwhile, and a function that has crashed does not wake.
      sleep: () => new Promise<void>((resolve) => life.isOver || setImmediate(resolve)),
    };
  }

  /** The gateway passes a message on, and whoever gets what is not for them is noted. */
  private send(id: string, message: { id: string; post_id: string; version: number }) {
    const listener = this.listeners.find((one) => one.id === id);
    if (!listener?.isOpen) return "gone" as const;
    const topics = this.events.find((event) => event.id === message.id)?.topics ?? [];
    const may = topics.some((topic) => listener.topics.has(topic) || listener.doubtful.has(topic));
    if (!may) this.breaches.push(`${message.id} went to ${id}, who does not listen to it`);
    if (this.seconds >= listener.expiresAt) this.breaches.push(`${message.id} went to ${id}, whose time is up`);
    listener.received.push({ id: message.id, thing: message.post_id, version: message.version });
    return "delivered" as const;
  }

  /** Runs a function that perhaps crashes. Returns undefined if it does: nobody gets its answer. */
  private async live<Answer>(
    crash: Crash | undefined,
    run: (client: DynamoDBDocumentClient, life: Life) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const life = new Life(crash);
    const { client } = this.dynamo;
    const send = (command: GetCommand, options: object) => life.call(() => client.send(command, options));
    return Promise.race([run(Object.create(client, { send: { value: send } }), life), life.end]);
  }
}

/** Whoever is refused goes away. */
function refused(error: unknown): undefined {
  if (error instanceof Refusal) return undefined;
  throw error;
}
