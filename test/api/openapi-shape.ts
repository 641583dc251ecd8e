import { z } from 'zod';
import { problemSchema } from '../../api/schemas/problem.ts';

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'] as const;

/** JSON Schema, as far as ours goes: an unknown keyword is a mistake. */
const jsonSchema: z.ZodType = z.lazy(() =>
  z.union([
    z.strictObject({ $ref: z.string().regex(/^#\/components\/schemas\/\w+$/), description: z.string().optional() }),
    z
      .strictObject({
        type: z.union([z.enum(TYPES), z.array(z.enum(TYPES)).min(1)]),
        properties: z.record(z.string(), jsonSchema),
        required: z.array(z.string()).min(1),
        additionalProperties: z.union([z.boolean(), jsonSchema]),
        propertyNames: jsonSchema,
        items: jsonSchema,
        minItems: z.int().min(0),
        maxItems: z.int().min(0),
        uniqueItems: z.boolean(),
        enum: z.array(z.unknown()).min(1),
        const: z.unknown(),
        anyOf: z.array(jsonSchema).min(1),
        oneOf: z.array(jsonSchema).min(1),
        allOf: z.array(jsonSchema).min(1),
        minLength: z.int().min(0),
        maxLength: z.int().min(0),
        pattern: z.string().refine((pattern) => new RegExp(pattern, 'u')),
        format: z.string(),
        minimum: z.number(),
        maximum: z.number(),
        exclusiveMinimum: z.number(),
        exclusiveMaximum: z.number(),
        default: z.unknown(),
        examples: z.array(z.unknown()).min(1),
        title: z.string(),
        description: z.string().min(1),
        writeOnly: z.boolean(),
        deprecated: z.boolean(),
      })
      .partial()
      .refine(
        ({ properties, required = [], allOf }) =>
          allOf !== undefined || required.every((name) => properties !== undefined && name in properties),
        'requires what is no property',
      ),
  ]),
);

const content = z.record(
  z.string().regex(/^[\w.+-]+\/[\w.+-]+(;.*)?$/),
  z.strictObject({
    schema: jsonSchema.optional(),
    examples: z.record(z.string(), z.strictObject({ value: problemSchema })).optional(),
  }),
);

/** OpenAPI 3.1, as far as ours goes. */
export const documentSchema = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({
    title: z.string(),
    version: z.string(),
    description: z.string(),
    license: z.strictObject({ name: z.string(), identifier: z.string() }),
  }),
  security: z.array(z.record(z.literal('apiKey'), z.array(z.string()))),
  tags: z.array(z.strictObject({ name: z.string().min(1) })),
  paths: z.record(
    z.string().startsWith('/'),
    z.partialRecord(
      z.enum(['get', 'post', 'put', 'patch', 'delete']),
      z.strictObject({
        operationId: z.string().regex(/^\w+$/),
        tags: z.array(z.string()).length(1),
        summary: z.string().min(1),
        description: z.string().min(1).optional(),
        security: z.array(z.record(z.literal('apiKey'), z.array(z.string()))).max(1),
        parameters: z
          .array(
            z.strictObject({
              name: z.string().min(1),
              in: z.enum(['path', 'query', 'header']),
              required: z.boolean().optional(),
              description: z.string().min(1).optional(),
              schema: jsonSchema,
            }),
          )
          .min(1)
          .optional(),
        requestBody: z.strictObject({ required: z.boolean(), description: z.string().optional(), content }).optional(),
        responses: z
          .record(
            z.string().regex(/^[1-5]\d\d$/),
            z.strictObject({ description: z.string().min(1), content: content.optional() }),
          )
          .refine((responses) => Object.keys(responses).some((status) => status.startsWith('2'))),
      }),
    ),
  ),
  components: z.strictObject({
    schemas: z.record(z.string().regex(/^\w+$/), jsonSchema),
    securitySchemes: z.strictObject({
      apiKey: z.strictObject({ type: z.literal('http'), scheme: z.literal('bearer'), description: z.string() }),
    }),
  }),
});
