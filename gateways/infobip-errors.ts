/** Infobip's HTTP-level errors: version 3 (`errorCode`) and the older shape (`requestError`). */
import type { HttpResponse } from './gateway.ts';
import { httpTrouble, isSuccess, type Trouble } from './http-answers.ts';
import { fieldOf, isFields, listOf, textOf } from './read.ts';

/**
 * The trouble that an answer as a whole names. Undefined for a 2xx, and for a 4xx that does not carry an error of
 * Infobip's: somebody between may have written it, so it says nothing of the message.
 */
export function infobipTrouble(response: HttpResponse, body: unknown): Trouble | undefined {
  const said = infobipErrorText(body);
  const trouble = httpTrouble(response);
  if (trouble !== undefined) return { ...trouble, ...said };
  if (isSuccess(response) || said.code === undefined) return undefined;
  const namesRecipient = violationsIn(body).some(([property]) => /(^|[^a-z])to$/i.test(property));
  return { kind: 'error', class: namesRecipient ? 'invalid-recipient' : 'invalid-request', ...said, notTaken: true };
}

export function infobipErrorText(body: unknown): { code?: string; detail?: string } {
  const older = fieldOf(fieldOf(body, 'requestError'), 'serviceException');
  const code = textOf(fieldOf(body, 'errorCode')) ?? textOf(fieldOf(older, 'messageId'));
  if (code === undefined) return {};
  const words = [fieldOf(body, 'description'), fieldOf(older, 'text'), fieldOf(body, 'action')].map(textOf);
  const violations = violationsIn(body).map(([property, violation]) => `${property}: ${violation}`);
  const detail = [...words, ...violations].filter((word) => word !== undefined).join('; ');
  return { code, ...(detail === '' ? {} : { detail }) };
}

/** Pairs of the property complained of and the complaint. */
function violationsIn(body: unknown): [string, string][] {
  const older = fieldOf(fieldOf(fieldOf(body, 'requestError'), 'serviceException'), 'validationErrors');
  const pairs: [unknown, unknown][] = [
    ...listOf(fieldOf(body, 'violations')).map((row): [unknown, unknown] => [
      fieldOf(row, 'property'),
      fieldOf(row, 'violation'),
    ]),
    ...(isFields(older)
      ? Object.entries(older).map(([name, texts]): [unknown, unknown] => [name, listOf(texts)[0]])
      : []),
  ];
  return pairs.flatMap(([property, violation]): [string, string][] => {
    const name = textOf(property);
    return name === undefined ? [] : [[name, textOf(violation) ?? '']];
  });
}
