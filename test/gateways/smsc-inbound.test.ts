import { describe, expect, it } from 'vitest';
import type { PullAsk } from '../../gateways/gateway.ts';
import { smsc } from '../../gateways/smsc.ts';
import { answer, formOf } from './kit.ts';

const LOGIN = smsc.settings.parse({ login: 'acme', password: 's3cret' });
const AT = '2024-03-05T11:00:00.000Z';
const FIRST: PullAsk = { at: AT };

const ROW = {
  id: 184470,
  phone: '79995550142',
  to_phone: '79990000001',
  message: 'СТОП',
  sent: '05.03.2024 13:59:01',
};
const TEXT = { inboundId: '184470', from: '+79995550142', to: '79990000001', text: 'СТОП' };

const read = (body: unknown, ask = FIRST, status = 200, headers = {}) =>
  smsc.readPulled?.(answer(status, body, headers), ask, LOGIN);

describe('smsc requests for texts from phones', () => {
  const form = (ask: PullAsk) => {
    const request = smsc.pullInbound?.(ask, LOGIN);
    expect(request).toMatchObject({ method: 'POST', url: 'https://smsc.ru/sys/get.php' });
    return request === undefined ? {} : formOf(request);
  };
  const common = { login: 'acme', psw: 's3cret', charset: 'utf-8', fmt: '3', get_answers: '1', cnt: '500' };

  it('begins with the last hour, and goes on after the last id', () => {
    expect(form(FIRST)).toEqual({ ...common, hour: '1' });
    expect(form({ cursor: '184470', at: AT })).toEqual({ ...common, hour: '168', after_id: '184470' });
  });

  it.each([
    ['2024-03-05T10:59:30.000Z', '2'],
    ['2024-03-05T11:00:00.000Z', '1'],
    ['2024-03-05T05:30:00.000Z', '7'],
    ['2024-01-01T00:00:00.000Z', '168'],
    ['2024-03-05T12:00:00.000Z', '1'],
    ['garbage', '1'],
  ])('reaches back over the time since %s while no text ever came', (cursor, hour) => {
    expect(form({ cursor, at: AT })).toEqual({ ...common, hour });
  });
});

describe('smsc texts from phones', () => {
  it('reads a list, and goes on from its greatest id in whatever order', () => {
    const rows = [{ ...ROW, id: '184472', message: 42 }, ROW, { ...ROW, id: 9 }];
    expect(read(rows)).toEqual({
      kind: 'read',
      inbound: [{ ...TEXT, inboundId: '184472', text: '42' }, TEXT, { ...TEXT, inboundId: '9' }],
      cursor: '184472',
      more: false,
    });
  });

  it('never goes back', () => {
    expect(read([ROW], { cursor: '200000', at: AT })).toMatchObject({ inbound: [TEXT], cursor: '200000' });
    expect(read([], { cursor: '200000', at: AT })).toEqual({
      kind: 'read',
      inbound: [],
      cursor: '200000',
      more: false,
    });
  });

  it('reads ids beyond 2^53 and fields that are missing', () => {
    expect(read('[{"id":9007199254740993,"phone":"+79995550142"},{"id":9007199254740992,"phone":"7999"}]')).toEqual({
      kind: 'read',
      inbound: [{ inboundId: '9007199254740993', from: '+79995550142', text: '' }],
      cursor: '9007199254740993',
      more: false,
    });
  });

  it('passes over rows that are from no phone, and takes a single one without its list', () => {
    expect(read([{ ...ROW, id: 184471, phone: 'Bank' }, { x: 1 }, ROW])).toMatchObject({
      inbound: [TEXT],
      cursor: '184471',
    });
    expect(read(ROW)).toMatchObject({ inbound: [TEXT], cursor: '184470' });
  });

  it('asks on while the page was full and brought something new', () => {
    const page = Array.from({ length: 500 }, (_, i) => ({ ...ROW, id: i + 1 }));
    expect(read(page)).toMatchObject({ cursor: '500', more: true });
    expect(read(page, { cursor: '499', at: AT })).toMatchObject({ cursor: '500', more: true });
    expect(read(page, { cursor: '500', at: AT })).toMatchObject({ cursor: '500', more: false });
    expect(read(page.slice(1))).toMatchObject({ cursor: '500', more: false });
  });

  it('takes "nothing found" for an empty list', () => {
    const nothing = { error: 'nothing found', error_code: 3 };
    expect(read(nothing)).toEqual({ kind: 'read', inbound: [], cursor: AT, more: false });
    expect(read(nothing, { cursor: '184470', at: AT })).toMatchObject({ inbound: [], cursor: '184470' });
    expect(read([])).toMatchObject({ inbound: [], cursor: AT });
  });

  it.each([
    [1, 'invalid-request'],
    [2, 'auth'],
    [4, 'rate-limited'],
    [9, 'rate-limited'],
    [77, 'unknown'],
  ])('reads error %i as %s', (error_code, errorClass) => {
    const told = read({ error: 'duplicate request', error_code });
    expect(told).toMatchObject({ kind: 'error', class: errorClass, code: String(error_code) });
    expect(told).not.toHaveProperty('notTaken');
  });

  it('does not move on after what it does not understand', () => {
    expect(read('', FIRST, 500)).toMatchObject({ kind: 'error', class: 'temporary' });
    expect(read({ error: 'x', error_code: 3 }, FIRST, 404)).toMatchObject({ kind: 'error' });
    for (const body of ['', '<html>', '{}', 'OK', '[5]', [{ number: '79995550142', text: 'STOP' }]]) {
      expect(read(body)).toMatchObject({ kind: 'unreadable' });
    }
    expect(read([ROW], FIRST, 404)).toMatchObject({ kind: 'unreadable' });
  });
});
