/* Where the observatory is mounted. Addresses within it are written without the prefix of the site: `at` puts it before
 * one that a browser asks for, `bare` takes it off one that a browser shows. */
(function () {
  "use strict";
  var scidip = (window.dash_clientside = window.dash_clientside || {});
  scidip = scidip.scidip = scidip.scidip || {};
  var prefix = document.documentElement.dataset.prefix || "";

  scidip.prefix = prefix;
  scidip.at = function (path) { return prefix + path; };
  scidip.bare = function (path) {
    if (!prefix || (path !== prefix && path.indexOf(prefix + "/") !== 0)) return path;
    return path.slice(prefix.length) || "/";
  };
  /* The page that is shown, also where a frame shows a part of it. */
  scidip.here = function () {
    var path = scidip.bare(window.location.pathname);
    if (path.indexOf("/embed/") !== 0) return path;
    return path === "/embed/overview" ? "/" : path.replace("/embed", "");
  };
})();
