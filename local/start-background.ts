import type { Definition } from "./definition/definition";
import { EventSources } from "./event-sources/event-sources";
import type { ChangeStreams } from "./event-sources/stream-position";
import type { Lambdas } from "./lambda/lambdas";
import type { Records } from "./records/records";
import { Schedules } from "./schedules/schedules";
import type { Clock } from "./shared/clock";
import type { Queues } from "./sqs/queues";

export interface BackgroundSettings {
  readonly definition: Definition;
  readonly reader: ChangeStreams;
  readonly queues: Queues;
  readonly records: Records;
  readonly invoke: Lambdas["invoke"];
  readonly clock: Clock;
  /** Tells the developer what AWS would not say. */
  readonly hint: (text: string) => void;
}

export interface Background {
  /** Begins no more calls. */
  stop(): void;
  /** Waits for the ends of calls that were under way. */
  settled(): Promise<void>;
}

/**
 * Starts what calls functions without anybody waiting for them: streams, queues and schedules.
 *
 * @throws StartError for what AWS would refuse because a function's role lacks a permission
 */
export async function startBackground(settings: BackgroundSettings): Promise<Background> {
  const { definition, reader, queues, records, invoke, clock, hint } = settings;
  const schedules = new Schedules({
    definitions: definition.schedules,
    send: async (queueArn, body, target) => {
      await queues.byArn(queueArn).send({ body, sender: `AROALOCAL:${target.name}` });
    },
    ...{ invoke, clock, hint },
  });
  try {
    const sources = await EventSources.start({
      definitions: definition.eventSources,
      region: definition.place.region,
      ...{ reader, queues, records, invoke, clock, hint },
    });
    return {
      stop() {
        schedules.stop();
        sources.stop();
      },
      async settled() {
        await Promise.all([schedules.settled(), sources.settled()]);
      },
    };
  } catch (error) {
    schedules.stop();
    throw error;
  }
}
