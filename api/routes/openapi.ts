import { type OpenApi, openApiOf } from '../openapi.ts';
import { type Route, route } from '../route.ts';
import { openApiSchema } from '../schemas/openapi.ts';

/** @param others all other routes */
export function openApiRoutes(others: readonly Route[]): Route[] {
  let made: OpenApi | undefined;
  const document = route({
    method: 'get',
    path: '/openapi.json',
    tag: 'This document',
    summary: 'This document: OpenAPI 3.1',
    scope: 'none',
    answers: { 200: { description: 'The document.', schema: openApiSchema } },
    handle: ({ res }) => {
      made ??= openApiOf([...others, document]);
      res.json(made);
    },
  });
  return [document];
}
