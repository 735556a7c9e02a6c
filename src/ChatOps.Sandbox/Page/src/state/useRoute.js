import { useCallback, useEffect, useState } from 'react';

/** "#/C1", "#/C1/thread/170.1", "#/C1/message/170.1", "#/app" */
export function parseRoute(hash) {
  const [place = '', kind = '', ts = ''] = hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  return { place, thread: kind === 'thread' ? ts : '', message: kind === 'message' ? ts : '' };
}

export const toPlace = (place) => `#/${encodeURIComponent(place)}`;
export const toThread = (place, ts) => `${toPlace(place)}/thread/${ts}`;
export const toMessageLink = (place, ts) => `${toPlace(place)}/message/${ts}`;

/** Where in the workspace the page is: in the address, so that back, reload and copied links work. */
export function useRoute() {
  const [route, setRoute] = useState(() => parseRoute(location.hash));
  useEffect(() => {
    const onChange = () => setRoute(parseRoute(location.hash));
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  const go = useCallback((hash) => {
    location.hash = hash;
  }, []);
  return [route, go];
}
