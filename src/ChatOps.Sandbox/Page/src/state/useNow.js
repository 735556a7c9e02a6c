import { useEffect, useState } from 'react';

/** The sandbox's time in milliseconds, moving. */
export function useNow(offset, everyMs = 1000) {
  const [browserNow, setBrowserNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setBrowserNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return browserNow + offset;
}
