// Google Analytics, Facebook's pixel and LinkedIn's tag: loaded by consent.js only, once their purpose is agreed to.

const SCRIPTS = {
  google_analytics: "https://www.googletagmanager.com/gtag/js",
  meta_pixel: "https://connect.facebook.net/en_US/fbevents.js",
  linkedin_partner: "https://snap.licdn.com/li.lms-analytics/insight.min.js",
};
const HOSTS = Object.values(SCRIPTS).map((script) => new URL(script).origin);
const OURS = ["consent", "language"]; // in local storage

// They load further scripts of their own: the page takes those of the three hosts, and no other text as a script.
globalThis.trustedTypes?.createPolicy("default", {
  createScriptURL: (url) => (HOSTS.includes(new URL(url, location.href).origin) ? url : null),
});

function script(url) {
  const element = document.createElement("script");
  element.async = true;
  element.src = url;
  document.head.append(element);
}

function gtag() {
  globalThis.dataLayer.push(arguments); // Google's script tells commands by this kind of list
}

const STARTS = {
  google_analytics(id) {
    globalThis.dataLayer ||= [];
    const denied = { ad_storage: "denied", ad_user_data: "denied", ad_personalization: "denied" };
    gtag("consent", "default", { ...denied, analytics_storage: "denied" });
    gtag("consent", "update", { analytics_storage: "granted" });
    gtag("js", new Date());
    gtag("config", id, { allow_google_signals: false, allow_ad_personalization_signals: false });
    script(`${SCRIPTS.google_analytics}?id=${encodeURIComponent(id)}`);
  },
  meta_pixel(id) {
    const fbq = (...told) => (fbq.callMethod ? fbq.callMethod(...told) : fbq.queue.push(told));
    Object.assign(fbq, { push: fbq, loaded: true, version: "2.0", queue: [] });
    globalThis.fbq = globalThis._fbq = fbq;
    fbq("set", "autoConfig", false, id); // it would read buttons and forms by itself
    fbq("init", id);
    fbq("track", "PageView");
    script(SCRIPTS.meta_pixel);
  },
  linkedin_partner(id) {
    globalThis._linkedin_partner_id = id;
    globalThis._linkedin_data_partner_ids = [id];
    globalThis.lintrk ||= Object.assign((...told) => globalThis.lintrk.q.push(told), { q: [] });
    script(SCRIPTS.linkedin_partner);
  },
};

const started = new Set();

/** Loads one of them, once. */
export function start(name, id) {
  if (started.has(name)) return;
  started.add(name);
  STARTS[name](id);
}

/** Stops what runs, and removes what they have stored here: our own cookie is not to be seen by a script. */
export function forget(ids) {
  globalThis[`ga-disable-${ids.google_analytics}`] = true;
  globalThis.fbq?.("consent", "revoke");
  const parts = location.hostname.split(".");
  for (const cookie of document.cookie.split("; ").filter(Boolean)) {
    const gone = `${cookie.split("=")[0]}=; Max-Age=0; Path=/`;
    document.cookie = gone;
    for (let from = 0; from < parts.length; from += 1) document.cookie = `${gone}; Domain=${parts.slice(from).join(".")}`;
  }
  for (const key of Object.keys(localStorage)) if (!OURS.includes(key)) localStorage.removeItem(key);
}
