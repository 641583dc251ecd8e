import { XMLParser } from 'fast-xml-parser';
import iconv from 'iconv-lite';
import { utf8 } from './read.ts';

/**
 * A whole XML document as nested fields: attributes as `@name`, text as `#text` where there are attributes, every value
 * as text, the standard escapes decoded. A document type declaration, which could define entities, is not read.
 * Undefined when it is not well-formed.
 */
export function readXml(body: Uint8Array): unknown {
  const text = decodeXml(body).trim();
  if (!text.startsWith('<') || /<!(DOCTYPE|ENTITY)/i.test(text)) return undefined;
  try {
    return PARSER.parse(text, true);
  } catch {
    return undefined;
  }
}

/** The text of an element that may have attributes. */
export function xmlText(element: unknown): unknown {
  return typeof element === 'object' && element !== null && '#text' in element ? element['#text'] : element;
}

const PARSER = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  // The library decodes numeric escapes (&#1057;) only together with the names of HTML.
  htmlEntities: true,
});

function decodeXml(body: Uint8Array): string {
  const head = Buffer.from(body.slice(0, 200)).toString('latin1');
  const charset = head.match(/^\s*<\?xml[^>]*encoding=["']([\w-]+)["']/)?.[1];
  return charset !== undefined && iconv.encodingExists(charset) ? iconv.decode(Buffer.from(body), charset) : utf8(body);
}
