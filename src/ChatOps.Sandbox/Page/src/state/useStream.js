import { useEffect, useState } from 'react';

/** Server-sent events as hints; the browser reconnects by itself, and this one does where the browser gave up. */
export function useStream(path, onHint) {
  const [connected, setConnected] = useState(false);
  useEffect(() => {
    let source;
    let timer = 0;
    const open = () => {
      source = new EventSource(path);
      source.onopen = () => setConnected(true);
      source.onmessage = (event) => onHint(JSON.parse(event.data));
      source.onerror = () => {
        setConnected(false);
        if (source.readyState === EventSource.CLOSED) {
          timer = setTimeout(open, 2_000);
        }
      };
    };
    open();
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [path, onHint]);
  return connected;
}
