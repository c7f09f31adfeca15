/* The address is the state of a page. This file is its only writer.
 *
 * A page keeps its query string in a store; `replace` puts it into the address without a new entry
 * in the history, so that back leads to the page before. `go` follows a link as dcc.Link does. */
(function () {
  "use strict";
  var scidip = (window.dash_clientside = window.dash_clientside || {});
  scidip = scidip.scidip = scidip.scidip || {};

  scidip.go = function (href) {
    if (document.documentElement.dataset.embed) { window.open(href, "_blank", "noopener"); return; }
    window.history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate", { detail: href }));
    window.scrollTo(0, 0);
  };

  /* The query with what every address carries: the language unless it is English, and the data version. */
  function stamped(query) {
    var root = document.documentElement;
    var parts = query.replace(/^\?/, "").split("&").filter(function (part) {
      return part && !/^(lang|v)=/.test(part);
    });
    if (root.lang && root.lang !== "en") parts.push("lang=" + encodeURIComponent(root.lang));
    if (root.dataset.version) parts.push("v=" + encodeURIComponent(root.dataset.version));
    return parts.length ? "?" + parts.join("&") : "";
  }
  function write(path, query) {
    if (document.documentElement.dataset.embed) return;
    var whole = stamped(query);
    if (window.location.search !== whole) {
      window.history.replaceState(window.history.state, "", path + whole + window.location.hash);
    }
  }

  /* A link to the other language asks for the present view. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-language]");
    if (!link) return;
    event.preventDefault();
    var rest = stamped(window.location.search).replace(/^\?/, "").split("&").filter(function (part) {
      return part && part.indexOf("lang=") !== 0;
    });
    rest.push("lang=" + encodeURIComponent(link.dataset.language));
    window.location.assign(window.location.pathname + "?" + rest.join("&") + window.location.hash);
  });

  /* state: {path, query, title} */
  scidip.replace = function (state) {
    if (!state || scidip.here() !== state.path || document.documentElement.dataset.embed) return window.dash_clientside.no_update;
    write(scidip.at(state.path), state.query);
    if (state.title) {
      // After Dash has set the page's general title.
      window.setTimeout(function () { document.title = state.title; }, 60);
    }
    return window.dash_clientside.no_update;
  };

  scidip.openCountry = function (area) {
    if (!area) return window.dash_clientside.no_update;
    scidip.go(scidip.at("/country?area=") + encodeURIComponent(area));
    return null;
  };

  /* Enter takes the marked country, else the first one shown. The list marks its first entry a moment
   * after it is drawn; a fast typist is quicker, and Enter would then do nothing. */
  document.addEventListener("keydown", function (event) {
    var box = event.target;
    if (event.key !== "Enter" || event.isComposing || box.id !== "shell-search") return;
    var list = document.getElementById(box.getAttribute("aria-controls"));
    var option = list && (list.querySelector("[data-combobox-selected]") || list.querySelector("[role=option]"));
    if (!option) return;
    event.preventDefault();
    event.stopPropagation();
    option.click();
  }, true);

  /* A slider and its number box are one weight: whichever was moved gives its value to the other. */
  scidip.sameWeight = function (slider, number) {
    var none = window.dash_clientside.no_update;
    var moved = window.dash_clientside.callback_context.triggered_id;
    if (slider === number || !moved) return [none, none];
    if (moved.type === "robustness-slider") return [none, slider];
    var value = Math.min(100, Math.max(0, Number(number)));
    return isFinite(value) && number !== "" ? [value, none] : [none, slider];
  };

  /* Play: from the first year when the last is shown, else on from the present one; stops at the end. */
  scidip.playYears = function (clicks, ticks, year, years, words, stopped) {
    var none = window.dash_clientside.no_update;
    var last = years.length - 1;
    var place = years.indexOf(String(year));
    var off = [true, none, words[0], "false"];
    if (String(window.dash_clientside.callback_context.triggered_id).slice(-4) === "play") {
      if (!stopped || !clicks) return off;
      return [false, place === last ? years[0] : none, words[1], "true"];
    }
    if (stopped || place >= last) return off;
    return [place + 1 === last, years[place + 1], place + 1 === last ? words[0] : none,
            place + 1 === last ? "false" : none];
  };

  scidip.swap = function (clicks, a, b) {
    if (!clicks) return [window.dash_clientside.no_update, window.dash_clientside.no_update];
    return [b, a];
  };

  scidip.openPoint = function (click) {
    var point = click && click.points && click.points[0];
    var area = point && (point.customdata || point.location);
    if (area) scidip.go(scidip.at("/country?area=") + encodeURIComponent(area));
    return null;
  };

  scidip.markCurrent = function (path) {
    // After the page has written its own state, if it has one.
    window.setTimeout(function () { write(window.location.pathname, window.location.search); }, 0);
    document.querySelectorAll(".nav-link").forEach(function (link) {
      if (new URL(link.href).pathname !== path) { link.removeAttribute("aria-current"); return; }
      link.setAttribute("aria-current", "page");
      // On a narrow screen the pages stand in one line that scrolls: show the one we are on.
      var line = link.parentElement, own = link.getBoundingClientRect(), all = line.getBoundingClientRect();
      line.scrollLeft += own.left + own.width / 2 - all.left - all.width / 2;
    });
    return window.dash_clientside.no_update;
  };

  /* A link to the page one is on, whose state was replaced since: Dash's router remembers the
   * address it last rendered and would do nothing, so the browser follows the link itself. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0 || link.target) return;
    var to = new URL(link.href, window.location);
    if (to.origin !== window.location.origin || to.pathname !== window.location.pathname) return;
    if (to.hash || to.pathname === scidip.at("/country") || to.search === window.location.search) return;
    event.preventDefault();
    event.stopPropagation();
    window.location.assign(to.href);
  }, true);

  /* The plain links of long tables. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[data-inner]");
    if (!link || event.defaultPrevented || event.button !== 0) return;
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    scidip.go(link.getAttribute("href"));
  });
})();
