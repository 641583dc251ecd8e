/** For helpers that start a server of their own unless they are told of one. */
import { inject } from 'vitest';

process.env.TEMPORAL_CLI_PATH ??= inject('temporalCli');
process.env.TEST_POSTGRES_URL ??= Object.assign(new URL(inject('postgresTemplateUrl')), { pathname: 'postgres' }).href;
