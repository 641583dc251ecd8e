declare global {
  /** Read by react-remove-scroll, which dialogs use, when it makes its style element. */
  var __webpack_nonce__: string | undefined;
}

/** What the page's security policy lets style elements in by; a browser shows it to scripts only. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? '';
}

globalThis.__webpack_nonce__ = styleNonce();
