import type { Cut, DeliveryProgress } from "../../../../domain/delivery/delivery-progress";

interface Row {
  readonly after?: string;
  readonly claimedUntil?: number;
  readonly finished?: boolean;
}

export function memoryDeliveryProgress(): DeliveryProgress {
  const cuts = new Map<string, Cut>();
  const rows = new Map<string, Row>();
  const change = (segment: string, { claimedUntil, ...changed }: Row) => {
    const { claimedUntil: before, ...row } = rows.get(segment) ?? {};
    const claimed = claimedUntil ?? before;
    rows.set(segment, { ...row, ...changed, ...(claimed !== undefined && { claimedUntil: claimed }) });
  };
  return {
    async cut(messageId, proposal) {
      const cut = cuts.get(messageId) ?? proposal;
      cuts.set(messageId, cut);
      return cut;
    },
    async claim(segment, now, until) {
      const { after, claimedUntil = 0, finished } = rows.get(segment) ?? {};
      if (finished) return { state: "finished" };
      if (claimedUntil >= now) return { state: "busy" };
      change(segment, { claimedUntil: until });
      return { state: "claimed", ...(after !== undefined && { after }) };
    },
    note: async (segment, after) => change(segment, { after }),
    release: async (segment) => {
      const { claimedUntil: _, ...row } = rows.get(segment) ?? {};
      rows.set(segment, row);
    },
    finish: async (segment) => change(segment, { finished: true }),
  };
}
