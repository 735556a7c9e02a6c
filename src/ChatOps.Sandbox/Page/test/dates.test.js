import assert from 'node:assert/strict';
import test from 'node:test';
import { agoFromTs, clockTime, dayLabel, formatSlackDate, tsToMs } from '../src/text/dates.js';

const utc = { timeZone: 'UTC', hour12: false };
const tokyo = { timeZone: 'Asia/Tokyo', hour12: false };
const at = Date.parse('2025-11-21T22:05:09Z');
const date = (template, settings = utc, now = at) => formatSlackDate(at / 1000, template, 'fallback', now, settings);

test('every token of Slack has its form', () => {
  assert.equal(date('{date_num}'), '2025-11-21');
  assert.equal(date('{date}'), 'November 21st');
  assert.equal(date('{date_short}'), 'Nov 21, 2025');
  assert.equal(date('{date_long}'), 'Friday, November 21st');
  assert.equal(date('{time}'), '22:05');
  assert.equal(date('{time_secs}'), '22:05:09');
});

test('the reader zone decides the hour and the day', () => {
  assert.equal(date('{date_num} {time}', tokyo), '2025-11-22 07:05');
  assert.equal(clockTime(at, { timeZone: 'UTC', hour12: true }), '10:05 PM');
});

test('pretty dates say today, yesterday, tomorrow', () => {
  assert.equal(date('{date_short_pretty} {time_secs}'), 'Today 22:05:09');
  assert.equal(date('since {date_pretty}', utc, at + 86_400_000), 'since yesterday');
  assert.equal(date('{date_long_pretty}', utc, at - 86_400_000), 'Tomorrow');
  assert.equal(date('{date_short_pretty}', utc, at + 3 * 86_400_000), 'Nov 21, 2025');
});

test('another year is named', () => {
  assert.equal(date('{date}', utc, at + 90 * 86_400_000), 'November 21st, 2025');
});

test('an unknown token makes it the fallback', () => {
  assert.equal(date('{nonsense}'), 'fallback');
});

test('ago counts in the largest whole unit', () => {
  assert.equal(agoFromTs('1700000000.000100', 1700000000_000 + 190_000), '3 minutes ago');
  assert.equal(date('{ago}', utc, at + 3600_000), '1 hour ago');
});

test('day lines', () => {
  assert.equal(dayLabel(at, at, utc), 'Today');
  assert.equal(dayLabel(at, at + 5 * 86_400_000, utc), 'Friday, November 21st');
});

test('a ts is microseconds in a string', () => assert.equal(tsToMs('1700000000.123456'), 1700000000123));
