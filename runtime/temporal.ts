/** The way to Temporal, for clients and workers alike: @temporalio/envconfig reads TEMPORAL_* and temporal.toml. */
import { type ConnectionOptions, makeGrpcRetryInterceptor } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';

export interface TemporalTarget {
  address: string;
  namespace: string;
  /** For NativeConnection.connect. */
  connection: ReturnType<typeof loadClientConnectConfig>['connectionOptions'] & { address: string };
  /** For Connection.connect and Connection.lazy. */
  clientConnection: ConnectionOptions;
}

export function temporalTarget(): TemporalTarget {
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const address = connectionOptions.address ?? '127.0.0.1:7233';
  const connection = { ...connectionOptions, address };
  return {
    address,
    namespace: namespace ?? 'default',
    connection,
    clientConnection: { ...connection, interceptors: [QUICK_RETRIES], channelArgs: QUICK_RETURN },
  };
}

/** gRPC codes after which a call is worth repeating: RESOURCE_EXHAUSTED, UNAVAILABLE. */
const PASSING = [8, 14];

/** A deadline is looked at only after a pause, so with the SDK's growing pauses a call of 1 s would take 2. */
const QUICK_RETRIES = makeGrpcRetryInterceptor({
  delayFunction: () => 100,
  retryableDecider: (attempt, { code }) => PASSING.includes(code) && attempt < 20,
});

/** By default gRPC looks for a lost server at growing pauses: half a minute blind after an outage of one. */
const QUICK_RETURN = { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 1_000 };
