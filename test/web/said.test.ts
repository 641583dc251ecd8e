/** What the API says of what was sent to it: each sentence has its Russian, and none is kept that nobody says. */
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { GATEWAYS } from '../../gateways/catalogue.ts';
import { said as russian } from '../../web/text/ru/said.ts';
import { inRussian } from '../../web/text/said.ts';
import { messagesOf } from './schema-messages.ts';

/** For programmers. */
const NOT_SHOWN = ['openapi.ts'];
/** Of fields and answers, for the description of the API. */
const DESCRIBES = ['description', 'summary', 'mend', 'examples', 'example', 'title'];
/** What differs in it comes from runtime/addresses.ts. */
const OPEN = ['It {}.'];

const FILES = [
  ...['api/schemas', 'api/routes', 'api'].flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith('.ts') && !NOT_SHOWN.includes(file))
      .map((file) => `${folder}/${file}`),
  ),
  'sms/phone.ts',
];

/** What an HTTP profile has to say that its schema alone does not show. */
const PROFILE = ['settings', 'schema', 'request-schema', 'answer-schema', 'extract-schema', 'json-body'].map(
  (name) => `gateways/profile/${name}.ts`,
);
/** Whose refusals are told of a profile. */
const PROFILE_REQUESTS = ['gateways/profile/request.ts', 'gateways/profile/requests.ts'];

describe('what the API says', () => {
  const texts = FILES.flatMap((file) => textsIn(readFileSync(file, 'utf8')));
  const sentences = texts.filter((text) => /^(?:[A-Z]|\{\} [A-Za-z]).* .*[.?]$/s.test(text));
  const profile = [...PROFILE, ...PROFILE_REQUESTS]
    .flatMap((file) => textsIn(readFileSync(file, 'utf8')))
    .filter((text) => /^[\w'{}]+ [^;]*\w/.test(text));
  const addresses = textsIn(readFileSync('runtime/addresses.ts', 'utf8'))
    .filter((text) => / /.test(text))
    .map((text) => `It ${text}.`);
  const schemas = GATEWAYS.flatMap(({ settings }) => [...messagesOf(settings)]);

  it('has its Russian, every sentence', () => {
    expect(sentences.length).toBeGreaterThan(100);
    expect(sentences.filter((text) => !OPEN.includes(text) && inRussian(text) === text)).toEqual([]);
  });

  it('of the settings of gateways has it as well', () => {
    expect(addresses.length).toBeGreaterThan(2);
    expect(profile.length).toBeGreaterThan(30);
    expect(schemas.length).toBeGreaterThan(100);
    const lacking = [...addresses, ...profile, ...schemas].filter((text) => inRussian(text) === text);
    expect([...new Set(lacking)]).toEqual([]);
  });

  it('is all that has a Russian', () => {
    const said = [...texts, ...addresses, ...profile];
    const unsaid = Object.keys(russian).filter((text) => !said.some((one) => isOf(one, text)));
    const translations = new Set(schemas.map(inRussian));
    const forms = unsaid.filter((text) => ![...translations].some((words) => hasForm(words, russian[text] ?? '')));
    expect(forms).toEqual([]);
  });

  it('is in Russian, with as many gaps', () => {
    for (const [text, words] of Object.entries(russian)) {
      expect(words).toMatch(/[а-яё]/i);
      expect(words.split('{}').length, text).toBe(text.split('{}').length);
    }
  });

  it.each([
    ['Is empty.', 'Не заполнено.'],
    ['Is none of active, expired, revoked.', 'Можно только одно из: active, expired, revoked.'],
    ["There is an account 'Is empty (x).' already; it may be archived.", /«Is empty \(x\)\.» уже есть/],
    [
      'The phone number has too few digits. Write the number with a plus and its country code, such as +79995550101.',
      /^В номере слишком мало цифр\. Пишите номер/,
    ],
    ['Too big: expected number to be <=3600', 'Слишком большое число; не больше 3600.'],
    ['has the placeholder {{cost}}, which there is not', 'Подстановки {{cost}} не существует.'],
    ['It is not an address.', 'Это не адрес.'],
    ['Something else.', 'Something else.'],
  ])('is %s', (text, wanted) => {
    expect(inRussian(text)).toEqual(typeof wanted === 'string' ? wanted : expect.stringMatching(wanted));
  });
});

/** Whether the text is the form with something in its gaps. */
function hasForm(text: string, form: string): boolean {
  const parts = form.split('{}').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`, 's').test(text);
}

/** Whether what a source says, perhaps with numbers where the dictionary has gaps, is what the dictionary has. */
function isOf(text: string, known: string): boolean {
  const gaps = (text: string) => text.replaceAll(/\{\}|\d+/g, '#');
  return gaps(text) === gaps(known);
}

/** The literals of a source, with `{}` for what is put into them. */
function textsIn(source: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return;
    if (ts.isPropertyAssignment(node) && DESCRIBES.includes(node.name.getText())) return;
    const text = textOf(node);
    if (text === undefined) ts.forEachChild(node, visit);
    else found.push(text);
  };
  visit(ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true));
  return found;
}

/** Of a literal, or of several that are put together. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `{}${literal.text}`).join('');
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}
