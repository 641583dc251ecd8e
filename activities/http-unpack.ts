/** Unpacks an answer's body, never into more than the caller is ready to hold. */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';

/** We ask for no packing at all; a gateway that packs in several layers is not one that we want to understand. */
const MAX_LAYERS = 2;

/** Throws an Error that says what is wrong with the body. */
export function unpack(body: Uint8Array, contentEncoding: string | undefined, maxBytes: number): Uint8Array {
  const layers = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((layer) => layer.trim())
    .filter((layer) => layer !== '' && layer !== 'identity');
  if (layers.length > MAX_LAYERS) throw new Error('the answer is packed too many times');
  if (body.length === 0) return body;
  return layers.reduceRight((packed, layer) => unpackLayer(packed, layer, maxBytes), body);
}

function unpackLayer(packed: Uint8Array, layer: string, maxOutputLength: number): Uint8Array {
  try {
    switch (layer) {
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(packed, { maxOutputLength });
      case 'deflate':
        return isZlib(packed) ? inflateSync(packed, { maxOutputLength }) : inflateRawSync(packed, { maxOutputLength });
      case 'br':
        return brotliDecompressSync(packed, { maxOutputLength });
    }
  } catch (error) {
    if (error instanceof RangeError) {
      throw new Error(`the answer is larger than ${maxOutputLength} bytes once unpacked (${layer})`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the answer could not be unpacked (${layer}): ${reason}`);
  }
  throw new Error(`the answer is packed in a way that is not known (${layer})`);
}

/** Some servers send raw deflate data under this name. */
function isZlib(packed: Uint8Array): boolean {
  const [first = 0, second = 0] = packed;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}
