// Which view an address shows: its module is loaded when it is first gone to.

import { html, useEffect, useErrorBoundary, useState } from "./preact.js";
import { Link, match, usePlace } from "./router.js";
import { t } from "./texts.js";
import { Failed, Heading, Loading } from "./ui.js";

/** `views`: [pattern, () => import(…)]; `home`, with its words, is offered where there is no such address. The rest is for the view. */
export function View({ views, home, toHome, ...parts }) {
  const { path } = usePlace();
  const [shown, setShown] = useState({});
  const [broken, mended] = useErrorBoundary();
  const found = match(views, path);
  useEffect(() => {
    let left = false;
    mended(); // what broke was another view
    const show = (what) => left || setShown({ path, ...what });
    if (found) found.value().then(({ default: Part }) => show({ Part }), (error) => show({ error }));
    return () => {
      left = true;
    };
  }, [path]);
  if (!found) return html`<${Heading}>${t("portal.not_found")}<//><p><${Link} href=${home}>${toHome}<//></p>`;
  if (broken) return html`<${Failed} error=${broken} retry=${() => location.reload()} />`;
  if (shown.path !== path) return html`<${Loading} />`;
  if (shown.error) return html`<${Failed} error=${shown.error} retry=${() => location.reload()} />`;
  return html`<${shown.Part} key=${path} ...${found.params} ...${parts} />`;
}
