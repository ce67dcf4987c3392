// Going to another page, of ours or of somebody we trust with the reader.

/** Goes there. The promise is kept when somebody comes back to this page as it was left. */
export const leave = (url) =>
  new Promise((resolve) => {
    addEventListener("pageshow", resolve, { once: true });
    location.assign(url);
  });
