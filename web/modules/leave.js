// Going to another page, of ours or of somebody we trust with the reader.

/** Goes there; `replace` leaves no entry to come back to. The promise is kept when somebody comes back all the same. */
export const leave = (url, { replace = false } = {}) =>
  new Promise((resolve) => {
    addEventListener("pageshow", resolve, { once: true });
    location[replace ? "replace" : "assign"](url);
  });
