import express, { type RequestHandler } from 'express';
import { Problem } from './problem.ts';

const TYPES = ['application/json', 'application/*+json'];

/** Reads a JSON body of at most `limit` (such as `64kb`). */
export function jsonBody(limit: string): RequestHandler[] {
  return [
    express.json({ limit, type: TYPES }),
    (req, _res, next) => {
      if (req.body === undefined) {
        throw new Problem('unsupported-media-type', { detail: 'Send a body with Content-Type: application/json.' });
      }
      next();
    },
  ];
}
