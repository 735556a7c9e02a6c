// Times as a reader in their own zone sees them. Pure: zone and "now" are arguments, so tests need no clock.
// The forms are those of Slack's date tokens (reference: "Formatting text for app surfaces", date formatting).

const DAY_MS = 86_400_000;

/** How this browser writes times: its zone and whether it counts to 12. */
export function readerSettings() {
  const { timeZone, hour12 } = new Intl.DateTimeFormat(undefined, { hour: 'numeric' }).resolvedOptions();
  return { timeZone, hour12: Boolean(hour12) };
}

/** A message's ts ("1700000000.000100") as milliseconds. */
export const tsToMs = (ts) => Math.floor(Number(ts) * 1000);

function format(ms, settings, options) {
  return new Intl.DateTimeFormat('en-US', { timeZone: settings.timeZone, ...options }).format(ms);
}

/** A number for the calendar day in the reader's zone; neighbours differ by one. */
function dayNumber(ms, settings) {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: settings.timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(ms);
  return Math.round(Date.parse(`${parts}T00:00:00Z`) / DAY_MS);
}

export function isSameDay(a, b, settings) {
  return dayNumber(a, settings) === dayNumber(b, settings);
}

export function clockTime(ms, settings, seconds = false) {
  return format(ms, settings, {
    hour: settings.hour12 ? 'numeric' : '2-digit', minute: '2-digit', ...(seconds && { second: '2-digit' }),
    ...(settings.hour12 ? { hour12: true } : { hourCycle: 'h23' }),
  });
}

/** "Today", "Yesterday" or "Friday, November 21st", as the lines between days read. */
export function dayLabel(ms, now, settings) {
  const near = relativeDay(ms, now, settings);
  return near && near !== 'tomorrow' ? near[0].toUpperCase() + near.slice(1) : longDate(ms, now, settings, true);
}

function relativeDay(ms, now, settings) {
  return { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[dayNumber(ms, settings) - dayNumber(now, settings)] ?? null;
}

function ordinal(day) {
  const suffix = day % 100 >= 11 && day % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][day % 10] ?? 'th');
  return `${day}${suffix}`;
}

function longDate(ms, now, settings, weekday) {
  const day = ordinal(Number(format(ms, settings, { day: 'numeric' })));
  const month = format(ms, settings, { month: 'long' });
  const year = format(ms, settings, { year: 'numeric' });
  const tail = year === format(now, settings, { year: 'numeric' }) ? '' : `, ${year}`;
  return `${weekday ? `${format(ms, settings, { weekday: 'long' })}, ` : ''}${month} ${day}${tail}`;
}

function ago(ms, now) {
  const seconds = Math.round((now - ms) / 1000);
  const size = Math.abs(seconds);
  const [value, unit] = size < 60 ? [size, 'second'] : size < 3600 ? [Math.floor(size / 60), 'minute']
    : size < 86_400 ? [Math.floor(size / 3600), 'hour'] : [Math.floor(size / 86_400), 'day'];
  const words = `${value} ${unit}${value === 1 ? '' : 's'}`;
  return seconds >= 0 ? `${words} ago` : `in ${words}`;
}

/** `<!date^seconds^format|fallback>` for this reader; an unknown token makes it the fallback, as Slack does. */
export function formatSlackDate(seconds, template, fallback, now, settings) {
  const ms = seconds * 1000;
  const pretty = (plain) => relativeDay(ms, now, settings) ?? plain;
  const short = () => format(ms, settings, { month: 'short', day: 'numeric', year: 'numeric' });
  const known = {
    date_num: () => new Intl.DateTimeFormat('en-CA', { timeZone: settings.timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(ms),
    date: () => longDate(ms, now, settings, false),
    date_slash: () => format(ms, settings, { month: '2-digit', day: '2-digit', year: 'numeric' }),
    date_short: short,
    date_long: () => longDate(ms, now, settings, true),
    date_pretty: () => pretty(longDate(ms, now, settings, false)),
    date_short_pretty: () => pretty(short()),
    date_long_pretty: () => pretty(longDate(ms, now, settings, true)),
    day_divider_pretty: () => dayLabel(ms, now, settings),
    time: () => clockTime(ms, settings),
    time_secs: () => clockTime(ms, settings, true),
    ago: () => ago(ms, now),
  };
  let unknown = false;
  const text = template.replace(/\{([a-z_]+)\}/g, (_, name) => {
    unknown ||= !known[name];
    return known[name]?.() ?? '';
  });
  if (unknown || Number.isNaN(ms)) {
    return fallback || template;
  }
  return /^\{date_[a-z_]*pretty\}/.test(template) ? text[0].toUpperCase() + text.slice(1) : text;
}

/** "3 minutes ago" for the last reply of a thread. */
export const agoFromTs = (ts, now) => ago(tsToMs(ts), now);
