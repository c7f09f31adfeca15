/* In a frame of another site: of the page, the one part that the address asks for. The rest stays, unseen and out of reach
 * of keys and readers, because the part's callbacks need it. The page around is told how high the part is. */
(function () {
  "use strict";
  var root = document.documentElement;
  if (!root.dataset.embed) return;
  var asked = new URLSearchParams(window.location.search).get("part");
  var told = 0, waiting = false;

  /* As the server finds parts: by the id of a chart, or by the place among the tables of the page. */
  function part(page) {
    if (asked === "headline") return page.querySelector(".headline");
    var place = /^table-([1-9]\d?)$/.exec(asked || "");
    var found = place ? page.querySelectorAll("table")[place[1] - 1]
      : asked ? document.getElementById(asked) : page.querySelector(".dash-graph, table") || page.querySelector(".headline");
    if (!found) return null;
    var section = found.closest("section");
    return section && page.contains(section) ? section : found.closest(".figure, .table-frame, .graph-frame") || found;
  }
  function mark() {
    waiting = false;
    var page = document.querySelector(".embed .page");
    var found = page && part(page);
    if (found && found.dataset.embedMark !== "part") {
      page.querySelectorAll("[data-embed-mark]").forEach(function (old) { delete old.dataset.embedMark; });
      found.dataset.embedMark = "part";
      found.querySelectorAll("details.fold").forEach(function (fold) { fold.open = true; });
      for (var at = found.parentElement; page.contains(at); at = at.parentElement) at.dataset.embedMark = "path";
      // Charts measure the room they have; it is another one now.
      window.dispatchEvent(new Event("resize"));
    }
    if (document.querySelector(".embed")) root.dataset.embedReady = "yes";
    tell();
  }
  function tell() {
    var whole = document.querySelector(".embed");
    var high = whole ? Math.ceil(whole.getBoundingClientRect().bottom + window.scrollY) + 8 : 0;
    if (!high || high === told || window.parent === window || !root.dataset.embedReady) return;
    told = high;
    // Nothing of what is shown: any page that may frame this one may know how high it is.
    window.parent.postMessage({ type: "scidip:height", height: high }, "*");
  }
  function soon() {
    if (waiting) return;
    waiting = true;
    // Not with the next picture: a frame that is not in sight is drawn none, and its height is wanted before it is.
    window.setTimeout(mark, 0);
  }
  new MutationObserver(soon).observe(root, { childList: true, subtree: true });
  window.addEventListener("load", function () { new ResizeObserver(tell).observe(document.body); });

  /* What a link leads to is a page, for which a frame has no room: it opens beside. */
  window.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (!link || link.getAttribute("href").charAt(0) === "#" || link.dataset.save || link.dataset.copies) return;
    if (link.dataset.act === "newest-figures" || link.hasAttribute("download") || event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    window.open(link.href, "_blank", "noopener");
  }, true);
})();
