// An address with an anchor, such as /country?area=PRT#openings, leads to its section once the page has drawn it.
(function () {
  "use strict";
  const wanted = decodeURIComponent(window.location.hash.slice(1));
  if (!wanted) return;
  const until = Date.now() + 20000;
  const watch = new MutationObserver(function () {
    const place = document.getElementById(wanted);
    if (place) place.scrollIntoView();
    if (place || Date.now() > until) watch.disconnect();
  });
  watch.observe(document.documentElement, { childList: true, subtree: true });
})();
