/* Files of weights are read here, in the browser; only their text goes to the page's callback, which keeps nothing. */
(function () {
  "use strict";
  var scidip = (window.dash_clientside = window.dash_clientside || {}).scidip = window.dash_clientside.scidip || {};

  function text(content) {
    var packed = String(content).split(",")[1] || "";
    try {
      var bytes = Uint8Array.from(window.atob(packed), function (letter) { return letter.charCodeAt(0); });
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch (fault) {
      return null;
    }
  }

  /* The contents are emptied again, so that the same file can be read twice. */
  scidip.readFiles = function (contents, names) {
    var none = window.dash_clientside.no_update;
    if (!contents) return [none, none];
    return [contents.map(function (content, k) { return { name: names[k], text: text(content) }; }), null];
  };
})();
