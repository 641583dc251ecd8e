import { z } from 'zod';

export const openApiSchema = z.looseObject({ openapi: z.literal('3.1.0') });
