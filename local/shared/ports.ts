/** The numbers of the ports of a local cloud. */
export interface Ports {
  readonly api: number;
  readonly gateway: number;
  readonly dynamodb: number;
}

export const DEFAULT_PORTS: Ports = { api: 8000, gateway: 3001, dynamodb: 4566 };
